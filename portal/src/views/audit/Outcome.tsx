import { useTranslation } from 'react-i18next';
import { useFormat } from '../../i18n/format';
import { Verdict } from '../../ui/Answers';
import type { Mood } from '../../ui/Answers';
import { Section } from '../../ui/Section';
import type { Recomputation } from './recompute';

const MOODS: Readonly<Record<string, Mood>> = { equal: 'good', 'replayed from aggregate': 'watch', differs: 'bad' };
const SHOWN = 20;
const text = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value)) ?? '–';

/** What the whole recomputation found: equal, or the first difference and those after it. */
export function Outcome({ found }: { readonly found: Recomputation }) {
  const { t } = useTranslation('audit');
  const format = useFormat();
  const mood = MOODS[found.outcome] ?? 'watch';
  const [first] = found.differences;
  return (
    <div className="stack">
      <Verdict mood={mood} title={t(`outcome.${mood}`)}>
        {t(`outcomeHint.${mood}`, { statements: format.number(found.statements), proved: format.number(found.proved), erased: format.number(found.erased) })}
        {first !== undefined && ` ${t('outcome.first', { place: first.place })}`}
      </Verdict>
      {found.differences.length > 0 && (
        <Section title={t('outcome.differences')} flush>
          <div className="audit-scroll" role="region" tabIndex={0} aria-label={t('outcome.differences')}>
            <table className="audit-table">
              <thead>
                <tr>
                  <th scope="col">{t('outcome.place')}</th>
                  <th scope="col">{t('outcome.claimed')}</th>
                  <th scope="col">{t('outcome.found')}</th>
                </tr>
              </thead>
              <tbody>
                {found.differences.slice(0, SHOWN).map((one) => (
                  <tr key={one.place}>
                    <th scope="row" className="mono">
                      {one.place}
                    </th>
                    <td className="mono diff-before">{text(one.claimed)}</td>
                    <td className="mono diff-after">{text(one.found)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </Section>
      )}
    </div>
  );
}
