/**
 * JSON in one spelling (RFC 8785) and within bounds (RFC 7493): a reader of its own, because `JSON.parse` takes a name
 * given twice, rounds integers and forgets what was a float. Same answers as `evidence/canonical.py`.
 */

import { fromText, hasLoneSurrogate, toText } from './bytes';
import { LimitError, MalformedError, quoted } from './errors';

/** Integers are safe ones; objects have no prototype, so that `__proto__` is a name like any other. */
export type Json = null | boolean | number | string | Json[] | JsonObject;
export interface JsonObject {
  [name: string]: Json;
}

export const MAX_BYTES = 16 * 1024 * 1024;
const MAX_DEPTH = 32;

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The canonical text of a value that `loads` gave or that is made of the same types. */
export function canonicalText(value: Json, depth = MAX_DEPTH): string {
  if (typeof value === 'string') {
    if (hasLoneSurrogate(value)) throw new MalformedError('a text with half a surrogate pair cannot be written as UTF-8');
    return JSON.stringify(value);
  }
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw new LimitError('an integer beyond 2^53 - 1; write it as a decimal string');
    return String(value);
  }
  if (value === null || typeof value === 'boolean') return String(value);
  if (depth === 0) throw new LimitError(`JSON nested deeper than ${MAX_DEPTH}`);
  if (Array.isArray(value)) return `[${value.map((item) => canonicalText(item, depth - 1)).join(',')}]`;
  // The default order of `sort` is by UTF-16 units, which is what RFC 8785 section 3.2.3 wants.
  const names = Object.keys(value).sort();
  return `{${names.map((name) => `${canonicalText(name)}:${canonicalText(value[name] ?? null, depth - 1)}`).join(',')}}`;
}

export function canonicalBytes(value: Json): Uint8Array {
  return fromText(canonicalText(value));
}

/** Read JSON from others, in any layout. */
export function loads(data: Uint8Array, limit = MAX_BYTES): Json {
  if (data.length > limit) throw new LimitError(`${data.length} bytes of JSON; at most ${limit} are read`);
  return new Reader(toText(data)).whole();
}

/** Read JSON that must be spelled as `canonicalText` spells it. */
export function decodeCanonical(data: Uint8Array, limit = MAX_BYTES): Json {
  if (data.length > limit) throw new LimitError(`${data.length} bytes of JSON; at most ${limit} are read`);
  const text = toText(data);
  const value = new Reader(text).whole();
  if (canonicalText(value) !== text) throw new MalformedError('JSON that is not in canonical form (RFC 8785)');
  return value;
}

const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const ESCAPES: Record<string, string> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

class Reader {
  private at = 0;

  constructor(private readonly text: string) {}

  whole(): Json {
    this.space();
    const value = this.value(MAX_DEPTH);
    this.space();
    if (this.at !== this.text.length) throw this.wrong('extra data');
    return value;
  }

  private wrong(what: string): MalformedError {
    return new MalformedError(`not JSON at character ${this.at}: ${what}`);
  }

  private space(): void {
    while (' \t\n\r'.includes(this.text.charAt(this.at)) && this.at < this.text.length) this.at += 1;
  }

  private take(token: string): boolean {
    if (!this.text.startsWith(token, this.at)) return false;
    this.at += token.length;
    return true;
  }

  private value(depth: number): Json {
    const first = this.text.charAt(this.at);
    if (first === '"') return this.string();
    if (first === '{' || first === '[') {
      if (depth === 0) throw new LimitError(`JSON nested deeper than ${MAX_DEPTH}`);
      this.at += 1;
      return first === '{' ? this.object(depth - 1) : this.array(depth - 1);
    }
    if (this.take('true')) return true;
    if (this.take('false')) return false;
    if (this.take('null')) return null;
    return this.number();
  }

  private number(): number {
    NUMBER.lastIndex = this.at;
    const text = NUMBER.exec(this.text)?.[0];
    if (text === undefined) throw this.wrong('a value is expected');
    if (/[.eE]/.test(text)) {
      throw new MalformedError(`the number ${quoted(text)} is not an integer; write it as a decimal string`);
    }
    const value = Number(text);
    if (text.length > 17 || !Number.isSafeInteger(value)) {
      throw new LimitError('an integer beyond 2^53 - 1; write it as a decimal string');
    }
    this.at += text.length;
    return value === 0 ? 0 : value;
  }

  private string(): string {
    this.at += 1;
    let text = '';
    for (;;) {
      PLAIN.lastIndex = this.at;
      const plain = PLAIN.exec(this.text)?.[0] ?? '';
      text += plain;
      this.at += plain.length;
      const next = this.text.charAt(this.at);
      this.at += 1;
      if (next === '"') break;
      if (next !== '\\') throw this.wrong('a text that does not end, or holds a control character');
      text += this.escape();
    }
    if (hasLoneSurrogate(text)) throw new MalformedError('a text with half a surrogate pair cannot be written as UTF-8');
    return text;
  }

  private escape(): string {
    const code = this.text.charAt(this.at);
    this.at += 1;
    if (code !== 'u') {
      const found = ESCAPES[code];
      if (found === undefined) throw this.wrong('an escape that does not exist');
      return found;
    }
    const digits = this.text.slice(this.at, this.at + 4);
    if (!/^[0-9a-fA-F]{4}$/.test(digits)) throw this.wrong('an escape that does not exist');
    this.at += 4;
    return String.fromCharCode(Number.parseInt(digits, 16));
  }

  private array(depth: number): Json[] {
    const items: Json[] = [];
    this.space();
    if (this.take(']')) return items;
    for (;;) {
      this.space();
      items.push(this.value(depth));
      this.space();
      if (this.take(']')) return items;
      if (!this.take(',')) throw this.wrong('a comma is expected');
    }
  }

  private object(depth: number): JsonObject {
    const found = Object.create(null) as JsonObject;
    this.space();
    if (this.take('}')) return found;
    for (;;) {
      this.space();
      if (this.text.charAt(this.at) !== '"') throw this.wrong('a name is expected');
      const name = this.string();
      if (name in found) throw new MalformedError(`the name ${quoted(name)} is given twice in one JSON object`);
      this.space();
      if (!this.take(':')) throw this.wrong('a colon is expected');
      this.space();
      found[name] = this.value(depth);
      this.space();
      if (this.take('}')) return found;
      if (!this.take(',')) throw this.wrong('a comma is expected');
    }
  }
}
