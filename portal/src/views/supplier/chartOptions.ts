/** A control chart's panels as options of the charting library. Limits always lie inside the picture. Pure. */
import type { EChartsCoreOption } from 'echarts/core';
import type { Schemas } from '../../api/client';
import { CLAY, GOLD, INK_SOFT, LINE, PINE, SANS } from '../../theme/theme';

type Panel = Schemas['PanelView'];
type Chart = Schemas['ChartView'];

/** Marks of the panel's points: beyond a limit, part of a pattern, or fine. */
export function marksOf(panel: Panel, signals: Chart['signals'], location: boolean): ('out' | 'pattern' | 'fine')[] {
  const outside = new Set(panel.outside);
  const pattern = new Set(location ? signals.flatMap(({ points }) => points) : []);
  return panel.points.map((_, n) => {
    const number = panel.first + n;
    return outside.has(number) ? 'out' : pattern.has(number) ? 'pattern' : 'fine';
  });
}

/** Axis that holds all points, control limits and, where given, specification limits, with a little room. */
export function axisOf(panel: Panel, also: readonly number[]): { readonly min: number; readonly max: number } {
  const values = [...panel.points, panel.lower, panel.upper, panel.centre, ...also].filter(Number.isFinite);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const room = (most - least || Math.abs(most) || 1) * 0.08;
  return { min: least - room, max: most + room };
}

const STYLE = { out: { color: CLAY, size: 9, symbol: 'diamond' }, pattern: { color: GOLD, size: 8, symbol: 'triangle' }, fine: { color: PINE, size: 5, symbol: 'circle' } } as const;

export interface Words {
  readonly upper: string;
  readonly lower: string;
  readonly centre: string;
  readonly specification: string;
  number(value: number): string;
  /** What the point is: date and lot. */
  point(number: number): string;
}

export function panelOption(panel: Panel, chart: Chart, location: boolean, words: Words): EChartsCoreOption {
  // Specification limits say something about single values only: means lie closer together.
  const limits = location && chart.basis === 'values' ? [chart.limits.lower_limit, chart.limits.upper_limit].flatMap((limit) => (limit === null ? [] : [Number(limit)])) : [];
  const marks = marksOf(panel, chart.signals, location);
  const line = (value: number, name: string, color: string, type: 'solid' | 'dashed' | 'dotted') => ({
    yAxis: value, name, lineStyle: { color, type, width: 1.2 }, label: { formatter: `${name} ${words.number(value)}`, position: 'insideEndTop', color, fontSize: 11 },
  });
  return {
    animation: false,
    textStyle: { fontFamily: SANS },
    grid: { left: 12, right: 16, top: 18, bottom: 8, containLabel: true },
    tooltip: {
      trigger: 'axis',
      formatter: (found: readonly { readonly dataIndex: number }[]) => {
        const n = found[0]?.dataIndex ?? 0;
        return `${words.point(panel.first + n)}<br/><b>${words.number(panel.points[n] ?? NaN)}</b>`;
      },
    },
    xAxis: { type: 'category', data: panel.points.map((_, n) => panel.first + n), axisLine: { lineStyle: { color: LINE } }, axisTick: { show: false }, axisLabel: { color: INK_SOFT } },
    yAxis: { type: 'value', ...axisOf(panel, limits), axisLabel: { color: INK_SOFT, formatter: (value: number) => words.number(value) }, splitLine: { show: false } },
    series: [
      {
        type: 'line',
        lineStyle: { color: PINE, width: 1.4 },
        data: panel.points.map((value, n) => {
          const style = STYLE[marks[n] ?? 'fine'];
          return { value, symbol: style.symbol, symbolSize: style.size, itemStyle: { color: style.color } };
        }),
        markLine: {
          silent: true,
          symbol: 'none',
          // ECharts rounds the places of lines to two decimals unless told not to: all limits of a fine bore fell on one.
          precision: -1,
          data: [
            line(panel.upper, words.upper, CLAY, 'dashed'),
            line(panel.centre, words.centre, INK_SOFT, 'solid'),
            line(panel.lower, words.lower, CLAY, 'dashed'),
            ...limits.map((value) => line(value, words.specification, GOLD, 'dotted')),
          ],
        },
      },
    ],
  };
}
