import { useTranslation } from 'react-i18next';
import { useFormat } from '../../i18n/format';
import type { Figure } from './read';

/** A probability with its interval; nothing is said where twins said too little. */
export function FigureCell({ figure }: { readonly figure: Figure | null }) {
  const { t } = useTranslation('cause');
  const format = useFormat();
  if (figure === null || figure.probability === null) return <span className="soft">{t('why.cannotSay')}</span>;
  const percent = (share: number): string => `${100 * share}%`;
  return (
    <span title={t('why.rests', { statements: figure.statements, twins: figure.twins })}>
      <span className="num">{format.percent(figure.probability, 1)}</span>
      <span className="soft small num">{` ${format.percent(figure.low)}–${format.percent(figure.high)}`}</span>
      <span className="figure-bar" style={{ display: 'block' }} aria-hidden="true">
        <i style={{ left: percent(figure.low), width: percent(figure.high - figure.low) }} />
        <b style={{ left: percent(figure.probability) }} />
      </span>
    </span>
  );
}
