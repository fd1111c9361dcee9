import { describe, expect, it } from 'vitest';
import { ApiError } from './problem';
import { pause, send } from './transport';
import type { Transport } from './transport';

interface Seen {
  readonly method: string;
  readonly csrf: string | null;
  readonly body: string;
}

/** A node that answers as told, one answer a call; `null` is no answer at all. */
function node(answers: (Response | null)[], renewals: boolean[] = []) {
  const seen: Seen[] = [];
  const slept: number[] = [];
  let csrf = 'first';
  const transport: Transport = {
    session: {
      get csrf() {
        return csrf;
      },
      renew: () => {
        csrf = 'second';
        return Promise.resolve(renewals.shift() ?? false);
      },
    },
    call: async (request) => {
      seen.push({ method: request.method, csrf: request.headers.get('X-CSRF-Token'), body: await request.text() });
      const answer = answers.shift();
      if (answer == null) throw new TypeError('Failed to fetch');
      return answer;
    },
    sleep: (ms) => {
      slept.push(ms);
      return Promise.resolve();
    },
  };
  return { transport, seen, slept };
}

const post = (headers: Record<string, string> = {}) => new Request('http://node/v1/cases', { method: 'POST', body: '{"typed":"long text"}', headers });
const get = () => new Request('http://node/v1/suppliers');
const answer = (status: number, headers: Record<string, string> = {}) => new Response('{}', { status, headers });

describe('send', () => {
  it('sends what was typed again, with the new token, once somebody has signed in again', async () => {
    const { transport, seen } = node([answer(401), answer(201)], [true]);
    expect((await send(post(), transport)).status).toBe(201);
    expect(seen.map(({ csrf }) => csrf)).toEqual(['first', 'second']);
    expect(seen.map(({ body }) => body)).toEqual(['{"typed":"long text"}', '{"typed":"long text"}']);
  });

  it('gives the refusal back when nobody signs in again', async () => {
    const { transport, seen } = node([answer(401)], [false]);
    expect((await send(get(), transport)).status).toBe(401);
    expect(seen).toHaveLength(1);
  });

  it('asks again after a break, waiting longer each time', async () => {
    const { transport, slept } = node([null, null, answer(200)]);
    expect((await send(get(), transport)).status).toBe(200);
    expect(slept).toEqual([400, 800]);
  });

  it('never repeats a change that carries no key, and says that no answer came', async () => {
    const { transport, seen } = node([null, answer(201)]);
    await expect(send(post(), transport)).rejects.toMatchObject({ status: 0, passing: true });
    expect(seen).toHaveLength(1);
  });

  it('repeats a change with an Idempotency-Key', async () => {
    const { transport, seen } = node([null, answer(503, { 'Retry-After': '2' }), answer(202)]);
    expect((await send(post({ 'Idempotency-Key': 'k' }), transport)).status).toBe(202);
    expect(seen).toHaveLength(3);
  });

  it('waits as long as the node asks, within reason', () => {
    expect(pause(1, '3')).toBe(3000);
    expect(pause(1, '86400')).toBe(20_000);
    expect(pause(3, 'soon')).toBe(1600);
  });

  it('gives up after some tries', async () => {
    const { transport, seen } = node([]);
    await expect(send(get(), transport)).rejects.toBeInstanceOf(ApiError);
    expect(seen).toHaveLength(4);
  });
});
