import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../api/client';
import { useFormat } from '../../i18n/format';
import { Tag } from '../../ui/Tag';
import { fromEnd } from '../../ui/fromEnd';
import { useKind } from '../../ui/useKind';

/** Records a month by kind, and each gap by name: what is missing counts as the worst it could have said. */
export function MonthStrip({ found }: { readonly found: Schemas['CompletenessView'] }) {
  const { t } = useTranslation('supplier');
  const format = useFormat();
  const kindOf = useKind();
  const months = found.months.slice(-18);
  const most = Math.max(1, ...months.map(({ kinds }) => Object.values(kinds).reduce((sum, one) => sum + one, 0)));
  return (
    <div className="stack">
      <div className="row tight">
        <Tag mood={found.complete ? 'good' : 'bad'}>{t(found.complete ? 'evidence.whole' : 'evidence.gaps', { count: found.gaps.length })}</Tag>
        <span className="soft small num">{t('evidence.counts', { statements: format.number(found.statements), anchored: format.number(found.anchored) })}</span>
      </div>
      <div className="scroll-x" role="region" tabIndex={0} aria-label={t('evidence.complete')} ref={fromEnd}>
      <ol className="months-strip">
        {months.map(({ month, kinds }) => {
          const total = Object.values(kinds).reduce((sum, one) => sum + one, 0);
          const words = Object.entries(kinds).map(([kind, count]) => `${kindOf(kind)}: ${format.number(count)}`).join('; ');
          return (
            <li key={month} title={words}>
              <span className="months-bar" aria-hidden="true"><i style={{ height: `${(total / most) * 100}%` }} /></span>
              <span className="small num">{format.number(total)}</span>
              <span className="small soft">{format.month(month)}</span>
              <span className="hidden-label">{words}</span>
            </li>
          );
        })}
      </ol>
      </div>
      {(found.gaps.length > 0 || found.doubles.length > 0) && (
        <ul className="reasons">
          {found.gaps.map((gap) => (
            <li key={`${gap.issuer}${gap.kind}${gap.first}`}>
              <Tag mood="bad">{t('evidence.gap')}</Tag>
              <span>{t('evidence.gapText', { kind: kindOf(gap.kind), first: gap.first, last: gap.last, issuer: gap.issuer })}</span>
            </li>
          ))}
          {found.doubles.map((double) => (
            <li key={`${double.issuer}${double.kind}${double.sequence}`}>
              <Tag mood="bad">{t('evidence.double')}</Tag>
              <span>{t('evidence.doubleText', { kind: kindOf(double.kind), number: double.sequence, issuer: double.issuer })}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
