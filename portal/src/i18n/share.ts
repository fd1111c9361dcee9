import type { Format } from './format';

/** A share that goes wrong: in percent, or in ppm where percent would be all zeros. */
export function shareText(share: string | number, format: Format): string {
  const value = Number(share);
  if (value !== 0 && value < 0.001) return `${format.number(value * 1e6, value < 1e-5 ? 1 : 0)} ppm`;
  return format.percent(value, value < 0.1 ? 2 : 1);
}
