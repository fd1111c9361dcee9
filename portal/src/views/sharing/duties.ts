/** What this organisation still owes the network, out of what its node knows. Pure. */
import type { Schemas } from '../../api/client';

export interface Duty {
  readonly kind: 'waiting' | 'gap' | 'month';
  readonly what: string;
  readonly detail: string;
  readonly count: number;
}

/** The month before the one of `now`, as YYYY-MM, in UTC. */
export function lastMonth(now: Date): string {
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1, 1)).toISOString().slice(0, 7);
}

/**
 * Numbers missing in our own series, statements that are not anchored yet, and characteristics that were measured before
 * but not in the last full month: a month that is skipped counts as failed.
 */
export function dutiesOf(own: string, complete: Schemas['CompletenessView'], measured: readonly Schemas['CharacteristicView'][], now: Date): Duty[] {
  const duties: Duty[] = complete.gaps
    .filter(({ issuer }) => issuer === own)
    .map((gap) => ({ kind: 'gap', what: gap.kind, detail: gap.first === gap.last ? `${gap.first}` : `${gap.first}–${gap.last}`, count: gap.last - gap.first + 1 }));
  const waiting = complete.statements - complete.anchored;
  if (waiting > 0) duties.push({ kind: 'waiting', what: '', detail: '', count: waiting });
  const due = lastMonth(now);
  for (const one of measured) {
    const known = one.months.map(({ month }) => month);
    if (one.issuer === own && known.length > 0 && !known.includes(due) && known.some((month) => month < due)) {
      duties.push({ kind: 'month', what: one.characteristic, detail: due, count: 1 });
    }
  }
  return duties;
}
