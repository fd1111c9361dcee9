/**
 * Bytes as text and back, one spelling only: what does not re-encode to itself is refused (`evidence/encoding.py`).
 * RFC 4648 sections 3.5, 4, 5 and 8; RFC 7515 appendix C.
 */

import { LimitError, MalformedError, quoted } from './errors';

const DEFAULT_LIMIT = 1 << 24;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const STANDARD = `${ALPHABET}+/`;
const URL_SAFE = `${ALPHABET}-_`;

const utf8 = new TextEncoder();
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function fromText(text: string): Uint8Array {
  return utf8.encode(text);
}

/** UTF-8 as text; MalformedError when it is not UTF-8. */
export function toText(data: Uint8Array): string {
  try {
    return strict.decode(data);
  } catch {
    throw new MalformedError('bytes that are not UTF-8');
  }
}

export function concat(...parts: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export function equal(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}

/** An unsigned big-endian integer. */
export function toInt(data: Uint8Array): bigint {
  return data.length === 0 ? 0n : BigInt(`0x${hexEncode(data)}`);
}

/** `value` in `size` bytes, big-endian. */
export function fromInt(value: bigint, size: number): Uint8Array {
  return hexDecode(value.toString(16).padStart(2 * size, '0'), size);
}

/** The number of Unicode characters, as Python counts them; surrogate pairs are one. */
export function characters(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    const paired = unit >= 0xd800 && unit < 0xdc00 && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00;
    if (paired) at += 1;
    count += 1;
  }
  return count;
}

export function isAscii(text: string): boolean {
  return /^[\x00-\x7f]*$/.test(text);
}

/** Whether the text holds half a surrogate pair, which no UTF-8 can carry. */
export function hasLoneSurrogate(text: string): boolean {
  return /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(text);
}

export function hexEncode(data: Uint8Array): string {
  let text = '';
  for (const byte of data) text += byte.toString(16).padStart(2, '0');
  return text;
}

/** Lower-case hexadecimal without prefix; exactly `size` bytes when given. */
export function hexDecode(text: string, size?: number, limit = DEFAULT_LIMIT): Uint8Array {
  bound(text, limit);
  if (!/^(?:[0-9a-f]{2})*$/.test(text)) {
    throw new MalformedError(`not lower-case hexadecimal: ${quoted(text)}`);
  }
  if (size !== undefined && text.length !== 2 * size) {
    throw new MalformedError(`${text.length} hexadecimal characters where ${2 * size} are needed`);
  }
  const data = new Uint8Array(text.length / 2);
  for (let at = 0; at < data.length; at += 1) data[at] = Number.parseInt(text.slice(2 * at, 2 * at + 2), 16);
  return data;
}

export function hex0xEncode(data: Uint8Array): string {
  return `0x${hexEncode(data)}`;
}

export function hex0xDecode(text: string, size?: number, limit = DEFAULT_LIMIT): Uint8Array {
  if (!text.startsWith('0x')) throw new MalformedError(`no 0x before hexadecimal: ${quoted(text)}`);
  return hexDecode(text.slice(2), size, limit);
}

export function b64urlEncode(data: Uint8Array): string {
  return encode64(data, URL_SAFE);
}

/** Canonical base64url without padding. */
export function b64urlDecode(text: string, limit = DEFAULT_LIMIT): Uint8Array {
  bound(text, limit);
  return decode64(text, text, URL_SAFE, 'base64url without padding');
}

export function b64Encode(data: Uint8Array): string {
  const text = encode64(data, STANDARD);
  return text + '='.repeat((4 - (text.length % 4)) % 4);
}

/** Canonical base64 with padding. */
export function b64Decode(text: string, limit = DEFAULT_LIMIT): Uint8Array {
  bound(text, limit);
  if (text.length % 4 !== 0) throw new MalformedError(`not base64: ${quoted(text)}`);
  const bare = text.replace(/={1,2}$/, '');
  if (bare.length % 4 === 0 && bare.length !== text.length) throw new MalformedError(`not base64: ${quoted(text)}`);
  return decode64(bare, text, STANDARD, 'base64');
}

function encode64(data: Uint8Array, alphabet: string): string {
  let text = '';
  for (let at = 0; at < data.length; at += 3) {
    const group = ((data[at] ?? 0) << 16) | ((data[at + 1] ?? 0) << 8) | (data[at + 2] ?? 0);
    const digits = Math.min(4, data.length - at + 1);
    for (let digit = 0; digit < digits; digit += 1) text += alphabet.charAt((group >> (18 - 6 * digit)) & 63);
  }
  return text;
}

function decode64(text: string, shown: string, alphabet: string, what: string): Uint8Array {
  if (text.length % 4 === 1) throw new MalformedError(`not ${what}: ${quoted(shown)}`);
  const data = new Uint8Array(Math.floor((text.length * 3) / 4));
  let group = 0;
  let bits = 0;
  let at = 0;
  for (const character of text) {
    const digit = alphabet.indexOf(character);
    if (digit < 0) throw new MalformedError(`not ${what}: ${quoted(shown)}`);
    group = ((group << 6) | digit) & 0xffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      data[at] = (group >> bits) & 0xff;
      at += 1;
    }
  }
  if ((group & ((1 << bits) - 1)) !== 0) {
    throw new MalformedError(`${what} with spare bits that are not zero: ${quoted(shown.slice(-8))}`);
  }
  return data;
}

function bound(text: string, limit: number): void {
  if (text.length > limit) throw new LimitError(`${text.length} characters of encoded bytes; at most ${limit} are read`);
}
