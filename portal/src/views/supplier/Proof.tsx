import { CheckOutlined } from '@ant-design/icons';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../i18n/format';
import { Asked } from '../../ui/Asked';
import { Digest } from '../../ui/Digest';
import { Empty } from '../../ui/Empty';
import { Section } from '../../ui/Section';
import { useCompleteness, useKeptScore } from './queries';

/** How far the score is proved, step by step, and what anybody needs to check it without us. */
export default function Proof({ lei }: { readonly lei: string }) {
  const { t } = useTranslation('supplier');
  const format = useFormat();
  const score = useKeptScore(lei);
  const evidence = useCompleteness(lei).data;
  return (
    <Asked query={score}>
      {(kept) => {
        if (kept === null) return <div className="card"><Empty title={t('proof.none')} hint={t('proof.noneHint')} /></div>;
        const anchored = evidence !== undefined && evidence.statements > 0 && evidence.anchored === evidence.statements;
        const done = [true, anchored, kept.attestation !== null, kept.credential];
        const card = kept.card as Readonly<Record<string, unknown>>;
        return (
          <div className="grid two">
            <Section title={t('proof.title')} help={<p>{t('proof.help')}</p>}>
              <ol className="proof-steps">
                {['computed', 'anchored', 'attested', 'credential'].map((key, n) => (
                  <li key={key} className={done[n] === true ? 'done' : 'waits'}>
                    <span className="proof-mark" role="img" aria-label={t(done[n] === true ? 'proof.done' : 'proof.waits')}>{done[n] === true ? <CheckOutlined /> : n + 1}</span>
                    <span>
                      <strong>{t(`proof.${key}`)}</strong>
                      <span className="soft">{t(`proof.${key}Hint`)}</span>
                    </span>
                  </li>
                ))}
              </ol>
            </Section>
            <Section title={t('proof.names')}>
              <dl className="hero-facts">
                <Fact label={t('proof.when')}>{format.dateTime(kept.computed)}</Fact>
                <Fact label={t('proof.policy')}><Digest value={kept.policy} length={12} /></Fact>
                <Fact label={t('proof.inputs')}><Digest value={String(card['inputs'] ?? '')} length={12} /></Fact>
                <Fact label={t('proof.engine')}><span className="mono">{String(card['engine'] ?? '')}</span></Fact>
                {kept.attestation !== null && <Fact label={t('proof.uid')}><Digest value={kept.attestation} length={12} /></Fact>}
              </dl>
            </Section>
          </div>
        );
      }}
    </Asked>
  );
}

function Fact({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}
