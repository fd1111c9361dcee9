// @vitest-environment node
/** A bank's questions, in worlds in which one thing is wrong each: what is refused, in which part, and why. */

import { readFileSync } from 'node:fs';

import { describe, expect, test } from 'vitest';

import { BANK_PARTS, type ChainSource, checkCredential, checkUid } from './bank';
import { equal, hex0xDecode, hex0xEncode, hexEncode } from './bytes';
import { decodeClaim, encodeClaim } from './eas';
import { CredenceError, UnreachableError } from './errors';
import { parseHeader } from './header';
import type { Json } from './json';
import { networkFromJson } from './network';
import { type Wanted, bytesLength, proveState } from './state';

interface World {
  header: string;
  nodes: string[];
  contracts: Record<string, { account_proof: number[]; slots: Record<string, number[]> }>;
}
interface Case {
  name: string;
  errors: Record<string, string>;
  world: World;
}

const vector = JSON.parse(readFileSync(new URL('../../../tests/vectors/bank.json', import.meta.url), 'utf-8')) as {
  now: number;
  network: Json;
  credential: string;
  uid: string;
  cases: Case[];
};
const sound = vector.cases[0]!.world;

function answer(world: World, wanted: readonly Wanted[], used?: Set<number>): Json {
  const texts = (places: number[]): string[] => {
    for (const at of places) used?.add(at);
    return places.map((at) => world.nodes[at]!);
  };
  return {
    number: 77,
    hash: '0x',
    header: world.header,
    contracts: wanted.map(({ contract, slots }) => {
      const known = world.contracts[hex0xEncode(contract)]!;
      return {
        contract: hex0xEncode(contract),
        account_proof: texts(known.account_proof),
        slots: slots.map((slot) => {
          const proof = known.slots[hex0xEncode(slot)];
          if (proof === undefined) throw new UnreachableError(`the world does not prove ${hex0xEncode(slot)}`);
          return texts(proof);
        }),
      };
    }),
  };
}

const hashes = new Set(vector.cases.map(({ world }) => hexEncode(parseHeader(hex0xDecode(world.header)).hash)));

/** A chain that has the blocks of these worlds and no other. */
function source(world: World, known: boolean | null = true, used?: Set<number>): ChainSource {
  return {
    network: networkFromJson(vector.network),
    prove: (wanted) => Promise.resolve().then(() => answer(world, wanted, used)),
    blockKnown: (hash) => Promise.resolve(known === true ? hashes.has(hash) : known),
  };
}

describe('a credential', () => {
  test.each(vector.cases.map((one) => [one.name, one] as const))('%s', async (_, one) => {
    const report = await checkCredential(vector.credential, source(one.world), vector.now);
    for (const part of BANK_PARTS) {
      const error = one.errors[part];
      const state = error === undefined ? 'holds' : error === 'open' ? 'not established' : 'fails';
      const found = report.answers[part];
      expect([part, found.state, found.error], found.detail).toEqual([part, state, state === 'fails' ? error : undefined]);
    }
    expect(report.verified).toBe(Object.keys(one.errors).length === 0);
    expect(report.block?.number).toBe(77n);
  });

  test('of a block that is not on the chain, or of which nobody knows, does not count', async () => {
    const lost = await checkCredential(vector.credential, source(sound, false), vector.now);
    expect([lost.answers.block.state, lost.verified]).toEqual(['fails', false]);
    const open = await checkCredential(vector.credential, source(sound, null), vector.now);
    expect([open.answers.block.state, open.verified]).toEqual(['not established', false]);
  });

  test('of another network does not count', async () => {
    const other = { ...source(sound), network: { ...source(sound).network, chainId: 1 } };
    expect((await checkCredential(vector.credential, other, vector.now)).answers.attestation.state).toBe('fails');
  });

  test('of which one byte of any proof was changed is not verified', async () => {
    const used = new Set<number>();
    await checkCredential(vector.credential, source(sound, true, used), vector.now);
    expect(used.size).toBeGreaterThan(20);
    for (const at of used) {
      const node = sound.nodes[at]!;
      const place = 2 + ((at * 37) % (node.length - 2));
      const changed = node.slice(0, place) + (node[place] === '0' ? '1' : '0') + node.slice(place + 1);
      const world = { ...sound, nodes: sound.nodes.map((one, n) => (n === at ? changed : one)) };
      const report = await checkCredential(vector.credential, source(world), vector.now);
      expect(report.verified, `node ${at}`).toBe(false);
    }
  });

  test('with another header proves nothing', async () => {
    const header = sound.header.slice(0, 300) + (sound.header[300] === '0' ? '1' : '0') + sound.header.slice(301);
    expect((await checkCredential(vector.credential, source({ ...sound, header }), vector.now)).verified).toBe(false);
  });

  test('without anybody to ask establishes nothing', async () => {
    const report = await checkCredential(vector.credential, null, vector.now);
    expect(BANK_PARTS.map((part) => report.answers[part].state)).toEqual(BANK_PARTS.map(() => 'not established'));
  });
});

