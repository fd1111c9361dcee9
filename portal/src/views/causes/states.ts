/** States of a causal case, in the order in which they follow. */
import type { Schemas } from '../../api/client';

export type CausalState = Schemas['CauseRow']['state'];
export const STATES: readonly CausalState[] = ['open', 'explained', 'suggested', 'in-release', 'applied', 'closed'];

/** How a state is coloured; the word always stands beside it. */
export function moodOf(state: CausalState): 'bad' | 'watch' | 'info' | 'good' | 'calm' {
  return ({ open: 'bad', explained: 'watch', suggested: 'watch', 'in-release': 'info', applied: 'good', closed: 'calm' } as const)[state];
}

/** How many steps are done, for the line of steps. */
export function stepOf(state: CausalState): number {
  return STATES.indexOf(state);
}
