/** Instants: RFC 3339 text, read as strictly as `evidence/clock.py`. */

import { MalformedError, quoted } from './errors';

const INSTANT =
  /^([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,6}))?(?:Z|([+-])(0[0-9]|1[0-4]):([0-5][0-9]))$/;
const LAST_SECOND = 253_402_300_799;
const FIRST_MICRO = BigInt(Date.UTC(1970, 0, 1) - 62_135_596_800_000) * 1000n;
const LAST_MICRO = (BigInt(LAST_SECOND) + 1n) * 1_000_000n;

/** Microseconds since 1970, UTC; capital T and Z, offsets to 14 h, no leap second, not `-00:00`. */
export function parseInstant(text: string): bigint {
  const match = INSTANT.exec(text);
  if (match === null || text.endsWith('-00:00')) {
    throw new MalformedError(`${quoted(text)} is not an RFC 3339 time`);
  }
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [number, number, number, number, number, number];
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (year === 0 || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day || hour > 23 || minute > 59 || second > 59) {
    throw new MalformedError(`${quoted(text)}: no such date or time`);
  }
  const seconds = BigInt(date.getTime() / 1000 + hour * 3600 + minute * 60 + second);
  const micro = BigInt((match[7] ?? '').padEnd(6, '0'));
  const offset = match[8] === undefined ? 0n : BigInt(`${match[8] === '-' ? '-' : ''}${Number(match[9]) * 3600 + Number(match[10]) * 60}`);
  const instant = (seconds - offset) * 1_000_000n + micro;
  if (instant < FIRST_MICRO || instant >= LAST_MICRO) throw new MalformedError(`${quoted(text)}: beyond the calendar`);
  return instant;
}

/** Check that whole seconds since 1970 lie in the years 1970 to 9999. */
export function epochSeconds(seconds: number): number {
  if (seconds < 0 || seconds > LAST_SECOND) {
    throw new MalformedError(`${seconds} seconds since 1970 is not a year from 1970 to 9999`);
  }
  return seconds;
}

/** `2026-03-01T07:00:00Z`; "second N" beyond the calendar. */
export function showSeconds(seconds: bigint | number): string {
  return BigInt(seconds) > BigInt(LAST_SECOND) ? `second ${seconds}` : new Date(Number(seconds) * 1000).toISOString().replace('.000Z', 'Z');
}
