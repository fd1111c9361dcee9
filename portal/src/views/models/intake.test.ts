import { describe, expect, it } from 'vitest';
import { EMPTY, formOf, problemOf } from './intake';

const HEX = 'ab'.repeat(32);
const FILE = { ...EMPTY, from: 'file' as const, round: HEX, parties: 4 };

describe('a model that comes in', () => {
  it('from a run needs the run alone', () => {
    expect(problemOf(EMPTY, false)).toBe('source');
    expect(problemOf({ ...EMPTY, run: 'ab12' }, false)).toBe('');
    expect([...formOf({ ...EMPTY, run: 'ab12', figures: 'auc=0.9\nf1=0.6', lines: 'L1,L2' }, null)]).toEqual([
      ['run', 'ab12'], ['figure', 'auc=0.9'], ['figure', 'f1=0.6'], ['line', 'L1'], ['line', 'L2'],
    ]);
  });

  it('as a file needs its round and how many took part, and names its run only where it is known', () => {
    expect(problemOf(FILE, false)).toBe('source');
    expect(problemOf(FILE, true)).toBe('');
    expect(problemOf({ ...FILE, round: 'ab' }, true)).toBe('round');
    expect(problemOf({ ...FILE, origin: 'ab' }, true)).toBe('origin');
    expect(problemOf({ ...FILE, parties: null }, true)).toBe('parties');
    expect(problemOf({ ...FILE, epsilon: 'few' }, true)).toBe('epsilon');
    const sent = formOf({ ...FILE, origin: ` ${HEX} ` }, new File(['{}'], 'model.risk.json'));
    expect([...sent.keys()]).toEqual(['file', 'round', 'parties', 'run']);
    expect(sent.get('run')).toBe(HEX);
  });

  it('is not sent with figures that are none', () => {
    expect(problemOf({ ...EMPTY, run: 'ab12', figures: 'good' }, false)).toBe('figures');
  });
});
