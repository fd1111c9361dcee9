// @vitest-environment node
/** Proof bundles: the golden one holds, and no byte of it can change. */

import { readFileSync } from 'node:fs';

import { describe, expect, test } from 'vitest';

import { fromText, hexDecode } from './bytes';
import { type Json, canonicalBytes, canonicalText, decodeCanonical, loads } from './json';
import { networkFromJson } from './network';
import { PARTS, type Part, type State, type Trust, verifyBundle } from './verify';

function file(name: string): Json {
  return loads(new Uint8Array(readFileSync(new URL(`../../../tests/vectors/${name}.json`, import.meta.url))));
}

const golden = (file('proof_bundle') as { bundles: { bundle: Json; trusted_block: string; statement_id: string; fields: Json }[] }).bundles;
const first = golden[0]!;
const data = canonicalBytes(first.bundle);
const trust: Trust = { trustedBlocks: new Set([first.trusted_block]), network: null };

function states(bytes: Uint8Array, by: Trust = trust): Record<Part, State> {
  const { answers } = verifyBundle(bytes, by);
  return Object.fromEntries(PARTS.map((part) => [part, answers[part].state])) as Record<Part, State>;
}

describe('a proof bundle', () => {
  test.each(golden)('of every version holds with its block trusted', ({ bundle, trusted_block: block, statement_id: id, fields }) => {
    const report = verifyBundle(canonicalBytes(bundle), { trustedBlocks: new Set([block]), network: null });
    expect(report.verified).toBe(true);
    expect(report.about?.id).toBe(id);
    expect(canonicalText(report.about?.fields ?? null)).toBe(canonicalText(fields));
    expect(report.warnings).toEqual(['unpinned']);
  });

  test('proves nothing about its block to whoever trusts none', () => {
    const report = verifyBundle(data, { trustedBlocks: new Set(), network: null });
    expect(report.answers.header.state).toBe('not established');
    expect(report.verified).toBe(false);
  });

  test('of contracts that the network file does not name fails', () => {
    const bundle = first.bundle as { anchor: { log: { address: string }; registry: { address: string } } };
    const network = (log: string, registry: string) =>
      networkFromJson({
        format: 'credence-network/1',
        name: 'sandbox',
        chain_id: 31337,
        genesis: `0x${'11'.repeat(32)}`,
        contracts: { EvidenceLog: log, MemberRegistry: registry },
        schemas: {},
      });
    const { log, registry } = bundle.anchor;
    const by = (one: string, other: string): Trust => ({ ...trust, network: network(one, other) });
    expect(states(data, by(log.address, registry.address)).storage).toBe('holds');
    expect(states(data, by(registry.address, registry.address)).storage).toBe('fails');
    expect(states(data, by(log.address, log.address)).storage).toBe('fails');
  });

  test('without an anchor is logged only', () => {
    const bare = canonicalBytes({ ...(first.bundle as Record<string, Json>), anchor: null });
    expect(states(bare)).toEqual({ statement: 'holds', log: 'holds', storage: 'not established', header: 'not established' });
  });

  test('is refused when any bit of any byte is flipped', () => {
    let seed = 20261126;
    const next = (below: number): number => {
      seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
      return (seed >>> 8) % below;
    };
    for (let round = 0; round < 400; round += 1) {
      const changed = data.slice();
      const at = next(data.length);
      changed[at] = changed[at]! ^ (1 << next(8));
      expect(verifyBundle(changed, trust).verified, `byte ${at}`).toBe(false);
    }
  }, 60_000);

  test('is refused when cut, extended or spelled otherwise', () => {
    const text = canonicalText(first.bundle);
    for (const other of [
      text.slice(0, -1),
      `${text} `,
      ` ${text}`,
      text.replace(':', ': '),
      text.replace('0x', '0X'),
      '',
      '{}',
      'null',
      '[]',
    ]) {
      const { answers } = verifyBundle(fromText(other), trust);
      expect(answers.statement.state, other.slice(0, 30)).toBe('fails');
      expect(answers.header.state).toBe('not established');
    }
  });
});

describe('tampered bundles', () => {
  interface Case {
    name: string;
    edits?: [string, Json][];
    bundle?: Json;
    trusted_block: string;
    expected: Record<Part, State>;
    errors: Record<Part, string | null>;
  }
  const { golden: whole, cases } = file('tampered') as unknown as { golden: Json; cases: Case[] };

  function edited(one: Case): Json {
    const copy = loads(canonicalBytes(one.bundle ?? whole)) as Record<string, Json>;
    for (const [pointer, value] of one.edits ?? []) {
      const steps = pointer.slice(1).split('/');
      const last = steps.pop()!;
      const target = steps.reduce<Record<string, Json>>((at, step) => at[step] as Record<string, Json>, copy);
      target[last] = value;
    }
    return copy;
  }

  test('are many', () => expect(cases.length).toBeGreaterThan(35));

  test.each(cases.map((one) => [one.name, one] as const))('%s: each part answers as in Python', (_, one) => {
    const by = { trustedBlocks: new Set([one.trusted_block]), network: null };
    const report = verifyBundle(canonicalBytes(edited(one)), by);
    for (const part of PARTS) {
      const { state, error, detail } = report.answers[part];
      expect([part, state, error ?? null], detail).toEqual([part, one.expected[part], one.errors[part]]);
    }
    expect(report.verified).toBe(false);
  });

  test('differ from one that holds', () => {
    const block = cases[0]!.trusted_block;
    expect(verifyBundle(canonicalBytes(whole), { trustedBlocks: new Set([block]), network: null }).verified).toBe(true);
  });
});

test('what a vector calls canonical is', () => {
  expect(decodeCanonical(data)).toEqual(first.bundle);
  expect(hexDecode(first.trusted_block).length).toBe(32);
});
