/** JSON from others as values of ours: exactly the members expected, or a refusal with its place (`json_shape.py`). */

import { hex0xDecode } from './bytes';
import { LimitError, MalformedError } from './errors';
import { type Json, isObject } from './json';

/** The members of an object that has exactly these names, and perhaps some of the optional ones. */
export function members<Name extends string, Extra extends string = never>(
  value: Json | undefined,
  place: string,
  names: readonly Name[],
  optional: readonly Extra[] = [],
): Record<Name, Json> & Partial<Record<Extra, Json>> {
  const known = new Set<string>([...names, ...optional]);
  if (!isObject(value) || names.some((name) => !(name in value)) || Object.keys(value).some((name) => !known.has(name))) {
    throw new MalformedError(`${place}: not an object with exactly the members ${[...names].sort().join(', ')}`);
  }
  return value as unknown as Record<Name, Json> & Partial<Record<Extra, Json>>;
}

export function items(value: Json, place: string, limit = 1024): Json[] {
  if (!Array.isArray(value)) throw new MalformedError(`${place}: not an array`);
  if (value.length > limit) throw new LimitError(`${place}: ${value.length} items; at most ${limit} are read`);
  return value;
}

export function text(value: Json, place: string): string {
  if (typeof value !== 'string') throw new MalformedError(`${place}: not a text`);
  return value;
}

/** An integer from 0 on. */
export function integer(value: Json, place: string): number {
  if (typeof value !== 'number' || value < 0) throw new MalformedError(`${place}: not an integer from 0 on`);
  return value;
}

/** Bytes as `0x` and lower-case hexadecimal: exactly `size` of them if given, else at most `limit`. */
export function octets(value: Json, place: string, limit: number, size?: number): Uint8Array {
  const written = text(value, place);
  if (written.length > 2 * limit + 2) throw new LimitError(`${place}: more than ${limit} bytes`);
  try {
    return hex0xDecode(written, size);
  } catch (error) {
    if (error instanceof MalformedError) throw new MalformedError(`${place}: ${error.message}`);
    throw error;
  }
}
