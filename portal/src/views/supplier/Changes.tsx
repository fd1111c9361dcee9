import { useTranslation } from 'react-i18next';
import { Asked } from '../../ui/Asked';
import { useFormat } from '../../i18n/format';
import { Section } from '../../ui/Section';
import { useChanges } from './queries';

const CAUSES = ['evidence', 'ageing', 'policy'] as const;

/** What changed since the score before, split by cause; the parts sum exactly. */
export function Changes({ lei }: { readonly lei: string }) {
  const { t } = useTranslation('supplier');
  const format = useFormat();
  const query = useChanges(lei);
  const signed = (points: string): string => {
    const value = Number(points);
    return value === 0 ? '0' : `${value > 0 ? '+' : '−'}${format.number(Math.abs(value), 1)}`;
  };
  return (
    <Section title={t('changes.title')} help={<p>{t('changes.help')}</p>}>
      <Asked query={query} rows={2}>
        {(found) =>
          found === null ? (
            <p className="soft">{t('changes.none')}</p>
          ) : (
            <>
              <p className="soft small">{t('changes.since', { from: format.date(found.from), to: format.date(found.to), count: found.statements_added })}</p>
              {CAUSES.every((cause) => [found, ...found.lines].every((one) => Number(one[cause]) === 0)) ? <p>{t('changes.nothing')}</p> : <table className="plain-table">
                <thead>
                  <tr>
                    <th scope="col">{t('changes.indicator')}</th>
                    {CAUSES.map((cause) => (
                      <th key={cause} scope="col">{t(`changes.${cause}`)}</th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {found.lines.map((line) => (
                    <tr key={line.indicator}>
                      <th scope="row">{t(`name.${line.indicator}`, { defaultValue: line.indicator })}</th>
                      {CAUSES.map((cause) => (
                        <td key={cause} className="num">{signed(line[cause])}</td>
                      ))}
                    </tr>
                  ))}
                  <tr className="total">
                    <th scope="row">{t('changes.total')}</th>
                    {CAUSES.map((cause) => (
                      <td key={cause} className="num">{signed(found[cause])}</td>
                    ))}
                  </tr>
                </tbody>
              </table>}
            </>
          )
        }
      </Asked>
    </Section>
  );
}
