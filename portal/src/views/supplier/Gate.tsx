import { useTranslation } from 'react-i18next';
import { useFormat } from '../../i18n/format';
import { Section } from '../../ui/Section';
import { Tag } from '../../ui/Tag';
import { useGate } from './queries';
import type { Explanation } from './queries';

const MOODS = { none: 'calm', open: 'good', watch: 'watch', frozen: 'bad', 'in-repair': 'info' } as const;

/** May it take part, and why: the score's bound, the gate on chain, and each reason in words. */
export function Gate({ lei, score }: { readonly lei: string; readonly score: Explanation }) {
  const { t, i18n } = useTranslation('supplier');
  const format = useFormat();
  const gate = useGate(lei).data ?? null;
  const eligible = score.eligibility === 'eligible';
  const low = score.low === null ? null : Number(score.low);
  return (
    <Section title={t('gate.title')} help={<p>{t('gate.help')}</p>}>
      <ul className="reasons">
        <li>
          <Tag mood={eligible ? 'good' : 'bad'}>{t(`eligibility.${score.eligibility}`)}</Tag>
          <span>
            {low === null
              ? t('gate.noScore')
              : t(low >= Number(score.eligibility_floor) ? 'gate.above' : 'gate.below', { low: format.number(low, 1), floor: format.number(score.eligibility_floor, 1) })}
          </span>
        </li>
        {score.reasons.map((reason) => (
          <li key={reason.indicator}>
            <Tag mood="calm">{t('gate.costs')}</Tag>
            <span>{reason.text}</span>
          </li>
        ))}
        {gate !== null && gate.state !== 'none' && (
          <li>
            <Tag mood={MOODS[gate.state] ?? 'calm'}>{t(`gate.state.${gate.state}`)}</Tag>
            <span>{gate.reasons.length === 0 ? t('gate.noReasons') : ''}</span>
          </li>
        )}
        {gate?.reasons.map((reason, n) => (
          <li key={n}>
            <Tag mood={reason.freezes ? 'bad' : 'watch'}>{t(reason.freezes ? 'gate.freezes' : 'gate.warns')}</Tag>
            <span className="sentence">{i18n.language === 'zh' ? reason.zh : reason.en}</span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
