import { Alert, Button, Descriptions, QRCode } from 'antd';
import { EyeOutlined, PrinterOutlined } from '@ant-design/icons';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../i18n/format';
import { Answers, Verdict, moodOf } from '../../ui/Answers';
import { Digest } from '../../ui/Digest';
import { IntervalBar } from '../../ui/IntervalBar';
import { Section } from '../../ui/Section';
import { BANK_PARTS } from '../../verify/bank';
import { hex0xEncode } from '../../verify/bytes';
import type { Judged } from './judge';

interface Props {
  readonly judged: Judged;
  readonly watched: boolean;
  readonly onWatch: () => void;
}

/** What was found, part by part, and what the credential says. */
export function Report({ judged, watched, onWatch }: Props) {
  const { t } = useTranslation('verify');
  const format = useFormat();
  const { report } = judged;
  const parts = BANK_PARTS.filter((part) => part !== 'credential' || judged.brought.kind === 'credential');
  const mood = moodOf(parts.map((part) => report.answers[part]));
  const block = report.block === null ? null : format.number(report.block.number.toString());
  const asOf = block === null ? t('noBlock') : t('asOf', { block, time: format.dateTime(new Date(Number(report.block?.timestamp) * 1000)) });
  return (
    <div className="stack">
      <Verdict mood={mood} title={t(`verdict.${mood}`)}>
        {t(`verdictHint.${mood}`)} {(block !== null || mood !== 'bad') && asOf}
      </Verdict>
      {judged.keptSince !== null && <Alert type="warning" showIcon title={t('kept', { time: format.dateTime(new Date(judged.keptSince)) })} />}
      <div className="grid two">
        <Section title={t('parts')} help={<p>{t('partsHelp')}</p>}>
          <Answers parts={parts.map((key) => ({ key, title: t(`part.${key}`), asks: t(`asks.${key}`), answer: report.answers[key] }))} />
        </Section>
        <div className="stack verify-says">
          {mood !== 'bad' && <Says judged={judged} />}
          <div className="row no-print">
            {report.verified && (
              <Button type="primary" icon={<EyeOutlined />} disabled={watched} onClick={onWatch}>
                {watched ? t('watched') : t('watch')}
              </Button>
            )}
            <Button icon={<PrinterOutlined />} onClick={() => window.print()}>
              {t('print')}
            </Button>
          </div>
        </div>
      </div>
    </div>
  );
}

/** The values: believed only because every part above was checked; so they are not shown when one failed. */
function Says({ judged }: { readonly judged: Judged }) {
  const { t } = useTranslation('verify');
  const format = useFormat();
  const { credential, attestation, issuer } = judged.report;
  const claims = credential?.claims;
  const text = (name: string): string => {
    const value = claims?.[name];
    return typeof value === 'string' ? value : '–';
  };
  const claim = attestation?.claim;
  if (claim === undefined && claims === undefined) return null;
  const expires = credential?.expires ?? Number(attestation?.expires ?? 0n);
  return (
    <Section title={t('says')} help={<p>{t('saysHelp')}</p>}>
      {claim !== undefined && claim.state === 0 && (
        <div style={{ marginBottom: 14 }}>
          <span className="serif num" style={{ fontSize: 40 }}>
            {format.points(claim.points)}
          </span>
          <IntervalBar points={claim.points} low={claim.low} high={claim.high} large />
        </div>
      )}
      <Descriptions
        column={1}
        size="small"
        items={[
          ...(claims === undefined ? [] : [{ key: 'sub', label: t('claim.sub'), children: <span className="mono">{text('sub')}</span> }]),
          { key: 'issuer', label: t('claim.issuer'), children: issuer?.name ?? '–' },
          ...(claims === undefined ? [] : [{ key: 'band', label: t('claim.band'), children: text('band') }]),
          ...(claims === undefined
            ? []
            : [{ key: 'eligibility', label: t('claim.eligibility'), children: t(`eligibility.${text('eligibility')}`, { defaultValue: text('eligibility') }) }]),
          { key: 'expires', label: t('claim.expires'), children: format.dateTime(new Date(expires * 1000)) },
          ...(attestation === null
            ? []
            : [{ key: 'uid', label: t('claim.uid'), children: <Digest value={hex0xEncode(attestation.uid)} /> }]),
        ]}
      />
      {attestation !== null && (
        <details className="no-print">
          <summary className="soft small">{t('code')}</summary>
          <QRCode value={hex0xEncode(attestation.uid)} bordered={false} size={148} />
        </details>
      )}
    </Section>
  );
}
