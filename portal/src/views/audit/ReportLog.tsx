import { useTranslation } from 'react-i18next';
import { useFormat } from '../../i18n/format';
import { Answers } from '../../ui/Answers';
import { Section } from '../../ui/Section';
import type { Answer } from '../../verify/verify';
import type { Gathered } from './gather';

/** The log: what the page proved of it, and what the node found when it went through it leaf by leaf. */
export function ReportLog({ gathered }: { readonly gathered: Gathered }) {
  const { t } = useTranslation('audit');
  const format = useFormat();
  const { proved, log } = gathered;
  const head = proved?.heads[0]?.head ?? null;
  const same = head !== null && head.size === BigInt(log.size) && head.root === log.root;
  const onChain: Answer =
    proved === null || head === null
      ? { state: 'not established', detail: t('noChain') }
      : { state: 'holds', detail: `${head.size} leaves, root ${head.root}, block ${proved.block}` };
  const whole: Answer = { state: log.whole ? 'holds' : 'fails', detail: log.findings.map(({ what, detail }) => `${what}: ${detail}`).join('; ') || `${Object.keys(log.series).length} series, ${log.heads} heads` };
  const agree: Answer = same
    ? { state: 'holds', detail: t('report.sameHead', { size: format.number(log.size) }) }
    : { state: 'not established', detail: t('report.otherHead', { size: format.number(log.size) }) };
  const parts = { onChain, whole, agree };
  return (
    <Section title={t('report.log')} help={<p>{t('report.logHelp')}</p>}>
      <Answers
        parts={(['onChain', 'whole', 'agree'] as const).map((key) => ({
          key,
          title: t(`report.part.${key}`),
          asks: t(`report.asks.${key}`),
          answer: parts[key],
        }))}
      />
    </Section>
  );
}
