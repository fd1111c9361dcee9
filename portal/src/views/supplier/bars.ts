/** Bars of a waterfall: from the reference over each contribution to the score. All in points. Pure. */
import type { Line } from './queries';

export interface Bar {
  readonly key: string;
  readonly kind: 'total' | 'gain' | 'loss';
  /** Where the bar begins and ends on the scale. */
  readonly from: number;
  readonly to: number;
  readonly value: number;
  readonly line: Line | null;
}

export interface Scale {
  readonly least: number;
  readonly most: number;
}

/** While there is no score: what each indicator has of its own points, each from zero. */
export function partsOf(lines: readonly Line[]): Bar[] {
  return [...lines]
    .sort((a, b) => Number(b.of) - Number(a.of))
    .map((line) => ({ key: line.indicator, kind: 'gain', from: 0, to: Number(line.points), value: Number(line.points), line }));
}

/** Lines that cost most first, then those that gain: the eye falls to the end and rises again. */
export function barsOf(reference: string, lines: readonly Line[], points: string | null): Bar[] {
  const start = Number(reference);
  const ordered = [...lines].sort((a, b) => Number(a.contribution) - Number(b.contribution));
  let level = start;
  const steps = ordered.map((line): Bar => {
    const value = Number(line.contribution);
    const from = level;
    level += value;
    return { key: line.indicator, kind: value < 0 ? 'loss' : 'gain', from, to: level, value, line };
  });
  const end = points === null ? level : Number(points);
  return [
    { key: 'reference', kind: 'total', from: 0, to: start, value: start, line: null },
    ...steps,
    { key: 'score', kind: 'total', from: 0, to: end, value: end, line: null },
  ];
}

/** A scale that shows the steps large: totals may begin outside it, steps never do. */
export function scaleOf(bars: readonly Bar[]): Scale {
  const ends = bars.flatMap((bar) => (bar.kind === 'total' ? [bar.to] : [bar.from, bar.to]));
  const least = Math.min(...ends);
  const most = Math.max(...ends);
  const room = Math.max(2, (most - least) * 0.25);
  return { least: Math.max(0, Math.floor(least - room)), most: Math.min(100, Math.ceil(most + room)) };
}

/** Left edge and width in percent of the scale. */
export function span(bar: Bar, scale: Scale): { readonly left: number; readonly width: number } {
  const range = Math.max(scale.most - scale.least, 1e-9);
  const at = (value: number): number => Math.min(100, Math.max(0, ((value - scale.least) / range) * 100));
  const [a, b] = [at(Math.min(bar.from, bar.to)), at(Math.max(bar.from, bar.to))];
  return { left: a, width: Math.max(b - a, 0.4) };
}
