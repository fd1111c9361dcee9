import { describe, expect, test } from 'vitest';
import type { BankReport } from '../../verify/bank';
import type { Answer } from '../../verify/verify';
import { alertsOf, moodOf } from './alerts';
import type { Watched } from './list';

const NOW = 1_800_000_000;
const holds: Answer = { state: 'holds', detail: '' };
const zero = new Uint8Array(32);

const entry: Watched = {
  uid: '0x11', subject: '22', name: 'A', issuer: 'B', points: 80_000_000, low: 76_000_000, expires: NOW + 90 * 86_400,
  floor: 75_000_000, added: '2026-11-26T00:00:00Z',
};

function report(change: { low?: number; revoked?: bigint; expires?: bigint; state?: number; part?: Answer } = {}): BankReport {
  const { low = 76_000_000, revoked = 0n, expires = BigInt(NOW + 90 * 86_400), state = 0, part = holds } = change;
  const answers = { credential: holds, issuer: holds, attestation: part, values: holds, block: holds };
  return {
    answers,
    verified: part.state === 'holds',
    credential: null,
    issuer: null,
    block: null,
    attestation: {
      uid: zero, schema: zero, made: 1n, expires, revoked, recipient: zero, attester: zero, revocable: true,
      claim: { subject: zero, policy: zero, points: low + 4_000_000, low, high: low + 8_000_000, band: 1, state, inputs: zero, card: zero, heads: [] },
    },
  };
}

const fails: Answer = { state: 'fails', detail: '', error: 'ProofError' };
const open: Answer = { state: 'not established', detail: '' };

describe('what a bank is told', () => {
  test('nothing while all is well', () => {
    expect(alertsOf({ entry, report: report(), newest: null }, NOW)).toEqual([]);
    expect(moodOf([])).toBe('good');
  });

  test.each([
    ['a revocation', report({ revoked: 5n, part: fails }), ['revoked']],
    ['an end', report({ expires: BigInt(NOW), part: fails }), ['expired']],
    ['a refusal', report({ part: fails }), ['refused']],
    ['an open question', report({ part: open }), ['unknown']],
    ['a score below the floor', report({ low: 74_999_999 }), ['below']],
    ['a score that is none any more', report({ state: 1 }), ['below']],
    ['an end that is near', report({ expires: BigInt(NOW + 86_400) }), ['soon']],
  ] as const)('%s', (_, found, alerts) => {
    expect(alertsOf({ entry, report: found, newest: null }, NOW)).toEqual(alerts);
  });

  test('a newer score, and that it lies below the floor, though the watched one does not', () => {
    expect(alertsOf({ entry, report: report(), newest: report({ low: 60_000_000 }) }, NOW)).toEqual(['below', 'newer']);
    expect(alertsOf({ entry, report: report(), newest: report({ low: 90_000_000 }) }, NOW)).toEqual(['newer']);
  });

  test('nothing by a newer attestation that does not hold', () => {
    expect(alertsOf({ entry, report: report(), newest: report({ low: 1, part: fails }) }, NOW)).toEqual([]);
  });

  test('the worst first, by colour too', () => {
    expect(moodOf(['newer', 'below'])).toBe('bad');
    expect(moodOf(['newer', 'soon'])).toBe('watch');
  });
});
