/**
 * Credentials (SD-JWT VC): read and checked wholly (`evidence/credential.py`). Whether the issuer's key speaks for the
 * issuer, and whether the attestation stands, is the chain's state to say: see `bank.ts`.
 */

import { b64urlEncode, fromText, hex0xDecode } from './bytes';
import { epochSeconds, showSeconds } from './clock';
import { DisclosureError, LimitError, MalformedError, ProofError, SignatureError, quoted } from './errors';
import { sha256 } from './hash';
import { type Json, type JsonObject, isObject } from './json';
import { StatementPublicKey } from './keys';
import {
  CREDENTIAL,
  type Disclosure,
  MAX_DISCLOSURES,
  type SignedJwt,
  checkSigned,
  join,
  parseDigests,
  parseJwt,
  refuseReserved,
  requireAscii,
  split,
  verifyJwt,
} from './sdjwt';

const TYP = 'dc+sd-jwt';
const BINDING_TYP = 'kb+jwt';
const CLOCK_SKEW = 60;
const BINDING_AGE = 300;
export const MAX_CREDENTIAL_BYTES = 1024 * 1024;
const SET_BY_ISSUER = new Set(['iss', 'iat', 'nbf', 'exp', 'cnf', 'vct', 'vct#integrity', 'status', '_sd', '_sd_alg', '...']);

/** Where a credential's revocation is looked up: an EAS attestation. */
export interface StatusReference {
  readonly chainId: number;
  readonly contract: Uint8Array;
  readonly uid: Uint8Array;
}

export interface Credential {
  readonly issuer: string;
  readonly vct: string;
  /** Seconds since 1970, UTC. */
  readonly issued: number;
  readonly expires: number;
  readonly status: StatusReference | null;
  readonly holder: StatementPublicKey | null;
  /** Those always open and those disclosed. */
  readonly claims: JsonObject;
  /** How many are not disclosed. */
  readonly hidden: number;
  readonly jwt: SignedJwt;
  readonly disclosures: readonly Disclosure[];
  readonly binding: string;
}

export function parseCredential(text: string): Credential {
  if (text.length > MAX_CREDENTIAL_BYTES) throw new LimitError(`a credential has at most ${MAX_CREDENTIAL_BYTES} bytes`);
  const { signed, disclosures, binding } = split(requireAscii(text), false);
  const jwt = parseJwt(signed, TYP, CREDENTIAL);
  const { payload } = jwt;
  const digests = payload._sd === undefined ? [] : parseDigests(payload._sd, MAX_DISCLOSURES);
  if ((payload._sd_alg ?? 'sha-256') !== 'sha-256') throw new MalformedError('the digests are not SHA-256');
  checkSigned(disclosures, digests);
  const claims = readClaims(payload, disclosures);
  const { iss: issuer, vct, iat: issued, exp: expires, nbf } = payload;
  if (typeof issuer !== 'string' || typeof vct !== 'string' || typeof issued !== 'number' || typeof expires !== 'number') {
    throw new MalformedError('a credential needs iss and vct as text, iat and exp as whole seconds');
  }
  if (nbf !== undefined && nbf !== issued) throw new MalformedError('a credential whose nbf is not its iat is not understood here');
  return {
    issuer,
    vct,
    issued: epochSeconds(issued),
    expires: epochSeconds(expires),
    status: payload.status === undefined ? null : statusFromJson(payload.status),
    holder: payload.cnf === undefined ? null : holderKey(payload.cnf),
    claims,
    hidden: digests.length - disclosures.length,
    jwt,
    disclosures,
    binding,
  };
}

function readClaims(payload: JsonObject, disclosures: readonly Disclosure[]): JsonObject {
  const claims = Object.create(null) as JsonObject;
  for (const [name, value] of Object.entries(payload)) {
    if (SET_BY_ISSUER.has(name)) continue;
    refuseReserved(name, value);
    claims[name] = value;
  }
  for (const one of disclosures) {
    if (one.name in payload || SET_BY_ISSUER.has(one.name)) {
      throw new DisclosureError(`the disclosure of ${quoted(one.name)} shadows a claim of the issuer`);
    }
    claims[one.name] = one.value;
  }
  return claims;
}

function statusFromJson(value: Json): StatusReference {
  const inner = isObject(value) && Object.keys(value).length === 1 ? value.eas : undefined;
  const { chain_id: chainId, contract, uid } = isObject(inner) ? inner : ({} as JsonObject);
  const exact = isObject(inner) && Object.keys(inner).length === 3;
  if (!exact || typeof chainId !== 'number' || typeof contract !== 'string' || typeof uid !== 'string') {
    throw new MalformedError('the status is not a reference to an EAS attestation');
  }
  if (chainId <= 0) throw new MalformedError('a status needs a chain id, a contract of 20 bytes and a UID of 32');
  return { chainId, contract: hex0xDecode(contract, 20), uid: hex0xDecode(uid, 32) };
}

function holderKey(value: Json): StatementPublicKey {
  const jwk = isObject(value) && Object.keys(value).length === 1 ? value.jwk : undefined;
  if (!isObject(jwk)) throw new MalformedError('cnf does not hold a JWK');
  return StatementPublicKey.fromJwk(jwk);
}

/** What the verifier asks for: the two last only of credentials that are bound to a holder. */
export interface Asked {
  readonly issuer: string;
  readonly vct: string;
  /** Seconds since 1970, UTC. */
  readonly now: number;
  readonly audience?: string;
  readonly nonce?: string;
}

/** Who signed, what, when, and who presents it: each refusal is a ProofError. */
export function verifyCredential(credential: Credential, key: StatementPublicKey, asked: Asked): void {
  // (1) Who signed: nothing below means anything before that.
  verifyJwt(credential.jwt, key);
  if (credential.issuer !== asked.issuer || credential.vct !== asked.vct) {
    throw new ProofError(`a credential ${quoted(credential.vct, 80)} of ${quoted(credential.issuer, 80)} is not what was asked for`);
  }
  // (2) When.
  if (asked.now >= credential.expires) throw new ProofError(`the credential expired at ${showSeconds(credential.expires)}`);
  if (credential.issued > asked.now + CLOCK_SKEW) throw new ProofError('the credential was issued in the future');
  // (3) Who presents it: a bound credential without proof may have been stolen.
  verifyBinding(credential, asked);
}

function verifyBinding(credential: Credential, asked: Asked): void {
  const { holder, binding } = credential;
  if (holder === null) {
    if (binding) throw new SignatureError('a key binding on a credential that names no holder proves nothing');
    return;
  }
  if (!binding || asked.audience === undefined || asked.nonce === undefined) {
    throw new SignatureError("the credential is bound to its holder's key");
  }
  const proof = parseJwt(binding, BINDING_TYP, CREDENTIAL);
  // Made by the holder's own software, which emits either s; a proof is used once and never stored by its hash.
  verifyJwt(proof, holder, false);
  const shown = join(credential.jwt.text, credential.disclosures);
  const expected = { aud: asked.audience, nonce: asked.nonce, sd_hash: b64urlEncode(sha256(fromText(shown))) };
  for (const [name, value] of Object.entries(expected)) {
    if (proof.payload[name] !== value) throw new SignatureError(`the key binding's ${name} is not the one expected`);
  }
  const made = proof.payload.iat;
  if (typeof made !== 'number' || made < asked.now - BINDING_AGE || made > asked.now + CLOCK_SKEW) {
    throw new SignatureError('the key binding is not fresh');
  }
}
