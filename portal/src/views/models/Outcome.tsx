import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../api/client';
import { useFormat } from '../../i18n/format';
import { Verdict } from '../../ui/Answers';
import { Digest } from '../../ui/Digest';
import { Help } from '../../ui/Help';
import { MICRO, partsOf } from './read';
import { useWords } from './useWords';
import './models.css';

interface Props {
  readonly found: Schemas['RiskView'];
  readonly limits: { readonly rows: number; readonly outside: number; readonly drift: number };
}

/** What a month came to: the index with its reasons, stated as a KPI; or why it does not count, and that nothing was stated. */
export function Outcome({ found, limits }: Props) {
  const { t } = useTranslation('models');
  const { reason } = useWords();
  const format = useFormat();
  const month = format.month(found.period);
  const parts = format.number(found.parts);
  if (!found.counts || found.index === null) {
    return (
      <div className="stack tight">
        <Verdict mood="watch" title={t('outcome.silent', { month })}>{t('outcome.silentHint', { parts })}</Verdict>
        <ul className="why">{found.reasons.map((one) => <li key={one}><span>{reason(one)}</span></li>)}</ul>
        <p className="soft small" style={{ margin: 0 }}>{t('outcome.limits', { rows: format.number(limits.rows), share: format.percent(limits.outside / MICRO, 0), index: format.fixed(limits.drift / MICRO, 2) })}</p>
      </div>
    );
  }
  return (
    <div className="stack tight">
      <Verdict mood="good" title={t(found.known ? 'outcome.known' : 'outcome.stated', { month })}>{t('outcome.statedHint', { parts, outside: format.number(found.outside) })}</Verdict>
      <div className="index">
        <span className="serif num">{format.percent(found.index / MICRO, 2)}</span>
        <span className="soft">{t('outcome.reference', { reference: format.percent(found.reference / MICRO, 2) })}</span>
        <Help about={t('outcome.index')}>{t('outcome.indexHelp')}</Help>
      </div>
      <Contributions found={found} />
      {found.statement != null && <p className="small" style={{ margin: 0 }}><span className="soft">{t('outcome.statement')}</span> <Digest value={found.statement} /></p>}
    </div>
  );
}

/** The reference, what each feature adds or takes away, and the index: their sum, exactly. */
function Contributions({ found }: { readonly found: Schemas['RiskView'] }) {
  const { t } = useTranslation('models');
  const { feature } = useWords();
  const format = useFormat();
  const signed = (micro: number): string => `${micro > 0 ? '+' : ''}${format.fixed((100 * micro) / MICRO, 3)}`;
  return (
    <table className="plain-table">
      <caption className="hidden-label">{t('outcome.parts')}</caption>
      <thead>
        <tr>
          <th scope="col">{t('outcome.feature')}</th>
          <th scope="col">{t('outcome.adds')}</th>
        </tr>
      </thead>
      <tbody>
        {partsOf(found.contributions).map(({ name, micro }) => (
          <tr key={name}>
            <th scope="row">{feature(name)}</th>
            <td className="num">{signed(micro)}</td>
          </tr>
        ))}
        <tr className="total">
          <th scope="row">{t('outcome.sum')}</th>
          <td className="num">{signed((found.index ?? 0) - found.reference)}</td>
        </tr>
      </tbody>
    </table>
  );
}
