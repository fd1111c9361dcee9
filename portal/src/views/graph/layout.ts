/** Where each column stands on the canvas: tiers as lanes from top to bottom, long lanes in rows; known edges untangled. Pure. */
import type { Schemas } from '../../api/client';

export type Column = Pick<Schemas['ColumnView'], 'name' | 'tier' | 'observation'>;
export const ROW = 64;
export const GAP = 28;
export const STEP = 200;
export const HEAD = 150;
/** Boxes of one row; a lane with more goes on in the next, so that a hundred columns stay a picture and do not become a line. */
export const MOST_IN_ROW = 12;
const SWEEPS = 3;

export interface Place {
  readonly x: number;
  readonly y: number;
}
export interface Lane {
  readonly tier: number;
  readonly y: number;
}
export interface Layout {
  readonly places: ReadonlyMap<string, Place>;
  readonly lanes: readonly Lane[];
}
type Pair = readonly [string, string];
const byName = (one: Column, other: Column): number => (one.name < other.name ? -1 : one.name > other.name ? 1 : 0);

/** Tiers as lanes; within a lane columns are ordered by what they are joined to above and below (barycentre heuristic). */
export function layoutOf(columns: readonly Column[], edges: readonly Pair[]): Layout {
  const tiers = [...new Set(columns.map(({ tier }) => tier))].sort((one, other) => one - other);
  const joined = new Map<string, string[]>();
  for (const [cause, effect] of edges) {
    joined.set(cause, [...(joined.get(cause) ?? []), effect]);
    joined.set(effect, [...(joined.get(effect) ?? []), cause]);
  }
  const rows = tiers.map((tier) => columns.filter((column) => column.tier === tier).sort(byName));
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    // Down the route, then up again; lanes that were moved already count where they stand now.
    for (const lane of sweep % 2 === 0 ? rows.keys() : [...rows.keys()].reverse()) {
      const { places } = placed(rows);
      const weights = new Map(rows[lane]?.map(({ name }) => {
        const near = (joined.get(name) ?? []).flatMap((other) => places.get(other)?.x ?? []);
        return [name, near.length === 0 ? (places.get(name)?.x ?? 0) : near.reduce((sum, x) => sum + x, 0) / near.length] as const;
      }));
      rows[lane]?.sort((one, other) => (weights.get(one.name) ?? 0) - (weights.get(other.name) ?? 0) || byName(one, other));
    }
  }
  const { places: last, tops } = placed(rows);
  return { places: last, lanes: tiers.map((tier, n) => ({ tier, y: tops[n] ?? 0 })) };
}

function placed(rows: readonly (readonly Column[])[]): { readonly places: ReadonlyMap<string, Place>; readonly tops: readonly number[] } {
  const places = new Map<string, Place>();
  const tops: number[] = [];
  let y = 0;
  for (const lane of rows) {
    tops.push(y);
    const deep = Math.max(1, Math.ceil(lane.length / MOST_IN_ROW));
    // Neighbours in the order stand below each other, so that wrapping does not tear them apart.
    lane.forEach(({ name }, n) => places.set(name, { x: HEAD + Math.floor(n / deep) * STEP, y: y + (n % deep) * ROW }));
    y += deep * ROW + GAP;
  }
  return { places, tops };
}

/** Whether an edge could be: not backwards on the route, not from a column that only watches, not to itself. */
export function mayLead(columns: readonly Column[], cause: string, effect: string): boolean {
  const from = columns.find(({ name }) => name === cause);
  const to = columns.find(({ name }) => name === effect);
  return from !== undefined && to !== undefined && cause !== effect && from.tier <= to.tier && (!from.observation || to.observation);
}

/** Probability of natural log-odds. */
export const probabilityOf = (logOdds: string): number => 1 / (1 + Math.exp(-Number(logOdds)));
