/**
 * The chain's state for `src/verify/bank.ts`: asked of the page's own node, kept in the browser, and given again without
 * network. Nothing here decides anything: every answer is proved against its block by whoever asked.
 */
import { createStore, get, set } from 'idb-keyval';
import type { ChainSource } from '../verify/bank';
import { UnreachableError } from '../verify/errors';
import { type Json, loads } from '../verify/json';
import { type Network, parseNetwork } from '../verify/network';
import { type Wanted, wantedJson } from '../verify/state';
import { transport } from './client';
import { ApiError, problemOf, unreachable } from './problem';
import { send } from './transport';

interface Kept {
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

export interface NodeSource extends ChainSource {
  /** When the node gave the oldest answer that had to be taken from the shelf; null while all were fresh. */
  keptSince(): number | null;
}

const shelf = () => createStore('credence-chain', 'answers');
const keep = (key: string, text: string): Promise<void> =>
  set(key, { text, at: Date.now() } satisfies Kept, shelf()).catch(() => undefined);
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A node that did not answer is not waited for again at once: what was kept of it is at hand. */
const AWAY_MS = 15_000;
let awayUntil = 0;

async function ask(path: string, body?: string): Promise<string> {
  if (Date.now() < awayUntil) throw unreachable();
  const init = body === undefined ? {} : { method: 'POST', headers: { 'Content-Type': 'application/json' }, body };
  const answer = await send(new Request(new URL(path, location.origin), init), transport).catch((error: unknown) => {
    if (error instanceof ApiError && error.status === 0) awayUntil = Date.now() + AWAY_MS;
    throw error;
  });
  const text = await answer.text();
  if (!answer.ok) throw problemOf(answer.status, parsed(text));
  return text;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

/** Open the chain through the node, or through what it said before; null when there is neither. */
export async function openChain(): Promise<NodeSource | null> {
  let since: number | null = null;
  async function asked(key: string, path: string, body?: string): Promise<string> {
    try {
      const text = await ask(path, body);
      await keep(key, text);
      return text;
    } catch (error) {
      if (!(error instanceof ApiError) || !error.passing) throw error;
      const kept = await get<Kept>(key, shelf()).catch(() => undefined);
      if (kept === undefined) throw new UnreachableError('the node does not answer, and nothing was kept');
      since = Math.min(since ?? kept.at, kept.at);
      return kept.text;
    }
  }
  let network: Network;
  try {
    network = parseNetwork(bytesOf(await asked('network', '/v1/chain/network')));
  } catch (error) {
    if (error instanceof UnreachableError) return null;
    throw error;
  }
  return {
    network,
    keptSince: () => since,
    async prove(wanted: readonly Wanted[]): Promise<Json> {
      const body = JSON.stringify(wantedJson(wanted));
      return loads(bytesOf(await asked(`proof:${body}`, '/v1/chain/proof', body)));
    },
    async blockKnown(hash: string): Promise<boolean | null> {
      try {
        const answer = parsed(await asked(`block:${hash}`, `/v1/chain/blocks/0x${hash}`)) as { known?: unknown } | null;
        return typeof answer?.known === 'boolean' ? answer.known : null;
      } catch (error) {
        if (error instanceof UnreachableError) return null;
        throw error;
      }
    },
  };
}
