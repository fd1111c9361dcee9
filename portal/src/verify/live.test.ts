// @vitest-environment node
/**
 * Against a running demo node: `CREDENCE_LIVE=<sandbox folder>`; skipped without. The end-to-end tests run it, because no
 * vector can hold what a real EAS keeps in its storage.
 */

import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test, vi } from 'vitest';

import { type ChainSource, checkCredential, checkUid } from './bank';
import { fromText, hexDecode, hexEncode } from './bytes';
import { parseCredential } from './credential';
import { UnreachableError } from './errors';
import { type Json, canonicalBytes, loads } from './json';
import { parseNetwork } from './network';
import { SCORE_PARTS, checkScore } from './score';
import { type Wanted, wantedJson } from './state';

const home = process.env.CREDENCE_LIVE;
vi.setConfig({ testTimeout: 120_000 });
const now = Math.floor(Date.now() / 1000);

function source(folder: string): ChainSource {
  const node = JSON.parse(readFileSync(join(folder, 'ports.json'), 'utf-8')) as Record<string, number>;
  const { token } = JSON.parse(readFileSync(join(folder, 'nodes', 'bank', 'demo-access.json'), 'utf-8')) as { token: string };
  const base = `http://127.0.0.1:${node.bank}/v1/chain`;
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  return {
    network: parseNetwork(new Uint8Array(readFileSync(join(folder, 'network.json')))),
    async prove(wanted: readonly Wanted[]): Promise<Json> {
      const answer = await fetch(`${base}/proof`, { method: 'POST', headers, body: JSON.stringify(wantedJson(wanted)) });
      if (!answer.ok) throw new UnreachableError(await answer.text());
      return loads(new Uint8Array(await answer.arrayBuffer()));
    },
    async blockKnown(hash: string): Promise<boolean> {
      const answer = await fetch(`${base}/blocks/0x${hash}`, { headers });
      return ((await answer.json()) as { known: boolean }).known;
    },
  };
}

const credentialOf = (folder: string, supplier: string) =>
  readFileSync(join(folder, 'handed-over', supplier, 'credential.sd-jwt'), 'utf-8');

describe.skipIf(home === undefined)('a running node', () => {
  const folder = home ?? '';
  const suppliers = home === undefined ? [] : readdirSync(join(folder, 'handed-over'));
  const credential = (supplier: string) => credentialOf(folder, supplier);

  test.each(suppliers)('%s: its credential holds in every part', async (supplier) => {
    const report = await checkCredential(credential(supplier), source(folder), now);
    expect(report.answers, JSON.stringify(report.answers)).toSatisfy(() => report.verified);
    expect(report.issuer?.name).toBe('Yuanshan Vehicles');
  });

  test('its attestation is found by the UID alone', async () => {
    const uid = parseCredential(credential('housings').trim()).status!.uid;
    const report = await checkUid(uid, source(folder), now);
    expect(report.verified, JSON.stringify(report.answers)).toBe(true);
    const other = await checkUid(hexDecode('11'.repeat(32)), source(folder), now);
    expect(other.verified).toBe(false);
  });

  test('a byte changed in an answer is refused, and a node that lies about a value caught', async () => {
    const real = source(folder);
    for (let round = 0; round < 12; round += 1) {
      const lying: ChainSource = {
        ...real,
        async prove(wanted) {
          const text = hexEncode(fromText(JSON.stringify(await real.prove(wanted))));
          const json = new TextDecoder().decode(hexDecode(text));
          const at = Math.floor((json.length * (round + 1)) / 14);
          const place = json.slice(at).search(/[0-9a-f]{8}/) + at;
          const changed = json.slice(0, place) + (json[place] === '1' ? '2' : '1') + json.slice(place + 1);
          return loads(fromText(changed));
        },
      };
      const report = await checkCredential(credential('housings'), lying, now);
      expect(report.verified).toBe(false);
    }
  });

  test('with nobody to ask nothing is established, and a forgery still fails', async () => {
    const report = await checkCredential(credential('housings'), null, now);
    expect(report.verified).toBe(false);
    expect(report.answers.credential.state).toBe('not established');
    const expired = await checkCredential(credential('housings'), null, now + 400 * 86_400);
    expect(expired.answers.credential.state).toBe('fails');
  });
});

describe.skipIf(home === undefined)('a score bundle of a running node', () => {
  const folder = home ?? '';
  const read = (supplier: string) => new Uint8Array(readFileSync(join(folder, 'handed-over', supplier, 'bundle.json')));

  test('holds in every part, and its card is the attested one', async () => {
    const report = await checkScore(read('housings'), source(folder));
    for (const part of SCORE_PARTS) expect([part, report.answers[part].state], report.answers[part].detail).toEqual([part, 'holds']);
    expect(parseCredential(credentialOf(folder, 'housings').trim()).claims.card).toBe(report.cardDigest);
  });

  test('whose card was improved is refused by its own arithmetic', async () => {
    const bundle = loads(read('boards')) as { card: { points: number; lines: { points: number; theta: string[] }[] } };
    const edits: ((card: typeof bundle.card) => void)[] = [
      (card) => {
        card.points += 1;
      },
      (card) => {
        card.lines[0]!.points += 1;
        card.points += 1;
      },
      (card) => {
        card.lines[1]!.theta[0] = '1';
      },
      (card) => {
        (card as unknown as { eligibility: string }).eligibility = 'eligible';
      },
      (card) => {
        (card as unknown as { band: number }).band = 0;
      },
    ];
    for (const edit of edits) {
      const copy = loads(canonicalBytes(bundle as unknown as Json)) as unknown as typeof bundle;
      edit(copy.card);
      const { answers } = await checkScore(canonicalBytes(copy as unknown as Json), null);
      expect(answers.card.state).toBe('fails');
      expect(answers.statements.state).toBe('holds');
    }
  });
});
