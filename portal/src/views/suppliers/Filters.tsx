import { SearchOutlined } from '@ant-design/icons';
import { Input, Switch } from 'antd';
import { useTranslation } from 'react-i18next';
import { Select } from '../../ui/Select';
import { ANY_COMMODITY, valuesOf } from './rows';
import type { Row, SortKey, Wish } from './rows';

interface Props {
  readonly rows: readonly Row[];
  readonly wish: Wish;
  readonly onWish: (wish: Wish) => void;
}

const STANDINGS = ['all', 'eligible', 'not-eligible', 'not-rated', 'unscored'] as const;
const SORTS: readonly SortKey[] = ['name', 'points', 'change', 'cases', 'computed'];

export function Filters({ rows, wish, onWish }: Props) {
  const { t } = useTranslation('suppliers');
  const bands = valuesOf(rows, 'band');
  const commodities = valuesOf(rows, 'commodity');
  const set = (part: Partial<Wish>): void => onWish({ ...wish, ...part });
  return (
    <div className="filters no-print" role="search">
      <Input allowClear prefix={<SearchOutlined />} value={wish.text} maxLength={80} placeholder={t('find')} aria-label={t('find')} onChange={(event) => set({ text: event.target.value })} />
      <Select value={wish.standing} label={t('standing.label')} onChange={(standing) => set({ standing })} options={STANDINGS.map((value) => ({ value, label: t(`standing.${value}`) }))} />
      <Select allowClear value={wish.band} placeholder={t('band')} label={t('band')} onChange={(band) => set({ band: band ?? null })} options={bands.map((value) => ({ value, label: t('bandOf', { band: value }) }))} />
      {commodities.some((one) => one !== ANY_COMMODITY) && (
        <Select allowClear value={wish.commodity} placeholder={t('commodity')} label={t('commodity')} onChange={(commodity) => set({ commodity: commodity ?? null })} options={commodities.map((value) => ({ value, label: value === ANY_COMMODITY ? t('anyCommodity') : value }))} />
      )}
      <Select className="filters-sort" value={`${wish.sort}${wish.down ? ':down' : ''}`} label={t('sort.label')} onChange={(value: string) => set({ sort: value.split(':')[0] as SortKey, down: value.endsWith(':down') })} options={SORTS.flatMap((key) => [{ value: key, label: t(`sort.${key}`) }, { value: `${key}:down`, label: t(`sortDown.${key}`) }])} />
      <label className="row tight">
        <Switch size="small" checked={wish.grouped} onChange={(grouped) => set({ grouped })} /> {t('group')}
      </label>
    </div>
  );
}
