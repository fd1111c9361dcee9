import { describe, expect, test } from 'vitest';
import { calendarOf } from './calendar';
import { policyHash } from './policies';
import { blocksIn, readNetwork } from './prove';
import { readAudit } from './reports';

describe('blocks that somebody trusts', () => {
  const hash = 'ab'.repeat(32);

  test('are read with and without prefix, in any case and order', () => {
    expect(blocksIn(`0x${hash}\n${hash.toUpperCase()}, 0x${'12'.repeat(32)}`)).toEqual({ blocks: [hash, hash, '12'.repeat(32)], wrong: [] });
  });

  test('and what is none is named', () => {
    expect(blocksIn(`0x${hash} 0x12 block7`)).toEqual({ blocks: [hash], wrong: ['0x12', 'block7'] });
    expect(blocksIn('  ')).toEqual({ blocks: [], wrong: [] });
  });
});

describe('the calendar', () => {
  test('has no holes: a month without anything stands there with zeros', () => {
    const { months, rows } = calendarOf([
      { month: '2025-11', kinds: { delivery: 2 } },
      { month: '2026-02', kinds: { delivery: 1, audit: 1 } },
    ]);
    expect(months).toEqual(['2025-11', '2025-12', '2026-01', '2026-02']);
    expect(rows).toEqual([
      { kind: 'audit', counts: [0, 0, 0, 1] },
      { kind: 'delivery', counts: [2, 0, 0, 1] },
    ]);
  });

  test('shows at most three years, the newest', () => {
    const { months } = calendarOf([
      { month: '2010-01', kinds: { audit: 1 } },
      { month: '2026-01', kinds: { audit: 1 } },
    ]);
    expect([months.length, months.at(0), months.at(-1)]).toEqual([36, '2023-02', '2026-01']);
    expect(calendarOf([])).toEqual({ months: [], rows: [] });
  });
});

describe('an audit of the node', () => {
  test('is no clean bill without the word', () => {
    expect(readAudit({}).whole).toBe(false);
    expect(readAudit({ whole: 'yes' }).whole).toBe(false);
    expect(readAudit({ whole: true, series: { 'a/b': 3, 'c/d': 'x' }, spare: 1 })).toMatchObject({ whole: true, series: { 'a/b': 3, 'c/d': 0 } });
  });

  test('keeps its findings, and does not stumble over new fields', () => {
    expect(readAudit({ findings: [{ what: 'root differs', detail: 'at 5', since: 1 }, null] }).findings).toEqual([
      { what: 'root differs', detail: 'at 5' },
      { what: '', detail: '' },
    ]);
  });
});

test('a policy has one hash however its document is laid out', () => {
  expect(policyHash({ b: [1, { z: null, a: '不良' }], a: 2 })).toBe(policyHash({ a: 2, b: [1, { a: '不良', z: null }] }));
  expect(policyHash({ a: 2 })).not.toBe(policyHash({ a: 3 }));
});

test('what is no network file is refused with its reason', () => {
  expect(readNetwork(new TextEncoder().encode('{}'))).toMatch(/network file/);
});