describe('an attestation by its UID', () => {
  const uid = hex0xDecode(vector.uid, 32);
  const named = (name: string): World => vector.cases.find((one) => one.name === name)!.world;

  test('stands, and names who made it', async () => {
    const report = await checkUid(uid, source(sound), vector.now);
    expect([report.verified, report.issuer?.name, report.attestation?.claim.points]).toEqual([
      true,
      '远山汽车 Yuanshan Vehicles',
      87_400_000,
    ]);
  });

  test.each(['one that was revoked', 'one whose attestation ended', 'one of another schema', 'one about the issuer itself'])(
    '%s does not',
    async (name) => {
      const report = await checkUid(uid, source(named(name)), vector.now);
      expect([report.answers.attestation.state, report.verified]).toEqual(['fails', false]);
    },
  );

  test('of a member that may not score does not', async () => {
    expect((await checkUid(uid, source(named('one whose issuer may not score')), vector.now)).answers.issuer.state).toBe('fails');
  });
});

describe('what EAS keeps', () => {
  const zero = new Uint8Array(32);
  const claim = {
    subject: zero.map(() => 1),
    policy: zero.map(() => 2),
    points: 5,
    low: 4,
    high: 9,
    band: 2,
    state: 1,
    inputs: zero,
    card: zero,
    heads: [{ org: zero.map(() => 3), size: 12n, root: zero.map(() => 4) }],
  };

  test('is read in its one encoding', () => {
    const data = encodeClaim(claim);
    expect(decodeClaim(data)).toEqual(claim);
    expect(decodeClaim(encodeClaim({ ...claim, heads: [] })).heads).toEqual([]);
    for (const at of [9, 10, 11, 12, 14]) {
      const changed = data.slice();
      changed[32 * at + 31] = changed[32 * at + 31]! + 1;
      expect(() => decodeClaim(changed), `word ${at}`).toThrow(CredenceError);
    }
    expect(() => decodeClaim(data.slice(0, -32))).toThrow(CredenceError);
    expect(() => decodeClaim(data.slice(0, -1))).toThrow(CredenceError);
  });

  test('bytes in storage have one spelling', () => {
    const word = (last: number, first = 0): Uint8Array => zero.map((_, at) => (at === 31 ? last : at === 30 ? first : 0));
    expect(bytesLength(word(0), 100)).toBe(0);
    expect(bytesLength(word(129), 100)).toBe(64);
    expect(() => bytesLength(word(3), 100)).toThrow(CredenceError); // short, written as long
    expect(() => bytesLength(word(2, 7), 100)).toThrow(CredenceError); // something behind the end
    expect(() => bytesLength(word(1, 9), 100)).toThrow(CredenceError); // longer than anybody reads
  });

  test('an answer to another question is refused', () => {
    const [place, known] = Object.entries(sound.contracts)[0]!;
    const wanted = [{ contract: hex0xDecode(place, 20), slots: [hex0xDecode(Object.keys(known.slots)[0]!, 32)] }];
    const given = answer(sound, wanted) as { contracts: { contract: string; slots: Json[] }[] };
    expect(equal(proveState(given as unknown as Json, wanted).block.stateRoot, zero)).toBe(false);
    expect(() => proveState({ ...given, contracts: [] } as unknown as Json, wanted)).toThrow(CredenceError);
    const other = structuredClone(given);
    other.contracts[0]!.contract = `0x${'77'.repeat(20)}`;
    expect(() => proveState(other as unknown as Json, wanted)).toThrow(CredenceError);
    const fewer = structuredClone(given);
    fewer.contracts[0]!.slots = [];
    expect(() => proveState(fewer as unknown as Json, wanted)).toThrow(CredenceError);
  });
});
