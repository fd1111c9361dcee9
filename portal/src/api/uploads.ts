/** Sends files so that a lost connection or a restarting node costs a moment, and nothing is taken twice. */
import type { components } from './schema';
import { problemOf, unreachable } from './problem';
import { pause } from './transport';
import type { Session } from './session';

export type Job = components['schemas']['ImportView'];

export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly retryAfter: string | null;
}

export interface Carrier {
  readonly session: Pick<Session, 'csrf' | 'renew'>;
  /** One attempt; rejects when no answer came. */
  readonly post: (path: string, form: FormData, headers: Readonly<Record<string, string>>, sent: (share: number) => void) => Promise<Answer>;
  readonly sleep: (ms: number) => Promise<void>;
}

export interface Progress {
  /** Of the bytes, 0 to 1. */
  readonly sent: number;
  /** How often a new attempt had to be made. */
  readonly tries: number;
  readonly waiting: boolean;
}

/** About a quarter of an hour with the longest pauses: a node that is away longer is told about. */
const TRIES = 45;

/**
 * Upload a form until the node has taken it. The Idempotency-Key makes every attempt the same upload.
 *
 * @throws ApiError what the node refuses, or status 0 when it stayed away.
 */
export async function upload(path: string, form: FormData, key: string, carrier: Carrier, told: (progress: Progress) => void): Promise<unknown> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const headers = { 'X-CSRF-Token': carrier.session.csrf, 'Idempotency-Key': key };
    const answer = await carrier.post(path, form, headers, (sent) => told({ sent, tries, waiting: false })).catch(() => null);
    const body = answer === null ? null : parsed(answer.body);
    if (answer !== null && answer.status < 300) return body;
    if (answer?.status === 401 && (await carrier.session.renew())) continue;
    if (answer !== null && !passing(answer.status, body)) throw problemOf(answer.status, body);
    told({ sent: 0, tries: tries + 1, waiting: true });
    await carrier.sleep(pause(tries + 1, answer?.retryAfter ?? null));
  }
  throw unreachable();
}

/** Whether the same upload may be taken later: the node is busy, restarting, or still reads the first attempt. */
function passing(status: number, body: unknown): boolean {
  if (status === 409) return /still|running|being/i.test(problemOf(status, body).message);
  return status === 429 || status >= 500;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** As a browser sends it: with progress, which fetch does not tell. */
export function post(path: string, form: FormData, headers: Readonly<Record<string, string>>, sent: (share: number) => void): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', path);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => event.lengthComputable && sent(event.loaded / event.total);
    request.onload = () => resolve({ status: request.status, body: request.responseText, retryAfter: request.getResponseHeader('Retry-After') });
    request.onerror = () => reject(new Error('no answer'));
    request.ontimeout = () => reject(new Error('no answer'));
    request.send(form);
  });
}
