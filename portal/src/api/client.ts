/** The node's API, typed from its description. Fields that this page does not know are let be. */
import createClient from 'openapi-fetch';
import { ApiError, problemOf } from './problem';
import type { components, paths } from './schema';
import { session } from './session';
import { send } from './transport';

export type Schemas = components['schemas'];

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export const transport = { session, call: (request: Request) => fetch(request), sleep };

export const api = createClient<paths>({
  baseUrl: globalThis.location?.origin ?? 'http://127.0.0.1',
  fetch: (request) => send(request, transport),
});

interface Answer<T> {
  readonly data?: T;
  readonly error?: unknown;
  readonly response: Response;
}

/** The data of an answer, or its problem as an error. */
export async function take<T>(asked: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await asked;
  if (!response.ok) throw problemOf(response.status, error);
  return data as T;
}

/** As `take`, but null when there is no such thing (404): an empty state, not an error. */
export async function takeOrNull<T>(asked: Promise<Answer<T>>): Promise<T | null> {
  try {
    return await take(asked);
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  }
}

interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

/** All items of a list, page by page, at most `most`. */
export async function all<T>(page: (cursor: string | undefined) => Promise<Page<T>>, most = 20_000): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  do {
    const found = await page(cursor);
    items.push(...found.items);
    cursor = found.next ?? undefined;
  } while (cursor !== undefined && items.length < most);
  return items;
}

/** A file of the node, as bytes, for saving or checking. */
export async function file(path: string): Promise<Blob> {
  const answer = await send(new Request(new URL(path, location.origin)), transport);
  if (!answer.ok) throw problemOf(answer.status, await answer.json().catch(() => null));
  return answer.blob();
}
