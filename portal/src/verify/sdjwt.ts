/**
 * SD-JWTs in compact form (RFC 9901, RFC 7515, RFC 7518 section 3.4): a JWT signed with ES256, then disclosures, each
 * followed by a tilde. Statements allow one spelling only, credentials may have been re-arranged (`sdjwt.py`,
 * `disclosure.py`).
 */

import { b64urlDecode, b64urlEncode, equal, fromText, isAscii } from './bytes';
import { DisclosureError, LimitError, MalformedError, SignatureError, present, quoted } from './errors';
import { sha256 } from './hash';
import { type Json, type JsonObject, decodeCanonical, isObject, loads } from './json';
import { type StatementPublicKey, parseKid } from './keys';

const MAX_SIGNED = 16 * 1024;
export const MAX_TEXT = 4 * 1024 * 1024;
export const MAX_DISCLOSURES = 200;
const SALT = /^[A-Za-z0-9_-]{21}[AQgw]$/;
const DIGEST = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/;
const RESERVED = new Set(['_sd', '_sd_alg', '...']);

export interface SignedJwt {
  /** Header, payload and signature in compact form. */
  readonly text: string;
  readonly keyId: Uint8Array | null;
  readonly payload: JsonObject;
  readonly signature: Uint8Array;
}

export interface Disclosure {
  readonly encoded: string;
  readonly name: string;
  readonly value: Json;
  /** What the signed part holds. */
  readonly digest: string;
}

/** How strictly to read: `canonical` for what we sign, else any JSON layout. */
export interface Spelling {
  readonly canonical: boolean;
  readonly nameKey: boolean;
}

export const STATEMENT: Spelling = { canonical: true, nameKey: true };
export const CREDENTIAL: Spelling = { canonical: false, nameKey: false };

/** Read a JWT whose header is exactly `alg` ES256, `typ` and (when `nameKey`) `kid`. */
export function parseJwt(text: string, typ: string, spelling: Spelling): SignedJwt {
  if (text.length > MAX_SIGNED) throw new LimitError(`a signed part of ${text.length} characters; at most ${MAX_SIGNED} are read`);
  const parts = text.split('.');
  if (parts.length !== 3) throw new MalformedError('not a JWT: header, payload and signature are needed');
  const read = spelling.canonical ? decodeCanonical : loads;
  const header = read(b64urlDecode(present(parts[0])));
  const payload = read(b64urlDecode(present(parts[1])));
  const signature = b64urlDecode(present(parts[2]));
  if (!isObject(header) || header.alg !== 'ES256' || header.typ !== typ) {
    throw new MalformedError(`the JWT's header does not say alg ES256 and typ ${typ}`);
  }
  const { kid } = header;
  const spare = Object.keys(header).some((name) => !['alg', 'typ', 'kid'].includes(name));
  if (spare || (spelling.nameKey && typeof kid !== 'string')) {
    throw new MalformedError("the JWT's header has a parameter too many, or no kid");
  }
  if (!isObject(payload)) throw new MalformedError("the JWT's payload is not an object");
  return { text, keyId: typeof kid === 'string' ? parseKid(kid) : null, payload, signature };
}

/** Check that `key` signed it and is the key that `kid` names. */
export function verifyJwt(jwt: SignedJwt, key: StatementPublicKey, canonical = true): void {
  if (jwt.keyId !== null && !equal(jwt.keyId, key.keyId)) throw new SignatureError('the kid names another key than the one given');
  key.verify(jwt.signature, fromText(jwt.text.slice(0, jwt.text.lastIndexOf('.'))), canonical);
}

export interface Split {
  readonly signed: string;
  readonly disclosures: readonly Disclosure[];
  readonly binding: string;
}

/** Take an SD-JWT apart into signed part, disclosures and key-binding JWT (empty when there is none). */
export function split(text: string, canonical: boolean): Split {
  if (text.length > MAX_TEXT) throw new LimitError(`an SD-JWT of ${text.length} characters; at most ${MAX_TEXT} are read`);
  const [signed = '', ...rest] = text.split('~');
  const binding = rest.pop();
  if (!signed || binding === undefined) throw new MalformedError('not an SD-JWT: the tilde after the signed part is missing');
  if (rest.length > MAX_DISCLOSURES) throw new LimitError(`${rest.length} disclosures; at most ${MAX_DISCLOSURES} are read`);
  return { signed, disclosures: rest.map((each) => parseDisclosure(each, canonical)), binding };
}

export function join(signed: string, disclosures: readonly Disclosure[]): string {
  return [signed, ...disclosures.map((one) => one.encoded), ''].join('~');
}

export function parseDisclosure(encoded: string, canonical: boolean): Disclosure {
  const data = b64urlDecode(encoded, MAX_TEXT);
  const parts = canonical ? decodeCanonical(data) : loads(data);
  if (!Array.isArray(parts) || parts.length !== 3) throw new MalformedError('a disclosure that is not [salt, name, value]');
  const [salt, name, value = null] = parts;
  if (typeof salt !== 'string' || typeof name !== 'string' || [...salt].length < 16 || [...salt].length > 128 || !name) {
    throw new MalformedError('a disclosure whose salt or name is not text of sound length');
  }
  if (canonical && !SALT.test(salt)) throw new MalformedError('a disclosure whose salt is not 128 bits');
  refuseReserved(name, value);
  return { encoded, name, value, digest: b64urlEncode(sha256(fromText(encoded))) };
}

/** Each disclosure must be signed, and no field may come twice. */
export function checkSigned(disclosures: readonly Disclosure[], digests: readonly string[]): void {
  const signed = new Set(digests);
  const seen = new Set<string>();
  for (const one of disclosures) {
    if (!signed.has(one.digest)) throw new DisclosureError(`the disclosure of ${quoted(one.name)} is not among the signed digests`);
    if (seen.has(one.name)) throw new DisclosureError(`the field ${quoted(one.name)} is disclosed twice`);
    seen.add(one.name);
  }
}

/** The claim `_sd`: 1 to `most` distinct digests in ascending order, so that their order tells nothing. */
export function parseDigests(value: Json, most: number): string[] {
  if (!Array.isArray(value) || value.length < 1 || value.length > most) {
    throw new MalformedError(`_sd is not a list of 1 to ${most} digests`);
  }
  let previous = '';
  return value.map((digest) => {
    if (typeof digest !== 'string' || !DIGEST.test(digest)) throw new MalformedError('_sd holds something that is no SHA-256 digest');
    if (digest <= previous) throw new MalformedError('the digests in _sd are not in ascending order, or one comes twice');
    previous = digest;
    return digest;
  });
}

/** Names of RFC 9901 as a claim or inside its value: other software would read further digests there. */
export function refuseReserved(name: string, value: Json): void {
  if (RESERVED.has(name)) throw new MalformedError(`the name ${name} is reserved by RFC 9901`);
  if (Array.isArray(value)) for (const item of value) refuseReserved('', item);
  else if (isObject(value)) for (const [inner, item] of Object.entries(value)) refuseReserved(inner, item);
}

/** Refuse what can be no compact form at all, before it is taken apart. */
export function requireAscii(text: string): string {
  if (!isAscii(text)) throw new MalformedError('an SD-JWT is ASCII text');
  return text;
}
