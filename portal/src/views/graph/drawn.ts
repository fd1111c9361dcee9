/** What is drawn between two columns: what people said of the edge, what the lots of a case say, and whether a path runs over it. Pure. */
import type { Schemas } from '../../api/client';
import { probabilityOf } from './layout';

export interface Drawn {
  readonly cause: string;
  readonly effect: string;
  readonly impossible: boolean;
  /** What engineers believe, 0 to 1; null when nobody spoke of it. */
  readonly belief: number | null;
  /** Share of the graphs, sampled from the lots of a case, that have it; null without a case. */
  readonly share: number | null;
  readonly path: boolean;
}
type Json = Readonly<Record<string, unknown>>;
/** Edges of fewer sampled graphs are not drawn: a hundred columns would drown in them. */
export const LEAST_SHARE = 0.5;

const keyOf = (cause: string, effect: string): string => `${cause}\u0001${effect}`;
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Shares of sampled graphs by edge, as an explanation states them. */
export function sharesOf(explanation: unknown): ReadonlyMap<string, readonly [string, string, number]> {
  const edges = list((explanation as Json | null)?.['edges']);
  return new Map(edges.flatMap((one) => {
    const [cause, effect, share] = list(one);
    return typeof cause === 'string' && typeof effect === 'string' && Number.isFinite(Number(share)) ? [[keyOf(cause, effect), [cause, effect, Number(share)] as const] as const] : [];
  }));
}

/** Share of the sampled graphs that have an edge; what an explanation leaves out is rarer than it shows. */
export const shareOf = (shares: ReturnType<typeof sharesOf>, cause: string, effect: string): number => shares.get(keyOf(cause, effect))?.[2] ?? 0;

/** All edges of the canvas: everything that was said, everything that the lots make likely, and every step of the path. */
export function drawnOf(said: Schemas['GraphView']['edges'], explanation: unknown, path: readonly string[]): Drawn[] {
  const shares = sharesOf(explanation);
  const known = new Map(said.map((one) => [keyOf(one.cause, one.effect), one]));
  const steps = new Map(path.slice(1).map((effect, n) => [keyOf(path[n] ?? '', effect), [path[n] ?? '', effect] as const]));
  const ends = new Map<string, readonly [string, string]>([
    // An edge of which everything was taken back is drawn only where lots or a path speak of it.
    ...[...known].filter(([, { impossible, log_odds }]) => impossible || log_odds !== null).map(([key, { cause, effect }]) => [key, [cause, effect]] as const),
    ...[...shares].filter(([, [, , share]]) => share >= LEAST_SHARE).map(([key, [cause, effect]]) => [key, [cause, effect]] as const),
    ...steps,
  ]);
  return [...ends].map(([key, [cause, effect]]) => {
    const word = known.get(key);
    return {
      cause, effect, impossible: word?.impossible ?? false,
      belief: word === undefined || word.log_odds === null ? null : probabilityOf(word.log_odds),
      share: explanation === null || explanation === undefined ? null : shareOf(shares, cause, effect), path: steps.has(key),
    };
  });
}
