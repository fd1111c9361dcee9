import { describe, expect, it } from 'vitest';
import { cell, csv } from './csv';
import { choose, countCases, FIRST_WISH, linesOf, rowOf, valuesOf } from './rows';
import type { Row } from './rows';
import { blocksOf } from './useTrends';

const around = { cases: new Map([['L1', 2]]) };
const supplier = (lei: string, name: string, card: object | null, change: string | null = null) =>
  ({
    lei, name, active: true,
    score: card === null ? null : { number: 1, subject: lei, computed: '2026-01-01T00:00:00Z', policy: '', attestation: null, credential: false, card },
    trend: { direction: change === null ? 'new' : 'down', change },
  }) as unknown as Parameters<typeof rowOf>[0];
const rated = (points: number, more: object = {}) => ({ state: 'rated', points, low: points - 5e6, high: points + 5e6, band_name: points > 8e7 ? 'B' : 'D', eligibility: points > 7.5e7 ? 'eligible' : 'not-eligible', commodity: '*', ...more });

const rows: Row[] = [
  rowOf(supplier('L1', 'Beta', rated(85e6), '-1.5'), around),
  rowOf(supplier('L2', 'alpha', rated(60e6, { commodity: 'cells' })), around),
  rowOf(supplier('L3', 'Gamma', null), around),
  rowOf(supplier('L4', 'Delta', { state: 'not-rated', eligibility: 'not-eligible' }), around),
];

describe('rows', () => {
  it('reads a card and takes what it does not know, or what is missing, without harm', () => {
    expect(rows[0]).toMatchObject({ points: 85e6, band: 'B', eligible: true, cases: 2, change: '-1.5' });
    expect(rowOf(supplier('L5', 'X', { state: 'rated', points: 'many', news: [1] }), around)).toMatchObject({ standing: 'rated', points: null, band: null });
    expect(rows[3]).toMatchObject({ standing: 'not-rated', points: null, eligible: false });
  });

  it('filters by text, state, band, commodity and open cases', () => {
    const names = (wish: object): string[] => choose(rows, { ...FIRST_WISH, ...wish }, 'en').map(({ name }) => name);
    expect(names({ text: ' BET ' })).toEqual(['Beta']);
    expect(names({ text: 'l2' })).toEqual(['alpha']);
    expect(names({ standing: 'eligible' })).toEqual(['Beta']);
    expect(names({ standing: 'not-eligible' })).toEqual(['alpha', 'Delta']);
    expect(names({ standing: 'unscored' })).toEqual(['Gamma']);
    expect(names({ commodity: 'cells' })).toEqual(['alpha']);
    expect(names({ openCases: true })).toEqual(['Beta']);
  });

  it('puts what has no value last in either direction', () => {
    const points = (down: boolean): (number | null)[] => choose(rows, { ...FIRST_WISH, sort: 'points', down }, 'en').map((row) => row.points);
    expect(points(false)).toEqual([60e6, 85e6, null, null]);
    expect(points(true)).toEqual([85e6, 60e6, null, null]);
  });

  it('groups by commodity with the mean of those that have points', () => {
    const lines = linesOf(rows, true);
    expect(lines.filter(({ kind }) => kind === 'group')).toEqual([
      { kind: 'group', commodity: '*', count: 3, mean: 85e6 },
      { kind: 'group', commodity: 'cells', count: 1, mean: 60e6 },
    ]);
    expect(valuesOf(rows, 'commodity')).toEqual(['*', 'cells']);
  });

  it('counts open cases for the organisation, sites included', () => {
    const lei = '5493001KJTIIGC8Y1R12';
    expect(countCases([{ subject: lei, ended: false }, { subject: `${lei}/LINE-1`, ended: false }, { subject: lei, ended: true }])).toEqual(new Map([[lei, 2]]));
  });

  it('asks for trends in fixed blocks', () => {
    const leis = Array.from({ length: 60 }, (_, n) => `L${n}`);
    expect(blocksOf(leis, 20, 30).map((block) => [block[0], block.length])).toEqual([['L0', 25], ['L25', 25]]);
    expect(blocksOf(leis, 55, 70).map((block) => block.length)).toEqual([10]);
  });
});

describe('csv', () => {
  it('lets no cell become a formula, and keeps numbers numbers', () => {
    expect(cell('=HYPERLINK("http://evil")')).toBe(`"'=HYPERLINK(""http://evil"")"`);
    expect(cell('@SUM(1)')).toBe(`"'@SUM(1)"`);
    expect(cell(-1.5)).toBe('"-1.5"');
    expect(cell(null)).toBe('""');
    expect(csv([['a', 'b,c']])).toBe('\ufeff"a","b,c"\r\n');
  });
});
