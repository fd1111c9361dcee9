/** Sliders over shares that go wrong: small ones matter most, so the scale is a logarithm. Pure. */

/** One in ten million and less counts as none. */
const LEAST_EXPONENT = -7;
export const STEPS = 140;

/** Position 0 (none goes wrong) to STEPS (all do) of a share, decimal text. */
export function position(share: string): number {
  const value = Number(share);
  if (!(value > 10 ** LEAST_EXPONENT)) return 0;
  return Math.round(STEPS * (1 - Math.log10(Math.min(1, value)) / LEAST_EXPONENT));
}

/** The share at a position as the node takes it: decimal text from 0 to 1, three digits that count. */
export function shareAt(place: number): string {
  if (place <= 0) return '0';
  if (place >= STEPS) return '1';
  const value = 10 ** (LEAST_EXPONENT * (1 - place / STEPS));
  return Number(value.toPrecision(3)).toFixed(10).replace(/0+$/, '').replace(/\.$/, '');
}

/** Only what was moved: the others stay as the evidence has them, exactly. */
export function moved(places: Readonly<Record<string, number>>, shares: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(places)
      .filter(([indicator, place]) => shares[indicator] !== undefined && place !== position(shares[indicator]))
      .map(([indicator, place]) => [indicator, shareAt(place)]),
  );
}
