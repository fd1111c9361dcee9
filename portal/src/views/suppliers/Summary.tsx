import { useTranslation } from 'react-i18next';
import { useFormat } from '../../i18n/format';
import { Help } from '../../ui/Help';
import { FIRST_WISH } from './rows';
import type { Row, Wish } from './rows';

interface Props {
  readonly rows: readonly Row[];
  readonly wish: Wish;
  readonly onWish: (wish: Wish) => void;
}

/** The whole list in four numbers; each is also a filter. */
export function Summary({ rows, wish, onWish }: Props) {
  const { t } = useTranslation('suppliers');
  const format = useFormat();
  const figures = [
    { key: 'eligible', count: rows.filter((row) => row.eligible === true).length, wish: { ...FIRST_WISH, standing: 'eligible' as const } },
    { key: 'not-eligible', count: rows.filter((row) => row.eligible === false).length, wish: { ...FIRST_WISH, standing: 'not-eligible' as const } },
    { key: 'unscored', count: rows.filter((row) => row.standing === 'unscored').length, wish: { ...FIRST_WISH, standing: 'unscored' as const } },
    { key: 'cases', count: rows.reduce((sum, row) => sum + row.cases, 0), wish: { ...FIRST_WISH, openCases: true, sort: 'cases' as const, down: true } },
  ];
  return (
    <div className="figures">
      {figures.map((figure) => {
        const active = figure.key === 'cases' ? wish.openCases : wish.standing === figure.key;
        return (
          <div key={figure.key} className={active ? 'figure active' : 'figure'}>
            <button type="button" aria-pressed={active} onClick={() => onWish(active ? FIRST_WISH : figure.wish)}>
              <span className="num serif">{format.number(figure.count)}</span>
              <span>{t(`figure.${figure.key}`)}</span>
            </button>
            <Help about={t(`figure.${figure.key}`)}>
              <p>{t(`figureHelp.${figure.key}`)}</p>
            </Help>
          </div>
        );
      })}
    </div>
  );
}
