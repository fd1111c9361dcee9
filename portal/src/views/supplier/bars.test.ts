import { describe, expect, it } from 'vitest';
import { barsOf, partsOf, scaleOf, span } from './bars';
import { axisOf, marksOf } from './chartOptions';
import { moved, position, shareAt, STEPS } from './sliders';
import { observedOf } from './counts';
import type { Line } from './queries';

const line = (indicator: string, contribution: string, points = '10', of = '40'): Line => ({
  indicator, title: indicator, observed: '', share: '0.1', present: true, points, low: points, high: points, of, contribution,
});

describe('waterfall', () => {
  const lines = [line('a', '3.4'), line('b', '-1.3'), line('c', '1.6')];
  const bars = barsOf('82.2', lines, '85.9');

  it('falls first and then rises, each step from where the last one ended, up to the score', () => {
    expect(bars.map(({ key }) => key)).toEqual(['reference', 'b', 'c', 'a', 'score']);
    expect(bars[1]).toMatchObject({ kind: 'loss', from: 82.2 });
    expect(bars[2]?.from).toBe(bars[1]?.to);
    expect(bars[3]?.to).toBeCloseTo(85.9, 9);
  });

  it('shows every step whole, inside the scale', () => {
    const scale = scaleOf(bars);
    for (const bar of bars.slice(1, -1)) {
      const { left, width } = span(bar, scale);
      expect(left).toBeGreaterThanOrEqual(0);
      expect(left + width).toBeLessThanOrEqual(100.4);
      expect(Math.min(bar.from, bar.to)).toBeGreaterThanOrEqual(scale.least);
    }
  });

  it('shows what each indicator has of its own points while there is no score', () => {
    expect(partsOf([line('a', '0', '5', '25'), line('b', '0', '39', '40')]).map(({ key, value }) => [key, value])).toEqual([['b', 39], ['a', 5]]);
  });
});

describe('what was observed', () => {
  it('is read as numbers, or left in the words of the node', () => {
    expect(observedOf('16 of 120300')).toEqual({ bad: '16', of: '120300' });
    expect(observedOf('0.185166 of 12')).toEqual({ bad: '0.185166', of: '12' });
    expect(observedOf('nothing')).toBeNull();
  });
});

describe('what-if sliders', () => {
  it('go from none to all, and back to the same place', () => {
    expect([shareAt(0), shareAt(STEPS)]).toEqual(['0', '1']);
    expect([position('0'), position('1'), position('0.00000001')]).toEqual([0, STEPS, 0]);
    for (let place = 0; place <= STEPS; place += 1) expect(position(shareAt(place))).toBe(place);
  });

  it('write shares as the node takes them: decimal text from 0 to 1', () => {
    for (let place = 0; place <= STEPS; place += 1) expect(shareAt(place)).toMatch(/^(0(\.[0-9]{1,30})?|1(\.0{1,30})?)$/);
  });

  it('ask only about what was moved', () => {
    expect(moved({ a: position('0.1'), b: 0, ghost: 3 }, { a: '0.1', b: '0.2' })).toEqual({ b: '0' });
  });
});

describe('control chart', () => {
  const panel = { name: 'MR', first: 2, points: [1, 5, 1], centre: 2, lower: 0, upper: 4, outside: [3] };

  it('marks points by their number, which need not begin at one', () => {
    expect(marksOf(panel, [], true)).toEqual(['fine', 'out', 'fine']);
    expect(marksOf(panel, [{ rule: 'r', text: '', point: 4, points: [3, 4] }], true)).toEqual(['fine', 'out', 'pattern']);
  });

  it('always has its limits inside the picture', () => {
    const { min, max } = axisOf({ ...panel, points: [1.9, 2.1] }, [9]);
    expect(min).toBeLessThan(0);
    expect(max).toBeGreaterThan(9);
  });
});
