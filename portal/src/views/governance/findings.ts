/** Findings of a review by what they are about: drift in time, or unequal treatment of groups. Pure. */
import type { Schemas } from '../../api/client';

type Finding = Schemas['FindingView'];

export interface Sorted {
  readonly real: readonly Finding[];
  /** Groups or sides with too few scores to claim anything. */
  readonly few: readonly Finding[];
}

/** `too-few` belongs to drift when it is about the score itself, else to the group that it names. */
export function sorted(findings: readonly Finding[], kind: 'drift' | 'bias'): Sorted {
  const few = findings.filter(({ check, about, grouping }) => check === 'too-few' && ((about === 'score' || grouping === '') === (kind === 'drift')));
  return { real: findings.filter(({ check }) => check === kind), few };
}
