import { describe, expect, it } from 'vitest';
import { upload } from './uploads';
import type { Answer, Carrier, Progress } from './uploads';

function carrier(answers: (Answer | null)[]) {
  const keys: string[] = [];
  const made: Carrier = {
    session: { csrf: 'c', renew: () => Promise.resolve(true) },
    post: (_path, _form, headers, sent) => {
      keys.push(headers['Idempotency-Key'] ?? '');
      sent(0.5);
      const next = answers.shift();
      return next == null ? Promise.reject(new Error('gone')) : Promise.resolve(next);
    },
    sleep: () => Promise.resolve(),
  };
  return { made, keys };
}

const said = (status: number, body: object = {}): Answer => ({ status, body: JSON.stringify(body), retryAfter: null });

describe('upload', () => {
  it('goes on through a restart of the node with the same key, and tells of it', async () => {
    const { made, keys } = carrier([null, said(503), said(202, { id: 'imp_1' })]);
    const told: Progress[] = [];
    expect(await upload('/v1/imports', new FormData(), 'key-1', made, (progress) => told.push(progress))).toEqual({ id: 'imp_1' });
    expect(keys).toEqual(['key-1', 'key-1', 'key-1']);
    expect(told.some(({ waiting, tries }) => waiting && tries === 2)).toBe(true);
  });

  it('goes on after signing in again', async () => {
    const { made, keys } = carrier([said(401), said(202, { id: 'imp_2' })]);
    expect(await upload('/v1/imports', new FormData(), 'k', made, () => undefined)).toEqual({ id: 'imp_2' });
    expect(keys).toHaveLength(2);
  });

  it('waits for its own first attempt, but not when the key was used for another upload', async () => {
    const running = carrier([said(409, { detail: 'the first request with this Idempotency-Key is still running' }), said(202, { id: 'imp_3' })]);
    expect(await upload('/v1/imports', new FormData(), 'k', running.made, () => undefined)).toEqual({ id: 'imp_3' });
    const other = carrier([said(409, { detail: 'this Idempotency-Key was used for a different request' })]);
    await expect(upload('/v1/imports', new FormData(), 'k', other.made, () => undefined)).rejects.toMatchObject({ status: 409 });
  });

  it('says what the node refuses, at once', async () => {
    const { made, keys } = carrier([said(422, { detail: 'bad LEI', advice: 'mend it' })]);
    await expect(upload('/v1/imports', new FormData(), 'k', made, () => undefined)).rejects.toMatchObject({ message: 'bad LEI', advice: 'mend it' });
    expect(keys).toHaveLength(1);
  });
});
