/** Where each column stands on the canvas: tiers as lanes from top to bottom, evenly spread; known edges untangled. Pure. */
import type { Schemas } from '../../api/client';

export type Column = Schemas['ColumnView'];
export const LANE = 92;
export const STEP = 200;
export const HEAD = 150;

export interface Place {
  readonly x: number;
  readonly y: number;
}

/** Columns of a lane in the order of the mean place of what leads to them (one pass of the barycentre heuristic). */
export function placesOf(columns: readonly Column[], edges: readonly (readonly [string, string])[]): ReadonlyMap<string, Place> {
  const tiers = [...new Set(columns.map(({ tier }) => tier))].sort((one, other) => one - other);
  const places = new Map<string, Place>();
  tiers.forEach((tier, lane) => {
    const mine = columns.filter((column) => column.tier === tier);
    const weight = (name: string): number => {
      const above = edges.flatMap(([cause, effect]) => (effect === name && places.has(cause) ? [places.get(cause)?.x ?? 0] : []));
      return above.length === 0 ? Number.MAX_SAFE_INTEGER : above.reduce((sum, x) => sum + x, 0) / above.length;
    };
    const ordered = lane === 0 ? mine : [...mine].sort((one, other) => weight(one.name) - weight(other.name) || one.name.localeCompare(other.name));
    ordered.forEach(({ name }, n) => places.set(name, { x: HEAD + n * STEP, y: lane * LANE }));
  });
  return places;
}

/** Whether an edge could be: not backwards on the route, not from a column that only watches, not to itself. */
export function mayLead(columns: readonly Column[], cause: string, effect: string): boolean {
  const from = columns.find(({ name }) => name === cause);
  const to = columns.find(({ name }) => name === effect);
  return from !== undefined && to !== undefined && cause !== effect && from.tier <= to.tier && (!from.observation || to.observation);
}

/** Probability of natural log-odds. */
export const probabilityOf = (logOdds: string): number => 1 / (1 + Math.exp(-Number(logOdds)));
