/** What has to be said so that an edge stands as it did before somebody spoke. Pure. */
import type { Schemas } from '../../api/client';
import { probabilityOf } from './layout';

export type Said = Schemas['SaidForm'];
const DIGITS = 6;

/** The author's own last word on that edge, said again; a withdrawal when there was none. Words of others stay as they are. */
export function undoOf(edges: Schemas['GraphView']['edges'], { cause, effect }: Said, author: string, reason: string): Said {
  const history = edges.find((one) => one.cause === cause && one.effect === effect)?.history ?? [];
  const before = history.filter((word) => word.author === author).at(-1);
  if (before === undefined || before.saying === 'withdrawn') return { cause, effect, saying: 'withdrawn', probability: null, reason };
  return { cause, effect, saying: before.saying, probability: before.saying === 'belief' ? probabilityOf(before.log_odds).toFixed(DIGITS) : null, reason };
}
