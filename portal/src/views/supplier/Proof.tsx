import { Descriptions, Steps } from 'antd';
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
              <Steps
                orientation="vertical"
                items={['computed', 'anchored', 'attested', 'credential'].map((key, n) => ({
                  title: t(`proof.${key}`),
                  content: t(`proof.${key}Hint`),
                  status: done[n] === true ? 'finish' : 'wait',
                }))}
              />
            </Section>
            <Section title={t('proof.names')}>
              <Descriptions
                column={1}
                layout="vertical"
                items={[
                  { key: 'computed', label: t('proof.when'), children: format.dateTime(kept.computed) },
                  { key: 'policy', label: t('proof.policy'), children: <Digest value={kept.policy} length={12} /> },
                  { key: 'inputs', label: t('proof.inputs'), children: <Digest value={String(card['inputs'] ?? '')} length={12} /> },
                  { key: 'engine', label: t('proof.engine'), children: <span className="mono">{String(card['engine'] ?? '')}</span> },
                  ...(kept.attestation === null ? [] : [{ key: 'uid', label: t('proof.uid'), children: <Digest value={kept.attestation} length={12} /> }]),
                ]}
              />
            </Section>
          </div>
        );
      }}
    </Asked>
  );
}
