import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../i18n/format';
import { Answers, Verdict, moodOf } from '../../ui/Answers';
import { Digest } from '../../ui/Digest';
import { Section } from '../../ui/Section';
import { useKind } from '../../ui/useKind';
import { subjectText } from '../../verify/identity';
import type { Json } from '../../verify/json';
import type { Statement } from '../../verify/statement';
import { PARTS } from '../../verify/verify';
import type { Proved } from './prove';

/** The four answers, each on its own evidence, and what the record says. */
export function ProofReport({ proved }: { readonly proved: Proved }) {
  const { t } = useTranslation('audit');
  const format = useFormat();
  const { report } = proved;
  const mood = moodOf(PARTS.map((part) => report.answers[part]));
  const when = report.block === null ? '' : t('proof.noLater', {
    block: format.number(report.block.number.toString()),
    time: format.dateTime(new Date(Number(report.block.timestamp) * 1000)),
  });
  return (
    <div className="stack">
      <Verdict mood={mood} title={t(`verdict.${mood}`)}>
        {t(`verdictHint.${mood}`)} {mood === 'good' && when}
      </Verdict>
      {report.warnings.map((warning) => (
        <Alert key={warning} type="warning" showIcon title={t(`warning.${warning}`)} />
      ))}
      <div className="grid two">
        <Section title={t('proof.answers')} help={<p>{t('proof.answersHelp')}</p>}>
          <Answers parts={PARTS.map((key) => ({ key, title: t(`part.${key}`), asks: t(`asks.${key}`), answer: report.answers[key] }))} />
          <p className="soft small wrap">
            {t('proof.by', { file: proved.name })} {t(`voucher.${proved.voucher}`)} {proved.pinnedBy !== null && t(`pinned.${proved.pinnedBy}`)}
          </p>
        </Section>
        {report.about !== null && mood !== 'bad' && <Record about={report.about} />}
      </div>
    </div>
  );
}

const shown = (value: Json): string => (typeof value === 'object' ? JSON.stringify(value) : String(value));

function Record({ about }: { readonly about: Statement }) {
  const { t, i18n } = useTranslation('audit');
  const format = useFormat();
  const kindOf = useKind();
  const title = (name: string): string => about.schema.titles.get(name)?.[i18n.language === 'zh' ? 'zh' : 'en'] ?? name;
  const withheld = about.digests.length - about.disclosures.length;
  return (
    <Section title={t('record.title')} help={<p>{t('record.help')}</p>}>
      <table className="fields">
        <tbody>
          <tr>
            <th scope="row">{t('record.kind')}</th>
            <td>{kindOf(about.kind)} {format.number(about.sequence)}</td>
          </tr>
          <tr>
            <th scope="row">{t('record.subject')}</th>
            <td className="mono">{subjectText(about.subject)}</td>
          </tr>
          <tr>
            <th scope="row">{t('record.issuer')}</th>
            <td className="mono">{about.issuer}</td>
          </tr>
          <tr>
            <th scope="row">{t('record.occurred')}</th>
            <td>{format.dateTime(about.occurred)}</td>
          </tr>
          <tr>
            <th scope="row">{t('record.issued')}</th>
            <td>{format.dateTime(new Date(about.issued * 1000))}</td>
          </tr>
          <tr>
            <th scope="row">{t('record.id')}</th>
            <td>
              <Digest value={about.id} />
            </td>
          </tr>
          {about.disclosures.map(({ name, value }) => (
            <tr key={name}>
              <th scope="row">{title(name)}</th>
              <td>{shown(value)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {withheld > 0 && <p className="soft small">{t('record.withheld', { count: withheld })}</p>}
    </Section>
  );
}
