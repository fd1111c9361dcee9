import { describe, expect, it } from 'vitest';
import { LANE, mayLead, placesOf, probabilityOf } from './layout';
import type { Column } from './layout';

const column = (name: string, tier: number, observation = false): Column => ({ name, tier, observation, kind: 'continuous', unit: '1', categories: [], source: '' });
const COLUMNS = [column('a', 0), column('b', 0), column('c', 2), column('d', 2), column('look', 3, true)];

describe('the canvas', () => {
  it('has one lane a tier, and no two columns in one place', () => {
    const places = placesOf(COLUMNS, [['b', 'c'], ['a', 'd']]);
    expect(places.get('c')?.y).toBe(LANE);
    expect(places.get('look')?.y).toBe(2 * LANE);
    expect(new Set([...places.values()].map(({ x, y }) => `${x}/${y}`)).size).toBe(COLUMNS.length);
    // What a leads to stands left of what b leads to.
    expect((places.get('d')?.x ?? 0) < (places.get('c')?.x ?? 0)).toBe(true);
  });

  it('holds a hundred columns', () => {
    const many = Array.from({ length: 100 }, (_, n) => column(`c${n}`, n % 8));
    expect(placesOf(many, []).size).toBe(100);
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
