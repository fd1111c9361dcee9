/**
 * The arithmetic of a score card from each indicator's theta to points, interval, band and eligibility, in integers
 * (`scoring/engine.py`, `card.py`, `knots.py`).
 */

import { MalformedError, ProofError } from './errors';
import { floorDivide } from './fraction';
import { type JsonObject, isObject } from './json';
import { integer, items, text } from './shape';

const MICRO = 1_000_000n;
const PPB = 1_000_000_000n;
const FULL = 100_000_000n;

/** A card as claimed, and what it must follow from. */
export interface Claim {
  readonly card: JsonObject;
  readonly policy: JsonObject;
  readonly subject: string;
  readonly asOf: string;
}

interface Indicator {
  readonly id: string;
  readonly weight: bigint;
  readonly reference: bigint;
  readonly curve: readonly (readonly [bigint, bigint])[];
}

function indicatorsOf(policy: JsonObject): Indicator[] {
  return items(policy.indicators ?? null, 'policy/indicators', 64).map((item, at) => {
    if (!isObject(item)) throw new MalformedError(`policy/indicators/${at} is no object`);
    return {
      id: text(item.id ?? null, 'id'),
      weight: BigInt(integer(item.weight ?? null, 'weight')),
      reference: BigInt(integer(item.reference ?? null, 'reference')),
      curve: items(item.curve ?? null, 'curve', 256).map((knot) => {
        const [x, y] = items(knot, 'knot', 2);
        return [BigInt(integer(x ?? null, 'x')), BigInt(integer(y ?? null, 'y'))] as const;
      }),
    };
  });
}

/** floor(y) on the piecewise-linear curve at x = num / den; flat outside its knots (`scoring/knots.py`). */
export function curveAt(curve: readonly (readonly [bigint, bigint])[], num: bigint, den: bigint): bigint {
  const whole = floorDivide(num, den);
  let at = -1;
  while (at + 1 < curve.length && (curve[at + 1]?.[0] ?? 0n) <= whole) at += 1;
  const [low, high] = [curve[Math.max(at, 0)], curve[at + 1]];
  if (low === undefined) throw new MalformedError('a curve without knots');
  if (at < 0 || high === undefined) return low[1];
  return low[1] + floorDivide((high[1] - low[1]) * (num - low[0] * den), (high[0] - low[0]) * den);
}

/** The smallest integer whose square is at least `value`. */
export function ceilRoot(value: bigint): bigint {
  let low = 0n;
  let high = 1n;
  while (high * high < value) high *= 2n;
  while (low < high) {
    const middle = (low + high) / 2n;
    if (middle * middle < value) low = middle + 1n;
    else high = middle;
  }
  return low;
}

/** Check a card against its policy's document; a sentence that says what holds, or a refusal. */
export function checkCard({ card, policy, subject, asOf }: Claim): string {
  const indicators = indicatorsOf(policy);
  const lines = items(card.lines ?? null, 'card/lines', 64);
  if (card.subject !== subject || card.as_of !== asOf || lines.length !== indicators.length) {
    throw new ProofError('the card is one of another subject, day or policy');
  }
  const number = (from: JsonObject, name: string): bigint => {
    const value = from[name];
    if (typeof value !== 'number') throw new MalformedError(`card: ${name} is no integer`);
    return BigInt(value);
  };
  const same = (what: string, claimed: bigint, found: bigint): void => {
    if (claimed !== found) throw new ProofError(`card: ${what} is ${claimed}, its parts give ${found}`);
  };
  let [points, reference, weights, below, above] = [0n, 0n, 0n, 0n, 0n];
  lines.forEach((line, at) => {
    const rule = indicators[at];
    if (!isObject(line) || rule === undefined || line.indicator !== rule.id)
      throw new ProofError(`card: line ${at} is of another indicator than the policy's`);
    const [top, bottom] = items(line.theta ?? null, 'theta', 2).map((part) => BigInt(text(part, 'theta')));
    if (top === undefined || bottom === undefined || bottom <= 0n || top < 0n || top > bottom)
      throw new ProofError(`${rule.id}: theta is no share`);
    same(`${rule.id}: weight`, number(line, 'weight'), rule.weight);
    same(`${rule.id}: utility`, number(line, 'utility'), line.present === true ? curveAt(rule.curve, top * PPB, bottom) : 0n);
    same(`${rule.id}: points`, number(line, 'points'), (rule.weight * number(line, 'utility')) / MICRO);
    same(`${rule.id}: reference points`, number(line, 'reference_points'), (rule.weight * rule.reference) / MICRO);
    same(`${rule.id}: contribution`, number(line, 'contribution'), number(line, 'points') - number(line, 'reference_points'));
    const [low, mine, high] = [number(line, 'low'), number(line, 'points'), number(line, 'high')];
    if (low < 0n || low > mine || mine > high || high > rule.weight)
      throw new ProofError(`${rule.id}: bounds that do not enclose the points`);
    points += mine;
    reference += number(line, 'reference_points');
    weights += rule.weight;
    below += (mine - low) ** 2n;
    above += (high - mine) ** 2n;
  });
  same('weights', FULL, weights);
  same('reference', number(card, 'reference'), reference);
  const rated = card.state === 'rated';
  const blockers = items(card.blockers ?? null, 'card/blockers', 256);
  if (rated !== (blockers.length === 0)) throw new ProofError('card: a score in spite of a blocker, or none without one');
  same('points', number(card, 'points'), rated ? points : 0n);
  const [least, most] = [points - ceilRoot(below), points + ceilRoot(above)];
  same('low', number(card, 'low'), !rated || least < 0n ? 0n : least);
  same('high', number(card, 'high'), !rated ? 0n : most > FULL ? FULL : most);
  checkStanding(card, policy, rated);
  return `reference and contributions sum to the score; weights, utilities, interval, band and eligibility follow from each indicator's theta`;
}

function checkStanding(card: JsonObject, policy: JsonObject, rated: boolean): void {
  const bands = items(policy.bands ?? null, 'policy/bands', 64);
  const points = card.points as number;
  const place = bands.findIndex((band) => isObject(band) && typeof band.floor === 'number' && points >= band.floor);
  const band = place < 0 ? bands.length - 1 : place;
  const named = bands[band];
  if (card.band !== band || !isObject(named) || card.band_name !== named.name)
    throw new ProofError("card: the band is not the policy's for these points");
  const floor = isObject(policy.eligibility) ? policy.eligibility.floor : undefined;
  if (typeof floor !== 'number') throw new MalformedError('a policy without a floor of eligibility');
  const eligible = rated && (card.low as number) >= floor;
  if (card.eligibility !== (eligible ? 'eligible' : 'not-eligible'))
    throw new ProofError("card: eligibility does not follow from the lower bound and the policy's floor");
}
