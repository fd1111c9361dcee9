import { useTranslation } from 'react-i18next';
import { useFormat } from '../../i18n/format';
import { observedOf } from './counts';
import type { Line } from './queries';

/** How much of how much went wrong, in the reader's language. */
export function Observed({ line }: { readonly line: Line }) {
  const { t } = useTranslation('supplier');
  const format = useFormat();
  const seen = observedOf(line.observed);
  if (!line.present) return <span className="soft small">{t('waterfall.absent')}</span>;
  return <span className="soft small num">{seen === null ? line.observed : t('waterfall.observed', { bad: format.number(seen.bad, 2), of: format.number(seen.of, 2) })}</span>;
}
