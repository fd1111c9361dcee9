import { SafetyCertificateOutlined } from '@ant-design/icons';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useFormat } from '../../i18n/format';
import { IntervalBar } from '../../ui/IntervalBar';
import { Sparkline } from '../../ui/Sparkline';
import { Tag } from '../../ui/Tag';
import type { Row } from './rows';
import type { Trend } from './useTrends';

interface Props {
  readonly row: Row;
  readonly wide: boolean;
  readonly index: number;
  /** Place in the list, pixels; numbers, so that an unmoved row is not drawn again. */
  readonly top: number;
  readonly height: number;
  readonly trend: Trend | undefined;
  readonly gate: string | undefined;
  readonly picked: boolean;
  /** Whether only the name is drawn. */
  readonly hurried: boolean;
  readonly onPick: (lei: string) => void;
}

const GATES: Readonly<Record<string, 'good' | 'watch' | 'bad' | 'info'>> = { open: 'good', watch: 'watch', frozen: 'bad', 'in-repair': 'info' };

export const SupplierRow = memo(function SupplierRow(props: Props) {
  const { row, index, top, height, picked, hurried } = props;
  return (
    <div role="row" aria-rowindex={index} className={picked ? 'suppliers-row picked' : 'suppliers-row'} style={{ position: 'absolute', insetInline: 0, height, transform: `translateY(${top}px)` }}>
      {hurried ? (
        <>
          <span role="cell" className="cell-pick" />
          <span role="cell" className="cell-name">
            {row.name}
            <span className="soft small mono">{row.lei}</span>
          </span>
        </>
      ) : (
        <Cells {...props} />
      )}
    </div>
  );
});

function Cells({ row, wide, trend, gate, picked, onPick }: Props) {
  const { t } = useTranslation('suppliers');
  const format = useFormat();
  const values = trend?.map(({ points }) => (points === null ? null : Number(points))) ?? [];
  const standing =
    row.eligible === true ? <Tag mood="good">{t('standing.eligible')}</Tag>
    : row.standing === 'rated' ? <Tag mood="bad">{t('standing.not-eligible')}</Tag>
    : <Tag mood="calm">{t(`standing.${row.standing}`)}</Tag>;
  const change = row.change === null ? t('noChange') : t(`direction.${row.direction}`, { change: row.change });
  return (
    <>
      <span role="cell" className="cell-pick">
        <input type="checkbox" checked={picked} onChange={() => onPick(row.lei)} aria-label={t('pick', { name: row.name })} />
      </span>
      <span role="cell" className="cell-name">
        <Link to={`/suppliers/${row.lei}`}>{row.name}</Link>
        <span className="soft small mono">{row.lei}</span>
      </span>
      <span role="cell" className="cell-score">
        <span className="num serif">{format.points(row.points)}</span>
        {row.band !== null && <Tag mood="calm">{t('bandOf', { band: row.band })}</Tag>}
        {row.attested && <SafetyCertificateOutlined className="proved" title={t('attested')} aria-label={t('attested')} />}
      </span>
      <span role="cell" className="cell-interval">
        {row.points !== null && row.low !== null && row.high !== null ? <IntervalBar points={row.points} low={row.low} high={row.high} /> : <span className="soft">–</span>}
      </span>
      <span role="cell" className="cell-trend">
        <Sparkline values={values} label={change} width={wide ? 92 : 64} />
        <span className="soft small num">{row.change ?? ''}</span>
      </span>
      <span role="cell" className="cell-gate">
        {standing}
        {gate !== undefined && <Tag mood={GATES[gate] ?? 'calm'}>{t(`gate.${gate}`)}</Tag>}
        {!row.active && <Tag mood="bad">{t('inactive')}</Tag>}
      </span>
      <span role="cell" className="cell-cases num">{row.cases === 0 ? <span className="soft">–</span> : t('cases', { count: row.cases })}</span>
      <span role="cell" className="cell-computed soft small" title={format.dateTime(row.computed)}>
        {row.computed === null ? t('never') : format.relative(row.computed)}
      </span>
    </>
  );
}
