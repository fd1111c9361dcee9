/** Suppliers as rows of a list: what is shown, how it is filtered, ordered and grouped. Pure. */
import type { Schemas } from '../../api/client';

export type Standing = 'rated' | 'not-rated' | 'unscored';
export type Direction = 'up' | 'down' | 'steady' | 'new';

export interface Row {
  readonly lei: string;
  readonly name: string;
  readonly active: boolean;
  readonly standing: Standing;
  /** Micro-points; null without a score. */
  readonly points: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly band: string | null;
  readonly eligible: boolean | null;
  readonly commodity: string;
  readonly direction: Direction;
  /** Points, signed text of the node. */
  readonly change: string | null;
  readonly computed: string | null;
  readonly attested: boolean;
  readonly cases: number;
}

/** What a list knows beside the suppliers themselves. */
export interface Around {
  readonly cases: ReadonlyMap<string, number>;
}

export type SortKey = 'name' | 'points' | 'change' | 'cases' | 'computed';

export interface Wish {
  readonly text: string;
  readonly standing: Standing | 'eligible' | 'not-eligible' | 'all';
  readonly band: string | null;
  readonly commodity: string | null;
  readonly openCases: boolean;
  readonly sort: SortKey;
  readonly down: boolean;
  readonly grouped: boolean;
}

export const FIRST_WISH: Wish = {
  text: '', standing: 'all', band: null, commodity: null, openCases: false, sort: 'name', down: false, grouped: false,
};

/** Commodity of a policy that does not tell commodities apart. */
export const ANY_COMMODITY = '*';

const num = (value: unknown): number | null => (typeof value === 'number' && Number.isFinite(value) ? value : null);
const txt = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** A row from what the node says; fields of a card that are missing or unknown never break the list. */
export function rowOf(supplier: Schemas['SupplierView'], around: Around): Row {
  const card = (supplier.score?.card ?? {}) as Record<string, unknown>;
  const standing: Standing = supplier.score === null ? 'unscored' : card['state'] === 'rated' ? 'rated' : 'not-rated';
  const rated = standing === 'rated';
  return {
    lei: supplier.lei,
    name: supplier.name,
    active: supplier.active,
    standing,
    points: rated ? num(card['points']) : null,
    low: rated ? num(card['low']) : null,
    high: rated ? num(card['high']) : null,
    band: rated ? txt(card['band_name']) : null,
    eligible: supplier.score === null ? null : card['eligibility'] === 'eligible',
    commodity: txt(card['commodity']) ?? ANY_COMMODITY,
    direction: supplier.trend?.direction ?? 'new',
    change: supplier.trend?.change ?? null,
    computed: supplier.score?.computed ?? null,
    attested: supplier.score?.attestation != null,
    cases: around.cases.get(supplier.lei) ?? 0,
  };
}

/** Open cases by organisation; a case about a site counts for its organisation. */
export function countCases(cases: readonly Pick<Schemas['CaseView'], 'subject' | 'ended'>[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { subject, ended } of cases) {
    const lei = subject.slice(0, 20);
    if (!ended) counts.set(lei, (counts.get(lei) ?? 0) + 1);
  }
  return counts;
}

function fits(row: Row, wish: Wish, needle: string): boolean {
  const { standing, band, commodity, openCases } = wish;
  const stands =
    standing === 'all' ||
    (standing === 'eligible' ? row.eligible === true : standing === 'not-eligible' ? row.eligible === false : row.standing === standing);
  return (
    stands &&
    (band === null || row.band === band) &&
    (commodity === null || row.commodity === commodity) &&
    (!openCases || row.cases > 0) &&
    (needle === '' || row.name.toLowerCase().includes(needle) || row.lei.toLowerCase().includes(needle))
  );
}

const KEYS: Readonly<Record<SortKey, (row: Row) => string | number | null>> = {
  name: (row) => row.name,
  points: (row) => row.points,
  change: (row) => (row.change === null ? null : Number(row.change)),
  cases: (row) => row.cases,
  computed: (row) => row.computed,
};

/** The rows that fit, in order; what has no value comes last in either direction. */
export function choose(rows: readonly Row[], wish: Wish, language: string): Row[] {
  const needle = wish.text.trim().toLowerCase();
  const found = rows.filter((row) => fits(row, wish, needle));
  const key = KEYS[wish.sort];
  const words = new Intl.Collator(language);
  const sign = wish.down ? -1 : 1;
  return found.sort((a, b) => {
    const x = key(a);
    const y = key(b);
    if (x === null || y === null) return x === y ? words.compare(a.name, b.name) : x === null ? 1 : -1;
    const order = typeof x === 'string' && typeof y === 'string' ? words.compare(x, y) : Number(x) - Number(y);
    return sign * order || words.compare(a.name, b.name);
  });
}

export type Line = { readonly kind: 'row'; readonly row: Row } | { readonly kind: 'group'; readonly commodity: string; readonly count: number; readonly mean: number | null };

/** Rows as lines of the list; grouped, each commodity begins with a line of its own. */
export function linesOf(rows: readonly Row[], grouped: boolean): Line[] {
  if (!grouped) return rows.map((row) => ({ kind: 'row', row }));
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const members = groups.get(row.commodity);
    if (members === undefined) groups.set(row.commodity, [row]);
    else members.push(row);
  }
  return [...groups].sort(([a], [b]) => a.localeCompare(b)).flatMap(([commodity, members]) => {
    const points = members.flatMap((row) => row.points ?? []);
    const mean = points.length === 0 ? null : points.reduce((sum, one) => sum + one, 0) / points.length;
    return [{ kind: 'group' as const, commodity, count: members.length, mean }, ...members.map((row) => ({ kind: 'row' as const, row }))];
  });
}

/** All values of a column, for its filter. */
export function valuesOf(rows: readonly Row[], key: 'band' | 'commodity'): string[] {
  return [...new Set(rows.flatMap((row) => row[key] ?? []))].sort();
}
