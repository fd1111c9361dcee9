/** The exact sums of a measurement series, all that a score is computed from (`evidence/aggregate.py`). */

import { SchemaError, quoted } from './errors';
import type { JsonObject } from './json';

const MAX_VALUES = 10_000;
const NAMES = ['decimals', 'n', 'sum', 'sum_squares', 'min', 'max', 'subgroups', 'subgroup_sum_squares'] as const;

/** Values are in units of 10^-decimals. */
export type Aggregate = Readonly<Record<(typeof NAMES)[number], bigint>>;

const DECIMAL = /^-?(?:0|[1-9][0-9]{0,29})(?:\.[0-9]{1,30})?$/;

export function isDecimal(text: string): boolean {
  return DECIMAL.test(text);
}

function checked(aggregate: Aggregate): Aggregate {
  const { decimals, n, subgroups: k, min: low, max: high, sum, sum_squares: squares, subgroup_sum_squares: groups } = aggregate;
  if (decimals < 0n || decimals > 30n || n < 1n || n > BigInt(MAX_VALUES) || k < 1n || k > n || n % k !== 0n) {
    throw new SchemaError('counts that do not fit: decimals 0..30, n 1..10000, n a multiple of subgroups');
  }
  const within = squares * n - sum * sum;
  const between = groups * k - sum * sum;
  const pooled = squares * (n / k) - groups;
  const possible =
    low <= high &&
    n * low <= sum &&
    sum <= n * high &&
    // Cauchy-Schwarz three times, and (x - low)(high - x) >= 0 summed over all values.
    within >= 0n &&
    between >= 0n &&
    pooled >= 0n &&
    (low + high) * sum - n * low * high - squares >= 0n &&
    // All values equal exactly when the spread is none; one value a subgroup makes both sums of squares equal.
    (within === 0n) === (low === high) &&
    (k !== n || pooled === 0n);
  if (!possible) throw new SchemaError('sums that no series of values can have');
  return aggregate;
}

export function aggregateFromJson(value: JsonObject): Aggregate {
  const entries = NAMES.map((name) => {
    const text = value[name];
    if (typeof text !== 'string' || !/^(?:0|-?[1-9][0-9]{0,159})$/.test(text)) {
      throw new SchemaError('not an integer written as a decimal string', `/${name}`);
    }
    return [name, BigInt(text)] as const;
  });
  if (Object.keys(value).length !== NAMES.length) throw new SchemaError('more numbers than an aggregate has');
  return checked(Object.fromEntries(entries) as Aggregate);
}

/** The sums of `values` (decimal strings), taken in order as subgroups of `size`. */
export function aggregateOf(values: readonly string[], size: bigint): Aggregate {
  if (values.length < 1 || values.length > MAX_VALUES) {
    throw new SchemaError(`${values.length} values; 1 to ${MAX_VALUES} are allowed`, '/values');
  }
  const step = Number(size);
  if (step < 1 || values.length % step !== 0) {
    throw new SchemaError(`${values.length} values do not fill subgroups of ${size}`, '/subgroup_size');
  }
  let decimals = 0;
  values.forEach((value, at) => {
    if (!isDecimal(value)) throw new SchemaError(`${quoted(value)} is not a decimal number`, `/values/${at}`);
    decimals = Math.max(decimals, (value.split('.')[1] ?? '').length);
  });
  const whole = values.map((value) => scaledText(value, decimals));
  const sums: bigint[] = [];
  for (let at = 0; at < whole.length; at += step) sums.push(total(whole.slice(at, at + step)));
  return checked({
    decimals: BigInt(decimals),
    n: BigInt(whole.length),
    sum: total(sums),
    sum_squares: total(whole.map((value) => value * value)),
    min: whole.reduce((a, b) => (a < b ? a : b)),
    max: whole.reduce((a, b) => (a > b ? a : b)),
    subgroups: BigInt(sums.length),
    subgroup_sum_squares: total(sums.map((value) => value * value)),
  });
}

export function aggregatesEqual(one: Aggregate, other: Aggregate): boolean {
  return NAMES.every((name) => one[name] === other[name]);
}

/** The limit and by what the sums' unit must be multiplied: limit = a / (f * 10^decimals). */
export function scaled(aggregate: Aggregate, limit: string): [bigint, bigint] {
  const finer = Math.max(0, (limit.split('.')[1] ?? '').length - Number(aggregate.decimals));
  return [scaledText(limit, Number(aggregate.decimals) + finer), 10n ** BigInt(finer)];
}

function total(values: readonly bigint[]): bigint {
  return values.reduce((sum, value) => sum + value, 0n);
}

function scaledText(value: string, decimals: number): bigint {
  const [whole = '0', part = ''] = value.split('.');
  return BigInt(whole + part.padEnd(decimals, '0'));
}
