/** Units of measure as UCUM codes: the bounded part of UCUM 2.2 that `evidence/ucum.py` understands, same tables. */

import { SchemaError, quoted } from './errors';
import { type Fraction, ONE, ZERO, add, divide, fraction, multiply, parseFraction, power } from './fraction';

const MAX_LENGTH = 40;
const MAX_COMPONENTS = 8;

const PREFIXES: ReadonlyMap<string, number> = new Map(
  Object.entries({
    Y: 24,
    Z: 21,
    E: 18,
    P: 15,
    T: 12,
    G: 9,
    M: 6,
    k: 3,
    h: 2,
    da: 1,
    d: -1,
    c: -2,
    m: -3,
    u: -6,
    n: -9,
    p: -12,
    f: -15,
    a: -18,
    z: -21,
    y: -24,
  }),
);
const BASE = new Set(['m', 'g', 's', 'K', 'C', 'cd', 'rad', 'mol', 'By', 'B']);
type Ratio = readonly [string, string];
const METRIC: ReadonlyMap<string, Ratio> = new Map<string, Ratio>([
  ['N', ['1000', 'g.m.s-2']],
  ['Pa', ['1', 'N.m-2']],
  ['J', ['1', 'N.m']],
  ['W', ['1', 'J.s-1']],
  ['Hz', ['1', 's-1']],
  ['A', ['1', 'C.s-1']],
  ['V', ['1', 'J.C-1']],
  ['Ohm', ['1', 'V.A-1']],
  ['S', ['1', 'A.V-1']],
  ['F', ['1', 'C.V-1']],
  ['Wb', ['1', 'V.s']],
  ['T', ['1', 'Wb.m-2']],
  ['H', ['1', 'Wb.A-1']],
  ['lm', ['1', 'cd']],
  ['lx', ['1', 'lm.m-2']],
  ['bar', ['100000', 'Pa']],
  ['L', ['0.001', 'm3']],
  ['l', ['0.001', 'm3']],
  ['t', ['1000000', 'g']],
  ['Cel', ['1', 'K']],
  ['bit', ['1/8', 'By']],
  ['kat', ['1', 'mol.s-1']],
  ['St', ['0.0001', 'm2.s-1']],
  ['P', ['0.1', 'Pa.s']],
  ['G', ['0.0001', 'T']],
  ['m[Hg]', ['133322', 'Pa']],
]);
const PLAIN: ReadonlyMap<string, Ratio> = new Map<string, Ratio>([
  ['min', ['60', 's']],
  ['h', ['3600', 's']],
  ['d', ['86400', 's']],
  ['wk', ['604800', 's']],
  ['deg', ['1', 'deg']],
  ["'", ['1/60', 'deg']],
  ["''", ['1/3600', 'deg']],
  ['gon', ['0.9', 'deg']],
  ['circ', ['360', 'deg']],
  ['%', ['0.01', '1']],
  ['[ppth]', ['1/1000', '1']],
  ['[ppm]', ['1/1000000', '1']],
  ['[ppb]', ['1/1000000000', '1']],
  ['10*', ['10', '1']],
  ['10^', ['10', '1']],
  ['[g]', ['9.80665', 'm.s-2']],
  ['atm', ['101325', 'Pa']],
  ['[in_i]', ['0.0254', 'm']],
  ['[ft_i]', ['0.3048', 'm']],
  ['[yd_i]', ['0.9144', 'm']],
  ['[mil_i]', ['0.0000254', 'm']],
  ['[mi_i]', ['1609.344', 'm']],
  ['[lb_av]', ['453.59237', 'g']],
  ['[oz_av]', ['28.349523125', 'g']],
  ['[lbf_av]', ['1', '[lb_av].[g]']],
  ['[psi]', ['1', '[lbf_av].[in_i]-2']],
  ['[gal_us]', ['3.785411784', 'L']],
  ['[degF]', ['5/9', 'K']],
  ['[pH]', ['1', '[pH]']],
]);
const OFFSETS: ReadonlyMap<string, Fraction> = new Map([
  ['Cel', parseFraction('273.15')],
  ['[degF]', multiply(parseFraction('459.67'), fraction(5n, 9n))],
]);

