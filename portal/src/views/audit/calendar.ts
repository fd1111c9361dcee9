/** The calendar of what came when: a row a kind, a column a month, without holes in either. */
import type { Schemas } from '../../api/client';

type Months = Schemas['CompletenessView']['months'];

export interface Calendar {
  readonly months: readonly string[];
  readonly rows: readonly { readonly kind: string; readonly counts: readonly number[] }[];
}

const number = (month: string): number => Number(month.slice(0, 4)) * 12 + Number(month.slice(5, 7)) - 1;
const name = (month: number): string => `${String(Math.floor(month / 12)).padStart(4, '0')}-${String((month % 12) + 1).padStart(2, '0')}`;
const MOST = 36;

/** The newest 36 months at most; a month in which nothing came stands there with zeros. */
export function calendarOf(given: Months): Calendar {
  if (given.length === 0) return { months: [], rows: [] };
  const numbers = given.map(({ month }) => number(month));
  const last = Math.max(...numbers);
  const first = Math.max(Math.min(...numbers), last - MOST + 1);
  const months = Array.from({ length: last - first + 1 }, (_, at) => name(first + at));
  const counts = new Map(given.map(({ month, kinds }) => [month, kinds]));
  const kinds = [...new Set(given.flatMap(({ kinds: found }) => Object.keys(found)))].sort();
  return { months, rows: kinds.map((kind) => ({ kind, counts: months.map((month) => counts.get(month)?.[kind] ?? 0) })) };
}
