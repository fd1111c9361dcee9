/** Exact rational numbers in lowest terms, denominators positive, as Python's `Fraction`. */

export interface Fraction {
  readonly num: bigint;
  readonly den: bigint;
}

function gcd(one: bigint, other: bigint): bigint {
  let [a, b] = [one < 0n ? -one : one, other];
  while (b !== 0n) [a, b] = [b, a % b];
  return a;
}

export function fraction(num: bigint, den = 1n): Fraction {
  if (den === 0n) throw new Error('a fraction over zero');
  const [top, bottom] = den < 0n ? [-num, -den] : [num, den];
  const common = gcd(top, bottom);
  return { num: top / common, den: bottom / common };
}

/** `1/8`, `9.80665` or `-3`. */
export function parseFraction(text: string): Fraction {
  const [whole = '0', over = '1'] = text.split('/');
  const [digits = '0', decimals = ''] = whole.split('.');
  return fraction(BigInt(digits + decimals), BigInt(over) * 10n ** BigInt(decimals.length));
}

export const ZERO = fraction(0n);
export const ONE = fraction(1n);

export function add(a: Fraction, b: Fraction): Fraction {
  return fraction(a.num * b.den + b.num * a.den, a.den * b.den);
}

export function subtract(a: Fraction, b: Fraction): Fraction {
  return fraction(a.num * b.den - b.num * a.den, a.den * b.den);
}

export function multiply(a: Fraction, b: Fraction): Fraction {
  return fraction(a.num * b.num, a.den * b.den);
}

export function divide(a: Fraction, b: Fraction): Fraction {
  return fraction(a.num * b.den, a.den * b.num);
}

export function power(a: Fraction, exponent: number): Fraction {
  const n = BigInt(Math.abs(exponent));
  return exponent < 0 ? fraction(a.den ** n, a.num ** n) : fraction(a.num ** n, a.den ** n);
}

/** Negative, zero or positive as `a` is less than, equal to or more than `b`. */
export function compare(a: Fraction, b: Fraction): number {
  const difference = a.num * b.den - b.num * a.den;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

export function equals(a: Fraction, b: Fraction): boolean {
  return a.num === b.num && a.den === b.den;
}

/** Division of integers rounded down, also for negative numbers. */
export function floorDivide(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a % b !== 0n && a < 0n !== b < 0n ? quotient - 1n : quotient;
}

export function ceilDivide(a: bigint, b: bigint): bigint {
  return -floorDivide(-a, b);
}
