/** What is kept of the node's answers: shown at once, asked for again, and still there without network. */
import { QueryClient, dehydrate, hydrate } from '@tanstack/react-query';
import type { DehydratedState } from '@tanstack/react-query';
import { createStore, del, get, set } from 'idb-keyval';
import { ApiError } from './problem';

const KEY = 'answers/1';
const KEEP_MS = 7 * 24 * 3600 * 1000;
const WRITE_EVERY_MS = 2_000;

interface Kept {
  readonly user: string;
  readonly at: number;
  readonly state: DehydratedState;
}

export function buildQueries(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        gcTime: KEEP_MS,
        networkMode: 'always',
        refetchOnWindowFocus: true,
        // The transport has already tried again; what the node refuses stays refused.
        retry: (count, error) => count < 2 && error instanceof ApiError && error.passing,
      },
      mutations: { networkMode: 'always', retry: false },
    },
  });
}

const shelf = () => createStore('credence', 'answers');

/** Take up what an earlier visit of the same user left, and go on keeping; gives back how to stop. */
export async function keepAnswers(queries: QueryClient, user: string): Promise<() => void> {
  const kept = await get<Kept>(KEY, shelf()).catch(() => undefined);
  if (kept !== undefined && kept.user === user && Date.now() - kept.at < KEEP_MS) hydrate(queries, kept.state);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = queries.getQueryCache().subscribe((event) => {
    if (event.type !== 'updated' || timer !== undefined) return;
    timer = setTimeout(() => {
      timer = undefined;
      const state = dehydrate(queries, { shouldDehydrateQuery: (q) => q.state.status === 'success' && q.meta?.['keep'] !== false });
      void set(KEY, { user, at: Date.now(), state } satisfies Kept, shelf()).catch(() => undefined);
    }, WRITE_EVERY_MS);
  });
  return () => {
    stop();
    clearTimeout(timer);
  };
}

/** Signing out leaves nothing behind. */
export async function forgetAnswers(queries: QueryClient): Promise<void> {
  queries.clear();
  await del(KEY, shelf()).catch(() => undefined);
}
