/** What a purchaser should look at today, out of the list itself: worst first. Pure. */
import type { Row } from '../suppliers/rows';

export type AlertKind = 'frozen' | 'lost' | 'fell' | 'overdue' | 'close' | 'watch';

export interface Alert {
  readonly kind: AlertKind;
  readonly lei: string;
  readonly name: string;
  readonly points: number | null;
  readonly change: number | null;
  /** A case that is overdue. */
  readonly caseId: string | null;
}

export interface CaseDue {
  readonly id: string;
  readonly subject: string;
  readonly due: string | null;
}

/** Points that a score must have fallen by, and how near to the floor a lower bound must come, to be told. */
export const FALL = 3;
const NEAR_MICRO = 2_000_000;
const ORDER: readonly AlertKind[] = ['frozen', 'lost', 'overdue', 'fell', 'watch', 'close'];

/**
 * Alerts over all suppliers.
 *
 * @param floor eligibility floor in micro-points; a score whose lower bound lies just above it is told as close.
 */
export function alertsOf(rows: readonly Row[], gates: ReadonlyMap<string, string>, cases: readonly CaseDue[], floor: number, now: Date): Alert[] {
  const alerts: Alert[] = [];
  for (const row of rows) {
    const change = row.change === null ? null : Number(row.change);
    const tell = (kind: AlertKind, caseId: string | null = null): void => {
      alerts.push({ kind, lei: row.lei, name: row.name, points: row.points, change, caseId });
    };
    const gate = gates.get(row.lei);
    if (gate === 'frozen') tell('frozen');
    if (gate === 'watch') tell('watch');
    const fell = change !== null && change <= -FALL;
    if (fell && row.eligible === false) tell('lost');
    else if (fell) tell('fell');
    if (row.eligible === true && row.low !== null && row.low < floor + NEAR_MICRO) tell('close');
    for (const one of cases) if (one.subject.slice(0, 20) === row.lei && one.due !== null && new Date(one.due) < now) tell('overdue', one.id);
  }
  return alerts.sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) || (a.change ?? 0) - (b.change ?? 0) || a.name.localeCompare(b.name));
}
