/**
 * Public keys, checked when they are made, and the one way to name them (`evidence/keys.py`, `edwards.py`).
 * RFC 7638 and RFC 8037 (thumbprints), RFC 7518 section 3.4 (ES256), RFC 8032 section 5.1.7 (Ed25519).
 */

import { ed25519 } from '@noble/curves/ed25519.js';
import { p256 } from '@noble/curves/nist.js';
import { sha512 } from '@noble/hashes/sha2.js';

import { b64urlDecode, b64urlEncode, concat, equal, fromText, toInt } from './bytes';
import { MalformedError, SignatureError } from './errors';
import { sha256 } from './hash';
import { type Json, canonicalText, isObject } from './json';

export const PURPOSE = { statement: 1, log: 2, attest: 4 } as const;

const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** RFC 7638: SHA-256 over the canonical JWK, 32 bytes. */
export function thumbprint(jwk: Record<string, string>): Uint8Array {
  return sha256(fromText(canonicalText(jwk)));
}

export function kidOf(keyId: Uint8Array): string {
  return b64urlEncode(keyId);
}

export function parseKid(kid: string): Uint8Array {
  if (kid.length !== 43) throw new MalformedError(`a kid of ${kid.length} characters where 43 are needed`);
  return b64urlDecode(kid);
}

/** A P-256 key that checks ES256 signatures. */
export class StatementPublicKey {
  readonly keyId: Uint8Array;

  /** `sec1`: the uncompressed point, 65 bytes. */
  constructor(readonly sec1: Uint8Array) {
    if (sec1.length !== 65 || sec1[0] !== 4) throw new SignatureError('a P-256 key must be an uncompressed point of 65 bytes');
    try {
      p256.Point.fromBytes(sec1).assertValidity();
    } catch {
      throw new SignatureError('a P-256 key that is no point of the curve');
    }
    this.keyId = thumbprint({
      crv: 'P-256',
      kty: 'EC',
      x: b64urlEncode(sec1.slice(1, 33)),
      y: b64urlEncode(sec1.slice(33)),
    });
  }

  /** Exactly the members `crv`, `kty`, `x`, `y`. */
  static fromJwk(jwk: Json): StatementPublicKey {
    if (!isObject(jwk) || Object.keys(jwk).sort().join() !== 'crv,kty,x,y' || jwk.crv !== 'P-256' || jwk.kty !== 'EC') {
      throw new MalformedError('a JWK that is not a plain public P-256 key');
    }
    const { x, y } = jwk;
    if (typeof x !== 'string' || typeof y !== 'string' || x.length !== 43 || y.length !== 43) {
      throw new MalformedError('a P-256 JWK whose coordinates are not 32 bytes each');
    }
    return new StatementPublicKey(concat(Uint8Array.of(4), b64urlDecode(x), b64urlDecode(y)));
  }

  /**
   * Check a raw signature of 64 bytes. When `canonical`, only the low one of the two values of s holds: otherwise anyone
   * could change a signed statement's bytes, and with them its leaf hash, without the key.
   */
  verify(signature: Uint8Array, message: Uint8Array, canonical = true): void {
    const r = toInt(signature.slice(0, 32));
    const s = toInt(signature.slice(32));
    const highest = canonical ? ORDER / 2n : ORDER - 1n;
    if (signature.length !== 64 || r <= 0n || r >= ORDER || s <= 0n || s > highest) {
      throw new SignatureError('an ES256 signature that is not 64 bytes with r and s in range (s in the lower half)');
    }
    if (!p256.verify(signature, message, this.sec1, { lowS: false })) {
      throw new SignatureError('the ES256 signature does not hold');
    }
  }
}

const P = 2n ** 255n - 19n;
const L = 2n ** 252n + 27742317777372353535851937790883648493n;
const D = mod(-121665n * power(121666n, P - 2n));

function mod(value: bigint): bigint {
  const rest = value % P;
  return rest < 0n ? rest + P : rest;
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let square = mod(base);
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = mod(result * square);
    square = mod(square * square);
  }
  return result;
}

function littleEndian(data: Uint8Array): bigint {
  return toInt(data.slice().reverse());
}

/** One encoding per point, no point of low order: libraries differ here, so a key is checked when it is read. */
export function checkEd25519Key(raw: Uint8Array): void {
  if (raw.length !== 32) throw new SignatureError(`an Ed25519 key of ${raw.length} bytes where 32 are needed`);
  const y = littleEndian(raw) & (2n ** 255n - 1n);
  if (y >= P) throw new SignatureError('an Ed25519 key whose y is not reduced: a second encoding of another key');
  const square = mod(y * y);
  if (y === 0n || y === 1n || y === P - 1n || mod(D * square * square + 2n * square - 1n) === 0n) {
    throw new SignatureError('an Ed25519 key of low order: signatures under it prove nothing');
  }
  if (power(mod((square - 1n) * (D * square + 1n)), (P - 1n) / 2n) !== 1n) {
    throw new SignatureError('an Ed25519 key that is no point of the curve');
  }
}

/** An Ed25519 key that checks checkpoints. */
export class LogPublicKey {
  readonly keyId: Uint8Array;

  constructor(readonly raw: Uint8Array) {
    checkEd25519Key(raw);
    this.keyId = thumbprint({ crv: 'Ed25519', kty: 'OKP', x: b64urlEncode(raw) });
  }

  /**
   * RFC 8032 section 5.1.7 without the factor 8, as OpenSSL does it: S·B - k·A must have exactly the bytes of R. A
   * library that multiplies by the cofactor takes signatures that the other members' nodes refuse.
   */
  verify(signature: Uint8Array, message: Uint8Array): void {
    if (signature.length !== 64 || !this.holds(signature, message)) {
      throw new SignatureError('the Ed25519 signature does not hold');
    }
  }

  private holds(signature: Uint8Array, message: Uint8Array): boolean {
    const r = signature.slice(0, 32);
    const s = littleEndian(signature.slice(32));
    if (s >= L) return false;
    const k = littleEndian(sha512(concat(r, this.raw, message))) % L;
    const { Point } = ed25519;
    const right = Point.fromBytes(this.raw).negate().multiplyUnsafe(k);
    return equal(Point.BASE.multiplyUnsafe(s).add(right).toBytes(), r);
  }
}
