import { useTranslation } from 'react-i18next';
import { useFormat } from '../i18n/format';

interface Props {
  /** All in micro-points. */
  readonly points: number;
  readonly low: number;
  readonly high: number;
  /** From here on a supplier is eligible. */
  readonly floor?: number;
  readonly large?: boolean;
}

const FULL = 100_000_000;
const at = (micro: number): string => `${Math.min(100, Math.max(0, (micro / FULL) * 100))}%`;

/** Score and interval on a scale from 0 to 100, with the floor of eligibility. */
export function IntervalBar({ points, low, high, floor, large = false }: Props) {
  const { t } = useTranslation('common');
  const format = useFormat();
  const label = t('interval', { points: format.points(points), low: format.points(low), high: format.points(high) });
  return (
    <div className={large ? 'interval large' : 'interval'} role="img" aria-label={label} title={label}>
      <i className="interval-range" style={{ left: at(low), width: `calc(${at(high)} - ${at(low)})` }} />
      {floor !== undefined && <i className="interval-floor" style={{ left: at(floor) }} />}
      <i className="interval-dot" style={{ left: at(points) }} />
    </div>
  );
}