const COMPONENT =
  /(?:(?<factor>[1-9][0-9]{0,8})(?![0-9*^])|(?<atom>10[*^]|[A-Za-z]{0,3}\[[A-Za-z0-9_]{1,8}\]|[A-Za-z]{1,6}|''|'|%)(?<power>[+-]?[1-9][0-9]?)?)?(?<note>\{[!-z|~]{0,30}\})?/y;

/** A value in the unit is value * factor + offset in base units; units convert when `dimension` is equal. */
export interface Unit {
  readonly factor: Fraction;
  readonly offset: Fraction;
  readonly dimension: ReadonlyMap<string, number>;
}

export function unit(code: string): Unit {
  if (code.length === 0 || [...code].length > MAX_LENGTH) {
    throw new SchemaError(`a unit of ${[...code].length} characters; 1 to ${MAX_LENGTH} are allowed`);
  }
  const powers = new Map<string, number>();
  let factor = ONE;
  let offset = ZERO;
  let parts = 0;
  let sign = code.startsWith('/') ? -1 : 1;
  let position = sign === -1 ? 1 : 0;
  for (;;) {
    COMPONENT.lastIndex = position;
    const match = COMPONENT.exec(code);
    if (match === null || match[0] === '' || parts === MAX_COMPONENTS) throw unknown(code, position);
    parts += 1;
    position += match[0].length;
    const groups = match.groups ?? {};
    const exponent = sign * Number(groups.power ?? 1);
    if (groups.factor !== undefined) {
      // UCUM reads 1.5 as "1 times 5"; whoever writes it means one and a half.
      if (parts > 1 && sign === 1) throw new SchemaError(`${quoted(code)} has a number after a point, which UCUM multiplies`);
      factor = multiply(factor, power(fraction(BigInt(groups.factor)), sign));
    } else if (groups.atom !== undefined) {
      const one = atom(groups.atom, code);
      factor = multiply(factor, power(one.factor, exponent));
      for (const [name, count] of one.dimension) powers.set(name, (powers.get(name) ?? 0) + count * exponent);
      // A scale with its own zero is one only when it stands alone; in K/min or 1/Cel it counts differences.
      offset = parts === 1 && exponent === 1 && position === code.length ? one.offset : ZERO;
    }
    if (position === code.length) return { factor, offset, dimension: new Map([...powers].filter(([, n]) => n !== 0)) };
    const divider = code.charAt(position);
    if (divider !== '.' && divider !== '/') throw unknown(code, position);
    sign = divider === '.' ? 1 : -1;
    position += 1;
  }
}

function unknown(code: string, position: number): SchemaError {
  return new SchemaError(`${quoted(code)} is not a unit that is understood (at ${quoted(code.slice(position))})`);
}

function atom(text: string, code: string): Unit {
  const plain = PLAIN.get(text);
  if (plain !== undefined) return defined(text, ...plain);
  // Longest first: "da" is a prefix, and so is "d".
  for (const prefix of ['', text.slice(0, 2), text.slice(0, 1)]) {
    const name = text.slice(prefix.length);
    const exponent = prefix === '' ? 0 : PREFIXES.get(prefix);
    if (exponent === undefined) continue;
    if (BASE.has(name)) return { factor: power(fraction(10n), exponent), offset: ZERO, dimension: new Map([[name, 1]]) };
    const metric = METRIC.get(name);
    if (metric === undefined) continue;
    const whole = defined(name, ...metric);
    return { ...whole, factor: multiply(whole.factor, power(fraction(10n), exponent)) };
  }
  throw new SchemaError(`${quoted(code)} is not a unit that is understood: no atom ${quoted(text)}`);
}

function defined(name: string, ratio: string, other: string): Unit {
  if (other === name) return { factor: parseFraction(ratio), offset: ZERO, dimension: new Map([[name, 1]]) };
  const base = unit(other);
  return {
    factor: multiply(parseFraction(ratio), base.factor),
    offset: OFFSETS.get(name) ?? ZERO,
    dimension: base.dimension,
  };
}

function sameDimension(one: Unit, other: Unit): boolean {
  return one.dimension.size === other.dimension.size && [...one.dimension].every(([name, n]) => other.dimension.get(name) === n);
}

/** Whether a quantity in one unit can be told in the other. */
export function commensurable(one: string, other: string): boolean {
  return sameDimension(unit(one), unit(other));
}

/** An exact value in another unit; temperatures on their scales, all else by ratio. */
export function convert(value: Fraction, from: string, to: string): Fraction {
  const [have, want] = [unit(from), unit(to)];
  if (!sameDimension(have, want)) {
    throw new SchemaError(`${quoted(from)} does not convert into ${quoted(to)}: they measure different things`);
  }
  const base = add(multiply(value, have.factor), have.offset);
  return divide(add(base, fraction(-want.offset.num, want.offset.den)), want.factor);
}
