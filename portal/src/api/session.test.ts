import { describe, expect, it } from 'vitest';
import { Session } from './session';

const WHO = { id: 'usr_1', name: 'anna', via: 'session', roles: ['purchaser'], permissions: ['self'], must_change_password: false, csrf: 'c1', ends: null };

function door(answers: (readonly [number, unknown])[]) {
  const asked: (readonly [string, RequestInit | undefined])[] = [];
  const session = new Session((input, init) => {
    asked.push([String(input), init]);
    const next = answers.shift();
    return next === undefined ? Promise.reject(new TypeError('no network')) : Promise.resolve(new Response(JSON.stringify(next[1]), { status: next[0] }));
  });
  return { session, asked };
}

describe('Session', () => {
  it('lets whoever waited go on after signing in again, all of them', async () => {
    const { session } = door([[201, WHO], [201, { ...WHO, csrf: 'c2' }]]);
    await session.signIn('anna', 'x');
    const waiting = [session.renew(), session.renew()];
    expect(session.read().phase).toBe('expired');
    expect(session.read().who?.name).toBe('anna');
    await session.signIn('anna', 'x');
    expect(await Promise.all(waiting)).toEqual([true, true]);
    expect(session.csrf).toBe('c2');
  });

  it('keeps the page when the password is wrong, and they go on waiting', async () => {
    const { session } = door([[201, WHO], [401, { detail: 'wrong' }], [201, WHO]]);
    await session.signIn('anna', 'x');
    const waiting = session.renew();
    await expect(session.signIn('anna', 'y')).rejects.toMatchObject({ status: 401 });
    expect(session.read().phase).toBe('expired');
    await session.signIn('anna', 'x');
    expect(await waiting).toBe(true);
  });

  it('does not wait for a sign-in when nobody was signed in', async () => {
    const { session } = door([[401, {}]]);
    await session.resume();
    expect(session.read().phase).toBe('out');
    expect(await session.renew()).toBe(false);
  });

  it('releases whoever waits when they leave', async () => {
    const { session } = door([[201, WHO]]);
    await session.signIn('anna', 'x');
    const waiting = session.renew();
    session.leave();
    expect(await waiting).toBe(false);
  });

  it('says that the node is away, and takes fields it does not know', async () => {
    const { session, asked } = door([[200, { ...WHO, shoe_size: 41 }]]);
    await session.resume();
    expect(session.read().who?.id).toBe('usr_1');
    await expect(session.signOut()).rejects.toMatchObject({ status: 0 });
    expect(new Headers(asked[1]?.[1]?.headers).get('X-CSRF-Token')).toBe('c1');
  });
});
