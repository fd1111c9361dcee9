/** How the page asks its node: with the session's token, again after a break, and never twice what may not be. */
import { unreachable } from './problem';
import type { Session } from './session';

const SAFE = new Set(['GET', 'HEAD']);
const TRIES = 4;
const FIRST_PAUSE_MS = 400;
const LONGEST_PAUSE_MS = 20_000;

export interface Transport {
  readonly session: Pick<Session, 'csrf' | 'renew'>;
  readonly call: (request: Request) => Promise<Response>;
  readonly sleep: (ms: number) => Promise<void>;
}

/** Whether sending it again cannot do it twice: reading, or a change that carries an Idempotency-Key. */
export function repeatable(request: Request): boolean {
  return SAFE.has(request.method) || request.headers.has('Idempotency-Key');
}

/** Milliseconds to wait before try `attempt` (from 1): what the node asks for, else twice as long each time. */
export function pause(attempt: number, retryAfter: string | null): number {
  const asked = Number(retryAfter) * 1000;
  const own = FIRST_PAUSE_MS * 2 ** (attempt - 1);
  return Math.min(LONGEST_PAUSE_MS, Number.isFinite(asked) && asked > 0 ? asked : own);
}

/**
 * Send a request.
 *
 * An expired session waits until somebody has signed in again and then goes on, so that nothing typed is lost. A node
 * that is away or busy is asked again, when that cannot do anything twice.
 *
 * @throws ApiError with status 0 when no answer came.
 */
export async function send(request: Request, transport: Transport): Promise<Response> {
  const tries = repeatable(request) ? TRIES : 1;
  for (let attempt = 1; ; attempt += 1) {
    const answer = await once(request, transport).catch((error: unknown) => {
      if (request.signal.aborted) throw error;
      return null;
    });
    if (answer === null) {
      if (attempt >= tries) throw unreachable();
      await transport.sleep(pause(attempt, null));
    } else if (answer.status === 401 && (await transport.session.renew())) {
      attempt = 0;
    } else if ((answer.status === 429 || answer.status === 503) && attempt < tries) {
      await transport.sleep(pause(attempt, answer.headers.get('Retry-After')));
    } else {
      return answer;
    }
  }
}

function once(request: Request, transport: Transport): Promise<Response> {
  const copy = request.clone();
  if (!SAFE.has(copy.method)) copy.headers.set('X-CSRF-Token', transport.session.csrf);
  return transport.call(copy);
}
