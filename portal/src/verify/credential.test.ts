// @vitest-environment node
/** Credentials: those of the vectors hold or are refused as in Python, with the same class of refusal. */

import { readFileSync } from 'node:fs';

import { describe, expect, test } from 'vitest';

import { hex0xDecode } from './bytes';
import { parseCredential, verifyCredential } from './credential';
import { CredenceError } from './errors';
import { StatementPublicKey } from './keys';

interface Case {
  name: string;
  credential: string;
  audience?: string;
  nonce?: string;
  error: string | null;
}

const vector = JSON.parse(readFileSync(new URL('../../../tests/vectors/credential.json', import.meta.url), 'utf-8'));
const cases: Case[] = vector.cases;
const key = new StatementPublicKey(hex0xDecode(vector.issuer.key, 65));

function refusal(one: Case, text = one.credential): string | null {
  const { audience, nonce } = one;
  const holder = audience === undefined || nonce === undefined ? {} : { audience, nonce };
  try {
    verifyCredential(parseCredential(text), key, { issuer: vector.issuer.lei, vct: vector.vct, now: vector.now, ...holder });
    return null;
  } catch (error) {
    if (error instanceof CredenceError) return error.name;
    throw error;
  }
}

describe('credentials', () => {
  test.each(cases.map((one) => [one.name, one] as const))('%s', (_, one) => {
    expect(refusal(one)).toBe(one.error);
  });

  test('tell what they disclose and how much they hide', () => {
    const whole = parseCredential(cases[0]!.credential);
    expect({ ...whole.claims }).toEqual(vector.claims);
    expect(whole.hidden).toBe(0);
    expect(parseCredential(cases[1]!.credential).hidden).toBe(1);
    expect(whole.status?.chainId).toBe(31337);
  });

  test('hold in no changed character', () => {
    const one = cases[0]!;
    for (let at = 0; at < one.credential.length; at += 5) {
      const other = one.credential[at] === 'A' ? 'B' : 'A';
      const changed = one.credential.slice(0, at) + other + one.credential.slice(at + 1);
      expect(refusal(one, changed), `character ${at}`).not.toBeNull();
    }
  });
});
