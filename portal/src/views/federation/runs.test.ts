import { describe, expect, it } from 'vitest';
import { consequenceOf, descendants, effectOf, lossesOf, newsOf, presenceOf, whiskersOf } from './runs';

const round = (number: number, members: string[], out: string[] = []) => ({ round: number, members, out });

describe('a run', () => {
  it('tells its losses round by round, and lets other events be', () => {
    const events = [
      { event: 'started' },
      { event: 'round', round: 1, metrics: ['0.61', '0.52', '0.03'], took_ms: 4100 },
      { event: 'round', round: 2, metrics: [] },
      { event: 'round', round: 3, metrics: ['0.5', '0.4'] },
    ];
    expect(lossesOf(events)).toEqual([{ round: 1, before: 0.61, after: 0.52, took: 4100 }, { round: 3, before: 0.5, after: 0.4, took: Number.NaN }]);
  });

  it('tells what happened beside its rounds, newest first, and waiting once', () => {
    const events = [
      { event: 'waiting', round: 4, present: 1, reason: 'few', at_ms: 1_000 },
      { event: 'waiting', round: 4, present: 2, reason: 'few', at_ms: 2_000 },
      { event: 'masked', round: 4 },
      { event: 'refused', node: '7', message: 'another code', at_ms: 3_000 },
    ];
    expect(newsOf(events)).toEqual([
      { kind: 'refused', at: '1970-01-01T00:00:03.000Z', text: 'another code', values: {} },
      { kind: 'waiting', at: '1970-01-01T00:00:02.000Z', text: 'few', values: { round: 4, present: 2 } },
    ]);
  });

  it('says who was in and who dropped out', () => {
    expect(presenceOf(round(1, ['a', 'b', 'c'], ['b']))).toEqual({ in: ['a', 'c'], out: ['b'] });
  });
});

describe('a party that leaves', () => {
  const records = [round(1, ['a', 'b', 'c']), round(2, ['a', 'b', 'c', 'd'], ['d']), round(3, ['a', 'b', 'c', 'd']), round(4, ['a', 'b', 'c'])];

  it('takes everything back to before the first sum that it was in', () => {
    expect(consequenceOf(records, 'a')).toEqual({ checkpoint: 0, again: 4 });
    expect(consequenceOf(records, 'd')).toEqual({ checkpoint: 2, again: 2 });
  });

  it('leaves a run as it is that it never was in', () => {
    expect(consequenceOf(records, 'x')).toBeNull();
    expect(consequenceOf([], 'a')).toBeNull();
  });

  it('stops the models that come from the run, not those that nobody told the run of', () => {
    const models = [{ run: 'ab12ff', state: 'released' }, { run: '', state: 'trial' }, { run: 'ab12aa', state: 'stopped' }, { run: 'cd', state: 'trial' }];
    expect(descendants(models, 'ab12')).toEqual([{ run: 'ab12ff', state: 'released' }]);
  });
});

describe('a contribution', () => {
  it('is told from two standard errors on', () => {
    expect(effectOf({ effect: '0.21', error: '0.1' }).says).toBe('above');
    expect(effectOf({ effect: '0.2', error: '0.1' }).says).toBe('unclear');
    expect(effectOf({ effect: '-0.21', error: '0.1' }).says).toBe('below');
    expect(effectOf({ effect: '', error: '' }).says).toBe('unknown');
  });

  it('stands around the average party, on one scale for all', () => {
    const [one, other, none] = whiskersOf([effectOf({ effect: '0.4', error: '0.05' }), effectOf({ effect: '-0.4', error: '0.05' }), effectOf({ effect: '', error: '' })]);
    expect(none).toBeNull();
    expect(Number(one?.dot) - 50).toBeCloseTo(50 - Number(other?.dot));
    expect(Number(one?.left) + Number(one?.width)).toBeCloseTo(97.62, 1);
  });
});
