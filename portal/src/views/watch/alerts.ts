/** What a bank must be told of an entry of its watch list. Pure: the chain's answers come in as verified reports. */
import type { BankReport } from '../../verify/bank';
import type { Watched } from './list';

export const ALERTS = ['revoked', 'expired', 'refused', 'unknown', 'below', 'newer', 'soon'] as const;
export type Alert = (typeof ALERTS)[number];

const SOON_S = 14 * 86_400;

/** The newest verified attestation about the same subject by the same issuer, and the state of the watched one. */
export interface Looked {
  readonly entry: Watched;
  readonly report: BankReport;
  readonly newest: BankReport | null;
}

/** Alerts, worst first; empty when all is well. `now` in seconds since 1970. */
export function alertsOf({ entry, report, newest }: Looked, now: number): Alert[] {
  const found = new Set<Alert>();
  const { attestation, answers, verified } = report;
  const replaced = newest?.verified === true && newest.attestation !== null;
  if (attestation !== null && attestation.revoked !== 0n) found.add('revoked');
  else if (attestation !== null && attestation.expires <= BigInt(now)) found.add('expired');
  else if (Object.values(answers).some(({ state }) => state === 'fails')) found.add('refused');
  else if (!verified) found.add('unknown');
  const newestClaim = replaced ? newest.attestation?.claim : undefined;
  const claim = newestClaim ?? attestation?.claim;
  if (claim !== undefined && (claim.state !== 0 || claim.low < entry.floor)) found.add('below');
  if (replaced && newestClaim !== undefined) found.add('newer');
  if (verified && attestation !== null && attestation.expires - BigInt(now) < BigInt(SOON_S)) found.add('soon');
  return ALERTS.filter((alert) => found.has(alert));
}

/** How urgent the worst alert is. */
export function moodOf(alerts: readonly Alert[]): 'good' | 'watch' | 'bad' {
  if (alerts.some((one) => one === 'revoked' || one === 'expired' || one === 'refused' || one === 'below')) return 'bad';
  return alerts.length === 0 ? 'good' : 'watch';
}
