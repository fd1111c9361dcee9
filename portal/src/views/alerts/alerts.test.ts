import { describe, expect, it } from 'vitest';
import type { Row } from '../suppliers/rows';
import { alertsOf } from './alerts';

const row = (lei: string, more: Partial<Row> = {}): Row => ({
  lei, name: lei, active: true, standing: 'rated', points: 80e6, low: 75e6, high: 85e6, band: 'B', eligible: true, commodity: '*', direction: 'steady', change: null, computed: null, attested: false, cases: 0, ...more,
});
const NOW = new Date('2026-11-26T00:00:00Z');

describe('alerts', () => {
  it('tell of what fell, what froze, what is overdue and what is close, worst first', () => {
    const lei = 'A'.repeat(20);
    const rows = [
      row('close', { low: 71e6 }),
      row('fell', { change: '-4.0' }),
      row('lost', { change: '-9.0', eligible: false, low: 60e6 }),
      row('calm', { change: '-1.0' }),
      row('iced'),
      row(lei),
    ];
    const found = alertsOf(rows, new Map([['iced', 'frozen']]), [{ id: 'c1', subject: `${lei}/LINE-1`, due: '2026-11-25T00:00:00Z' }, { id: 'c2', subject: lei, due: '2026-12-25T00:00:00Z' }], 70e6, NOW);
    expect(found.map(({ kind, name }) => [kind, name])).toEqual([['frozen', 'iced'], ['lost', 'lost'], ['overdue', lei], ['fell', 'fell'], ['close', 'close']]);
    expect(found[2]?.caseId).toBe('c1');
  });

  it('tell of nothing when nothing is the matter', () => {
    expect(alertsOf([row('a'), row('b', { standing: 'unscored', points: null, low: null, eligible: null })], new Map(), [], 70e6, NOW)).toEqual([]);
  });
});
