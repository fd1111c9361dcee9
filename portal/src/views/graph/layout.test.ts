import { describe, expect, it } from 'vitest';
import { HEAD, MOST_IN_ROW, ROW, STEP, layoutOf, mayLead, probabilityOf } from './layout';
import type { Column } from './layout';

const column = (name: string, tier: number, observation = false): Column => ({ name, tier, observation });
const COLUMNS = [column('a', 0), column('b', 0), column('c', 2), column('d', 2), column('look', 3, true)];

describe('the canvas', () => {
  it('has one lane a tier, and no two columns in one place', () => {
    const { places, lanes } = layoutOf(COLUMNS, [['b', 'c'], ['a', 'd']]);
    expect(lanes.map(({ tier }) => tier)).toEqual([0, 2, 3]);
    expect(places.get('c')?.y).toBe(lanes[1]?.y);
    expect(places.get('look')?.y).toBe(lanes[2]?.y);
    expect(new Set([...places.values()].map(({ x, y }) => `${x}/${y}`)).size).toBe(COLUMNS.length);
    // What a leads to stands left of what b leads to, so that the two edges do not cross.
    const left = (name: string): number => places.get(name)?.x ?? 0;
    expect(Math.sign(left('a') - left('b'))).toBe(Math.sign(left('d') - left('c')));
  });

  it.each([1, 3, 8])('keeps a hundred columns on %i tiers apart, in lanes that do not run into each other, no wider than a screen can show', (tiers) => {
    const many = Array.from({ length: 100 }, (_, n) => column(`c${n}`, n % tiers));
    const edges = Array.from({ length: 300 }, (_, n) => [`c${n % 100}`, `c${(n * 7 + 1) % 100}`] as const);
    const { places, lanes } = layoutOf(many, edges);
    const all = [...places.values()];
    expect(new Set(all.map(({ x, y }) => `${x}/${y}`)).size).toBe(100);
    expect(Math.max(...all.map(({ x }) => x))).toBeLessThan(HEAD + MOST_IN_ROW * STEP);
    for (const { name, tier } of many) {
      const lane = lanes.findIndex((one) => one.tier === tier);
      const y = places.get(name)?.y ?? -1;
      expect(y).toBeGreaterThanOrEqual(lanes[lane]?.y ?? Infinity);
      expect(y + ROW).toBeLessThanOrEqual(lanes[lane + 1]?.y ?? Infinity);
    }
  });

  it('stands the same however the columns are listed', () => {
    expect(layoutOf([...COLUMNS].reverse(), [['a', 'd']])).toEqual(layoutOf(COLUMNS, [['a', 'd']]));
    const one = layoutOf(COLUMNS, [['a', 'd'], ['b', 'c']]).places;
    expect(layoutOf(COLUMNS, [['b', 'c'], ['a', 'd']]).places).toEqual(one);
  });

  it('lets nothing lead backwards, from a watcher, or to itself', () => {
    expect(mayLead(COLUMNS, 'a', 'c')).toBe(true);
    expect(mayLead(COLUMNS, 'c', 'a')).toBe(false);
    expect(mayLead(COLUMNS, 'look', 'c')).toBe(false);
    expect(mayLead(COLUMNS, 'a', 'a')).toBe(false);
    expect(mayLead(COLUMNS, 'a', 'unknown')).toBe(false);
  });

  it('turns log-odds into probabilities', () => {
    expect(probabilityOf('0')).toBe(0.5);
    expect(probabilityOf('2.1972')).toBeCloseTo(0.9, 4);
  });
});
