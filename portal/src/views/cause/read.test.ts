import { describe, expect, it } from 'vitest';
import { causesOf, changesOf, figureOf, forecastOf, notesOf, onsetOf, signalRows, signaturesOf } from './read';

const FIGURE = { raw: '0.98', probability: '0.925', low: '0.9', high: '0.95', statements: 120, twins: 40 };

describe('documents of a causal case', () => {
  it('keeps a figure that twins could not give apart from zero', () => {
    expect(figureOf(null)).toBeNull();
    expect(figureOf({ ...FIGURE, probability: null })?.probability).toBeNull();
    expect(figureOf(FIGURE)?.probability).toBe(0.925);
  });

  it('reads causes with their paths, and lets unknown fields be', () => {
    const [first] = causesOf({ causes: [{ rank: 1, name: 'offset', path: FIGURE, changed: null, explains: FIGURE, share: '0.3', part: '2.4', paths: [{ steps: ['a', 'b'], stated: FIGURE }], newer: 1 }] });
    expect(first).toMatchObject({ name: 'offset', changed: null, share: 0.3, part: 2.4 });
    expect(first?.paths[0]?.steps).toEqual(['a', 'b']);
  });

  it('reads nothing out of nothing', () => {
    expect(causesOf(null)).toEqual([]);
    expect(changesOf(undefined)).toEqual([]);
    expect(notesOf({})).toEqual([]);
    expect(Number.isNaN(forecastOf({}).before)).toBe(true);
    expect(onsetOf({}).low).toBe('');
  });

  it('finds signals by row', () => {
    expect(signalRows({ signals: [{ row: 7 }, { row: 9 }] })).toEqual(new Set([7, 9]));
  });
});

describe('signatures of a correction', () => {
  it('are told by who gave them, with meaning and reason, in their order; other entries are none', () => {
    const history = [
      { event: 'open', actor: { name: 'eva' }, signature: null, at: '2026-11-02T06:00:00Z', reason: '' },
      { event: 'release', actor: { name: 'pia', user: 'usr_1' }, signature: { meaning: 'release' }, at: '2026-11-02T07:00:00Z', reason: '' },
      { event: 'reject', actor: { user: 'usr_2' }, signature: { meaning: 'rejection' }, at: '2026-11-02T08:00:00Z', reason: 'too low' },
      'damaged',
    ];
    expect(signaturesOf(history)).toEqual([
      { who: 'pia', at: '2026-11-02T07:00:00Z', meaning: 'release', reason: '' },
      { who: 'usr_2', at: '2026-11-02T08:00:00Z', meaning: 'rejection', reason: 'too low' },
    ]);
  });
});
