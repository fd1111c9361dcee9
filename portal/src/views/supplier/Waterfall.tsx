import { useTranslation } from 'react-i18next';
import { useFormat } from '../../i18n/format';
import { Help } from '../../ui/Help';
import { Observed } from './Observed';
import type { Explanation } from './queries';
import { barsOf, partsOf, scaleOf, span } from './bars';
import type { Bar } from './bars';

/** Why this many points: reference, plus what each indicator adds or costs, is the score, to the last micro-point. */
export function Waterfall({ score }: { readonly score: Explanation }) {
  const { t } = useTranslation('supplier');
  const format = useFormat();
  // Without a score there is nothing to fall from: each indicator then shows what it has of its own points.
  const rated = score.points !== null;
  const bars = rated ? barsOf(score.reference, score.lines, score.points) : partsOf(score.lines);
  const scale = rated ? scaleOf(bars) : { least: 0, most: Math.max(...score.lines.map((line) => Number(line.of)), 1) };
  const name = (bar: Bar): string => bar.line?.title ?? t(`waterfall.${bar.key}`);
  return (
    <ol className="waterfall" aria-label={t('waterfall.title')}>
      {bars.map((bar) => {
        const { left, width } = span(bar, scale);
        const shown = bar.kind === 'total' || !rated ? format.number(bar.value, 1) : `${bar.value > 0 ? '+' : bar.value < 0 ? '−' : ''}${format.number(Math.abs(bar.value), 1)}`;
        return (
          <li key={bar.key} className={`waterfall-row ${bar.kind}`}>
            <div className="waterfall-name">
              <span className="row tight">
                <span>{name(bar)}</span>
                {bar.line === null ? (
                  <Help about={name(bar)}>{t(`waterfall.${bar.key}Help`)}</Help>
                ) : (
                  <Help about={name(bar)}>
                    <p>{t(`indicator.${bar.line.indicator}`, { defaultValue: t('indicator.other') })}</p>
                    <p className="num">{t('waterfall.of', { points: bar.line.points, of: bar.line.of, low: bar.line.low, high: bar.line.high })}</p>
                  </Help>
                )}
              </span>
              {bar.line !== null && <Observed line={bar.line} />}
            </div>
            <div className="waterfall-track" aria-hidden="true">
              <i style={{ left: `${left}%`, width: `${width}%` }} />
            </div>
            <span className="waterfall-value num">{shown}</span>
          </li>
        );
      })}
    </ol>
  );
}
