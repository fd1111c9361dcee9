/** A score bundle checked twice: in the page as far as the page goes, and wholly by the node. */
import { openChain } from '../../api/chain';
import { transport } from '../../api/client';
import type { Schemas } from '../../api/client';
import { problemOf } from '../../api/problem';
import { send } from '../../api/transport';
import { type ScoreReport, checkScore } from '../../verify/score';

export type Recomputation = Schemas['RecomputationView'];

/** The page's own answers. */
export async function checkHere(data: Uint8Array): Promise<ScoreReport> {
  return checkScore(data, await openChain().catch(() => null));
}

/** The node recomputes everything from the evidence; its word, which `credence score recompute` gives without a node. */
export async function recomputeThere(data: Uint8Array): Promise<Recomputation> {
  const body = new Blob([data as Uint8Array<ArrayBuffer>]);
  const request = new Request(new URL('/v1/scores/recompute', location.origin), {
    method: 'POST',
    headers: { 'Content-Type': 'application/vnd.credence.score+json' },
    body,
  });
  const answer = await send(request, transport);
  const found: unknown = await answer.json().catch(() => null);
  if (!answer.ok) throw problemOf(answer.status, found);
  return found as Recomputation;
}
