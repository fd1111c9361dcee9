import { describe, expect, it } from 'vitest';
import type { Schemas } from '../../api/client';
import { drawnOf, shareOf, sharesOf } from './drawn';
import { undoOf } from './undo';

type Edge = Schemas['GraphView']['edges'][number];
const word = (author: string, saying: 'belief' | 'impossible' | 'withdrawn', log_odds = '0') => ({ author, saying, log_odds, reason: 'so', at: '2026-11-01T00:00:00Z' });
const edge = (cause: string, effect: string, more: Partial<Edge> = {}): Edge => ({ cause, effect, log_odds: '1.3863', impossible: false, history: [], ...more });
const TOLD = { edges: [['a', 'b', '0.87'], ['b', 'c', '0.41'], ['a', 'c', '0.93']] };

describe('what is drawn', () => {
  it('is what people said, what most sampled graphs have, and every step of the path', () => {
    const drawn = drawnOf([edge('x', 'a'), edge('x', 'b', { log_odds: null })], TOLD, ['a', 'b', 'c']);
    expect(drawn.map(({ cause, effect }) => cause + effect).sort()).toEqual(['ab', 'ac', 'bc', 'xa']);
    expect(drawn.find(({ cause, effect }) => cause === 'b' && effect === 'c')).toMatchObject({ path: true, share: 0.41, belief: null });
    expect(drawn.find(({ cause }) => cause === 'x')).toMatchObject({ path: false, share: 0, belief: expect.closeTo(0.8, 3) });
    expect(drawnOf([edge('x', 'a')], null, [])).toEqual([expect.objectContaining({ share: null, path: false })]);
  });

  it('tells an edge by both of its ends, arrows in names or not', () => {
    const odd = { edges: [['a→b', 'c', '0.9'], ['a', 'b→c', '0.7']] };
    expect(shareOf(sharesOf(odd), 'a→b', 'c')).toBe(0.9);
    expect(shareOf(sharesOf(odd), 'a', 'b→c')).toBe(0.7);
    expect(shareOf(sharesOf(odd), 'a', 'c')).toBe(0);
    expect(sharesOf({ edges: 'none' }).size).toBe(0);
  });
});

describe('undoing', () => {
  const said = { cause: 'a', effect: 'b', saying: 'impossible', probability: null, reason: 'physics' } as const;
  it('withdraws what was said for the first time', () => {
    expect(undoOf([], said, 'eva', 'undone')).toEqual({ cause: 'a', effect: 'b', saying: 'withdrawn', probability: null, reason: 'undone' });
    expect(undoOf([edge('a', 'b', { history: [word('paul', 'belief')] })], said, 'eva', 'undone').saying).toBe('withdrawn');
  });

  it('says again what the same person had said before, even over a withdrawal', () => {
    const history = [word('eva', 'belief', '1.3863'), word('paul', 'impossible')];
    const again = undoOf([edge('a', 'b', { history })], { ...said, saying: 'withdrawn' }, 'eva', 'undone');
    expect(again.saying).toBe('belief');
    expect(Number(again.probability)).toBeCloseTo(0.8, 4);
    expect(undoOf([edge('a', 'b', { history })], said, 'paul', 'undone')).toMatchObject({ saying: 'impossible', probability: null });
  });
});
