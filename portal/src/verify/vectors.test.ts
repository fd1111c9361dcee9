// @vitest-environment node
/** The vectors that Python and Solidity read, read here: same answers, same refusals. */

import { readFileSync } from 'node:fs';

import { describe, expect, test } from 'vitest';

import { fromInt, fromText, hexDecode, hexEncode } from './bytes';
import { openCheckpoint } from './checkpoint';
import { CredenceError } from './errors';
import { checkLei, orgId } from './identity';
import { canonicalText, decodeCanonical, loads } from './json';
import { LogPublicKey, StatementPublicKey } from './keys';
import { inclusionProof, leafHash, logHead, treeRoot, verifyConsistency, verifyInclusion } from './merkle';
import { NoteKey, encodeNote, parseNote } from './note';
import { isBaseComplete, leafOf, parseStatement, verifyStatement } from './statement';
import { parseTlogProof, verifyTlogProof } from './tlogProof';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- vectors are read as they are
function vectors(name: string): any {
  return JSON.parse(readFileSync(new URL(`../../../tests/vectors/${name}.json`, import.meta.url), 'utf-8'));
}

const entry = (index: number) => leafHash(fromInt(BigInt(index), 4));

describe('RFC 9162', () => {
  const merkle = vectors('merkle');

  test('roots are those of the definition', () => {
    for (const { size, root } of merkle.roots) {
      const leaves = Array.from({ length: size }, (_, at) => entry(at));
      expect(hexEncode(treeRoot(leaves))).toBe(root);
    }
  });

  test('every inclusion proof holds, for its own leaf only', () => {
    for (const { index, size, leaf, root, path } of merkle.inclusion) {
      const nodes = path.map((node: string) => hexDecode(node, 32));
      const proof = inclusionProof(BigInt(index), BigInt(size), nodes);
      verifyInclusion(hexDecode(leaf), proof, hexDecode(root));
      expect(() => verifyInclusion(entry(index + 1), proof, hexDecode(root))).toThrow(CredenceError);
      expect(() => verifyInclusion(hexDecode(leaf), { ...proof, path: [...nodes, hexDecode(root)] }, hexDecode(root))).toThrow(
        CredenceError,
      );
    }
  });

  test.each(['merkle', 'consistency'])('consistency proofs of %s.json hold or not as they say', (name) => {
    for (const one of vectors(name).consistency) {
      const check = () =>
        verifyConsistency(
          logHead(BigInt(one.old_size), hexDecode(one.old_root)),
          logHead(BigInt(one.new_size), hexDecode(one.new_root)),
          one.path.map((node: string) => hexDecode(node)),
        );
      if (one.holds) check();
      else expect(check, JSON.stringify(one)).toThrow(CredenceError);
    }
  });
});

describe('JSON', () => {
  const { equal, refused } = vectors('canonical');

  test('is written as RFC 8785 says', () => {
    for (const { json, canonical } of equal) {
      expect(canonicalText(loads(fromText(json)))).toBe(canonical);
      decodeCanonical(fromText(canonical));
    }
  });

  test.each<[string, string]>(refused.map((text: string) => [text.slice(0, 40), text]))('%s is refused', (_, text) => {
    // Half a surrogate pair cannot travel as UTF-8 in the first place, escapes can.
    expect(() => decodeCanonical(fromText(text))).toThrow(CredenceError);
  });
});

describe('identities and keys', () => {
  test('LEIs have their names on chain and no second spelling', () => {
    const { org_ids: ids, refused } = vectors('identity');
    for (const [lei, id] of Object.entries(ids)) expect(hexEncode(orgId(checkLei(lei)))).toBe(id);
    for (const lei of refused) expect(() => checkLei(lei), lei).toThrow(CredenceError);
  });

  test('Ed25519 keys of low order, second encodings and no points are refused', () => {
    const { low_order: low, second_encodings: second, off_curve: off, sound } = vectors('ed25519');
    for (const key of [...low, ...second, ...off]) expect(() => new LogPublicKey(hexDecode(key)), key).toThrow(CredenceError);
    for (const key of sound) new LogPublicKey(hexDecode(key));
  });
});

describe('notes', () => {
  test('checkpoints open with their log key and encode back', () => {
    const { origin, public_key: key, verifier_key: verifier, checkpoints } = vectors('checkpoint');
    const log = NoteKey.parse(verifier);
    expect(log.name).toBe(origin);
    expect(hexEncode(log.publicKey.raw)).toBe(key);
    for (const { size, root, note } of checkpoints) {
      const { checkpoint, ignored } = openCheckpoint(parseNote(note), log);
      expect([checkpoint.head.size, hexEncode(checkpoint.head.root), ignored]).toEqual([BigInt(size), root, []]);
      expect(encodeNote(parseNote(note))).toBe(note);
    }
  });

  test('log proofs hold for their leaf, and no changed character passes', () => {
    const { origin, public_key: key, proofs } = vectors('tlog_proof');
    const log = new NoteKey(origin, new LogPublicKey(hexDecode(key)));
    for (const { leaf, proof, size } of proofs) {
      const answer = verifyTlogProof(parseTlogProof(proof), hexDecode(leaf), log);
      expect([answer.head.size, answer.ignored]).toEqual([BigInt(size), []]);
      expect(() => verifyTlogProof(parseTlogProof(proof), entry(99_999), log)).toThrow(CredenceError);
      for (let at = 0; at < proof.length; at += 7) {
        const changed = proof.slice(0, at) + String.fromCharCode(proof.charCodeAt(at) ^ 1) + proof.slice(at + 1);
        expect(() => verifyTlogProof(parseTlogProof(changed), hexDecode(leaf), log), `character ${at}`).toThrow(CredenceError);
      }
    }
  });
});

describe('statements', () => {
  const vector = vectors('statement');
  const key = StatementPublicKey.fromJwk(vector.jwk);

  test('the golden statement reads, with every field', () => {
    const statement = parseStatement(vector.sd_jwt);
    verifyStatement(statement, key);
    expect({ ...statement.fields }).toEqual(vector.fields);
    expect(statement.sequence).toBe(vector.sequence);
    expect(statement.issued).toBe(vector.issued);
    expect(hexEncode(leafOf(statement))).toBe(statement.id);
    expect(isBaseComplete(statement)).toBe(true);
  });

  test('a withheld field leaves it valid, and shows', () => {
    const [signed, ...rest] = vector.sd_jwt.split('~');
    rest.pop();
    for (let skip = 0; skip < rest.length; skip += 1) {
      const shown = [signed, ...rest.filter((_: string, at: number) => at !== skip), ''].join('~');
      const statement = parseStatement(shown);
      verifyStatement(statement, key);
      expect(statement.disclosures.length).toBe(rest.length - 1);
    }
    expect(isBaseComplete(parseStatement(`${signed}~`))).toBe(false);
  });

  test('disclosures in another order, twice or of another statement are refused', () => {
    const [signed, first, second, ...rest] = vector.sd_jwt.split('~');
    expect(() => parseStatement([signed, second, first, ...rest].join('~'))).toThrow(CredenceError);
    expect(() => parseStatement([signed, first, first, second, ...rest].join('~'))).toThrow(CredenceError);
    expect(() => parseStatement([signed, first, second, ...rest].join('~') + 'e30')).toThrow(CredenceError);
  });

  test('no changed character of it passes', () => {
    const text: string = vector.sd_jwt;
    for (let at = 0; at < text.length; at += 11) {
      const changed = text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);
      expect(() => verifyStatement(parseStatement(changed), key), `character ${at}`).toThrow(CredenceError);
    }
  });
});
