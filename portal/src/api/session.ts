/** Who is signed in, and the door that is shown when a session has ended while somebody works. */
import type { components } from './schema';
import { problemOf, unreachable } from './problem';

export type Who = components['schemas']['WhoView'];

export interface SessionState {
  /** `asking` until the node has told; `expired` keeps the page and what was typed on it. */
  readonly phase: 'asking' | 'out' | 'in' | 'expired';
  readonly who: Who | null;
}

type Listener = () => void;

/** One per page. Requests that were refused for want of a session wait here until somebody has signed in again. */
export class Session {
  private state: SessionState = { phase: 'asking', who: null };
  private readonly listeners = new Set<Listener>();
  private waiting: ((renewed: boolean) => void)[] = [];

  constructor(private readonly call: typeof fetch = (input, init) => fetch(input, init)) {}

  readonly read = (): SessionState => this.state;

  readonly subscribe = (listener: Listener): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** What each change has to carry. */
  get csrf(): string {
    return this.state.who?.csrf ?? '';
  }

  /** Ask the node who this browser is. */
  async resume(): Promise<void> {
    const answer = await this.ask('/v1/session', { method: 'GET' });
    if (answer.status === 401) return this.become({ phase: 'out', who: null });
    this.become({ phase: 'in', who: await this.whoOf(answer) });
  }

  /** Sign in; requests that waited for it go on. */
  async signIn(name: string, password: string): Promise<Who> {
    const answer = await this.ask('/v1/session', this.post({ name, password }));
    const who = await this.whoOf(answer);
    this.become({ phase: 'in', who });
    this.release(true);
    return who;
  }

  /** Replace the password; the node opens a new session. */
  async changePassword(old: string, fresh: string): Promise<void> {
    const answer = await this.ask('/v1/session/password', this.post({ old, new: fresh }));
    this.become({ phase: 'in', who: await this.whoOf(answer) });
    this.release(true);
  }

  async signOut(): Promise<void> {
    await this.ask('/v1/session', { method: 'DELETE', headers: { 'X-CSRF-Token': this.csrf } });
    this.become({ phase: 'out', who: null });
    this.release(false);
  }

  /** The node no longer knows the session: resolves once somebody has signed in again, or false when they leave. */
  renew(): Promise<boolean> {
    if (this.state.phase !== 'in' && this.state.phase !== 'expired') return Promise.resolve(false);
    this.become({ phase: 'expired', who: this.state.who });
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  /** Give up after an expired session: back to the first page. */
  leave(): void {
    this.become({ phase: 'out', who: null });
    this.release(false);
  }

  private release(renewed: boolean): void {
    const waiting = this.waiting;
    this.waiting = [];
    for (const resolve of waiting) resolve(renewed);
  }

  private become(state: SessionState): void {
    this.state = state;
    for (const listener of this.listeners) listener();
  }

  private post(body: object): RequestInit {
    return {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-CSRF-Token': this.csrf },
      body: JSON.stringify(body),
    };
  }

  private async ask(path: string, init: RequestInit): Promise<Response> {
    try {
      return await this.call(path, { ...init, credentials: 'same-origin' });
    } catch {
      throw unreachable();
    }
  }

  private async whoOf(answer: Response): Promise<Who> {
    const body: unknown = await answer.json().catch(() => null);
    if (!answer.ok) throw problemOf(answer.status, body);
    return body as Who;
  }
}

export const session = new Session();
