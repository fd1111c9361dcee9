import { useTranslation } from 'react-i18next';
import { useFormat } from '../../i18n/format';
import { Tag } from '../../ui/Tag';
import { barsOf, MICRO, STOP, WATCH } from './read';
import { useWords } from './useWords';
import './models.css';

const MOODS = { steady: 'good', watch: 'watch', stop: 'bad' } as const;

interface Props {
  /** Population stability index by feature, millionths. */
  readonly drift: Readonly<Record<string, number>>;
  /** From here on the index stops counting, millionths. */
  readonly stop?: number;
}

/** How far each feature's values have moved, against the marks from which on somebody looks and the model stops. */
export function DriftBars({ drift, stop = STOP }: Props) {
  const { t } = useTranslation('models');
  const { feature } = useWords();
  const format = useFormat();
  const { rows, marks } = barsOf(drift, stop);
  const two = (index: number): string => format.fixed(index / MICRO, 2);
  return (
    <div>
      <ul className="drift">
        {rows.map(({ name, index, moved, width }) => (
          <li key={name}>
            <span className="drift-name">{feature(name)}</span>
            <span className="drift-track" aria-hidden="true">
              <i className={moved} style={{ width: `${width}%` }} />
              <b style={{ left: `${marks.watch}%` }} />
              <b className="last" style={{ left: `${marks.stop}%` }} />
            </span>
            <span className="num">{two(index)}</span>
            <Tag mood={MOODS[moved]}>{t(`moved.${moved}`)}</Tag>
          </li>
        ))}
      </ul>
      <p className="drift-key soft small">
        <span><b aria-hidden="true" /> {t('drift.watch', { index: two(WATCH) })}</span>
        <span><b className="last" aria-hidden="true" /> {t('drift.stop', { index: two(stop) })}</span>
      </p>
    </div>
  );
}
