/** Errors of the node as the page handles them: what, why, and what to do. */

/** What an RFC 9457 answer of the node says. */
interface ProblemBody {
  readonly type?: unknown;
  readonly title?: unknown;
  readonly detail?: unknown;
  readonly advice?: unknown;
  readonly request_id?: unknown;
}

/** The node answered that it cannot do what was asked; `status` 0 means that no answer came. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    readonly status: number,
    readonly kind: string,
    detail: string,
    readonly advice: string,
    readonly requestId: string,
  ) {
    super(detail);
  }

  /** Whether trying again later may help. */
  get passing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The error that a parsed body of an answer describes; unknown fields are let be. */
export function problemOf(status: number, body: unknown): ApiError {
  const told = (typeof body === 'object' && body !== null ? body : {}) as ProblemBody;
  const kind = text(told.type).replace('urn:credence:error:', '');
  return new ApiError(status, kind, text(told.detail) || text(told.title), text(told.advice), text(told.request_id));
}

/** No answer: the node is down, restarting, or the network is. */
export function unreachable(): ApiError {
  return new ApiError(0, 'unreachable', '', '', '');
}
