import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take } from '../../api/client';
import type { Schemas } from '../../api/client';
import { useFormat } from '../../i18n/format';
import { Asked } from '../../ui/Asked';
import { Loading } from '../../ui/Loading';
import { Section } from '../../ui/Section';
import { Select } from '../../ui/Select';
import { seriesOption } from './alarmOption';
import { causesOf, onsetOf, signalRows } from './read';

const Chart = lazy(() => import('../../ui/Chart'));

/** The characteristic lot by lot, with the chart's limits, where it fired, and when the fault began. */
export function AlarmChart({ found }: { readonly found: Schemas['CauseDetail'] }) {
  const { t } = useTranslation('cause');
  const [column, setColumn] = useState(found.column);
  const query = useQuery({
    queryKey: ['causes', 'series', found.id, column],
    queryFn: () => take(api.GET('/v1/causes/cases/{case}/series', { params: { path: { case: found.id }, query: { column } } })),
    staleTime: Infinity,
    meta: { keep: false },
  });
  const columns = [found.column, ...causesOf(found.explanation).map(({ name }) => name)];
  return (
    <Section
      title={t('chart.title')}
      help={t('chart.help')}
      extra={columns.length > 1 && <Select size="small" label={t('chart.column')} value={column} onChange={setColumn} options={columns.map((value) => ({ value, label: value }))} style={{ minWidth: 220 }} />}
    >
      <Asked query={query} rows={8}>{(series) => <Drawn found={found} series={series} />}</Asked>
    </Section>
  );
}

function Drawn({ found, series }: { readonly found: Schemas['CauseDetail']; readonly series: Schemas['SeriesView'] }) {
  const { t } = useTranslation('cause');
  const format = useFormat();
  const option = useMemo(() => {
    const onset = found.explanation === null ? null : onsetOf(found.explanation);
    return seriesOption(series, found.column === series.column ? found.alarm : {}, signalRows(found.alarm), onset, {
      centre: t('chart.centre'), control: t('chart.control'), limit: t('chart.limit'), onset: t('chart.onset'),
      number: (value) => format.number(value, 3), when: (moment) => format.dateTime(moment),
    });
  }, [found, series, format, t]);
  return (
    <Suspense fallback={<Loading />}>
      <Chart option={option} height={280} label={t('chart.label', { column: series.column, count: series.rows.length, unit: series.unit })} />
    </Suspense>
  );
}
