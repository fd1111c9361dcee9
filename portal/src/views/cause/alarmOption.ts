/** The lots of a case as an option of the charting library. Pure. */
import type { EChartsCoreOption } from 'echarts/core';
import type { Schemas } from '../../api/client';
import { CLAY, GOLD, INK_SOFT, LINE, PINE, SANS } from '../../theme/theme';

export interface Words {
  readonly centre: string;
  readonly control: string;
  readonly limit: string;
  readonly onset: string;
  number(value: number): string;
  when(moment: string): string;
}
type Alarm = Readonly<Record<string, unknown>>;

const numbers = (alarm: Alarm, names: readonly string[]): number[] =>
  names.flatMap((name) => (typeof alarm[name] === 'string' && alarm[name] !== '' ? [Number(alarm[name])] : []));

/** Bounds that hold every value and every limit, with a little room. */
export function boundsOf(values: readonly (string | null)[], limits: readonly number[]): { readonly min: number; readonly max: number } {
  const all = [...values.flatMap((value) => (value === null ? [] : [Number(value)])), ...limits];
  const [least, most] = [Math.min(...all), Math.max(...all)];
  const step = 10 ** Math.floor(Math.log10(most - least || 1)) / 2;
  return { min: Math.floor(least / step) * step, max: Math.ceil(most / step) * step };
}

export function seriesOption(
  series: Schemas['SeriesView'], alarm: Alarm, fired: ReadonlySet<number>,
  onset: { readonly row: number; readonly lowRow: number; readonly highRow: number } | null, words: Words,
): EChartsCoreOption {
  const centre = numbers(alarm, ['centre']);
  const control = numbers(alarm, ['lower_control', 'upper_control']);
  const limits = numbers(alarm, ['lower', 'upper']);
  const place = (row: number): number => Math.round((row - (series.rows[0] ?? 0)) / series.step);
  // The newest few hundred lots first: that is where the alarm is.
  const start = Math.max(0, 100 - 40_000 / Math.max(series.rows.length, 1));
  const line = (value: number, name: string, color: string, type: 'solid' | 'dashed' | 'dotted') => ({
    yAxis: value, lineStyle: { color, type, width: 1.2 }, label: { formatter: `${name} ${words.number(value)}`, position: 'insideStartTop', color, fontSize: 11 },
  });
  return {
    animation: false,
    textStyle: { fontFamily: SANS },
    grid: { left: 12, right: 16, top: 18, bottom: 34, containLabel: true },
    dataZoom: [{ type: 'inside', start, end: 100 }, { type: 'slider', height: 16, bottom: 4, start, end: 100, showDetail: false, borderColor: LINE, fillerColor: 'rgba(11,92,78,0.10)', handleStyle: { color: PINE }, dataBackground: { lineStyle: { color: '#c9d8d2' }, areaStyle: { color: '#eef4f1' } }, selectedDataBackground: { lineStyle: { color: PINE }, areaStyle: { color: '#d5e6df' } }, moveHandleSize: 0 }],
    tooltip: {
      trigger: 'axis',
      formatter: (found: readonly { readonly dataIndex: number }[]) => {
        const n = found[0]?.dataIndex ?? 0;
        const value = series.values[n];
        const shown = value === null || value === undefined ? '–' : (series.categories[Number(value)] ?? `${words.number(Number(value))} ${series.unit}`);
        return `${series.lots[n] ?? series.rows[n]}<br/>${series.times[n] === undefined ? '' : `${words.when(series.times[n])}<br/>`}<b>${shown}</b>`;
      },
    },
    xAxis: { type: 'category', data: series.rows.map((row, n) => series.lots[n] ?? String(row)), axisLine: { lineStyle: { color: LINE } }, axisTick: { show: false }, axisLabel: { color: INK_SOFT } },
    yAxis: { type: 'value', ...boundsOf(series.values, [...centre, ...control, ...limits]), axisLabel: { color: INK_SOFT, formatter: (value: number) => words.number(value) }, splitLine: { show: false } },
    series: [
      {
        type: 'line',
        lineStyle: { color: PINE, width: 1 },
        data: series.values.map((value, n) => {
          const out = fired.has(series.rows[n] ?? -1) && centre.length > 0;
          return { value: value === null ? null : Number(value), symbol: out ? 'diamond' : 'circle', symbolSize: out ? 6 : 3, itemStyle: { color: out ? CLAY : PINE } };
        }),
        markLine: {
          silent: true, symbol: 'none', precision: -1,
          data: [...centre.map((one) => line(one, words.centre, INK_SOFT, 'solid')), ...control.map((one) => line(one, words.control, CLAY, 'dashed')), ...limits.map((one) => line(one, words.limit, GOLD, 'dotted'))],
        },
        ...(onset !== null && Number.isFinite(onset.lowRow) && {
          markArea: { silent: true, itemStyle: { color: 'rgba(165,52,29,0.10)' }, label: { color: CLAY, fontSize: 11 }, data: [[{ name: words.onset, xAxis: place(onset.lowRow) }, { xAxis: place(onset.highRow) }]] },
        }),
      },
    ],
  };
}
