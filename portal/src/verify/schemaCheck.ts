/**
 * A strict interpreter of the part of JSON Schema 2020-12 that the statement schemas use (`evidence/schema_check.py`). A
 * keyword that is not understood is an error when compiling, never ignored.
 */

import { characters, hasLoneSurrogate } from './bytes';
import { parseInstant } from './clock';
import { CredenceError, SchemaError, quoted } from './errors';
import { checkLei } from './identity';
import { type Json, isObject } from './json';
import { unit } from './ucum';

/** Place as JSON pointer below the value checked, and what is wrong there; null when nothing is. */
export type Failure = readonly [string, string] | null;
export type Check = (value: Json) => Failure;
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a JSON Schema as read from its file
export type Document = Readonly<Record<string, any>>;

const FORMATS: Record<string, (text: string) => unknown> = { 'date-time': parseInstant, ucum: unit, lei: checkLei };
const ANNOTATIONS = new Set(['$schema', '$id', '$defs', 'title', 'x-title-zh', 'description', 'x-tier']);

export function compileCheck(schema: Document, definitions: Readonly<Record<string, Document>>): Check {
  const { $ref: reference, type: kind, enum: choices, ...rest } = schema;
  const checks: Check[] = [];
  if (reference !== undefined) {
    const target = definitions[String(reference).replace('#/$defs/', '')];
    if (target === undefined) throw new SchemaError(`the reference ${String(reference)} leads nowhere`);
    checks.push(compileCheck(target, definitions));
  }
  if (kind !== undefined) checks.push(typed(kind as string, rest, definitions));
  if (choices !== undefined) checks.push(oneOf(choices as string[]));
  const unknown = Object.keys(rest).filter((name) => !ANNOTATIONS.has(name) && !(KEYWORDS[kind as string] ?? []).includes(name));
  if (unknown.length > 0 || checks.length === 0) throw new SchemaError(`keywords that are not understood: ${unknown.join(', ')}`);
  return (value) => {
    for (const check of checks) {
      const failure = check(value);
      if (failure !== null) return failure;
    }
    return null;
  };
}

const KEYWORDS: Record<string, readonly string[]> = {
  string: ['minLength', 'maxLength', 'pattern', 'format'],
  integer: ['minimum', 'maximum'],
  boolean: [],
  array: ['items', 'minItems', 'maxItems'],
  object: ['properties', 'required', 'additionalProperties', 'propertyNames', 'minProperties', 'maxProperties'],
};

function typed(kind: string, rest: Document, definitions: Readonly<Record<string, Document>>): Check {
  switch (kind) {
    case 'string':
      return stringCheck(rest);
    case 'integer':
      return integerCheck(rest);
    case 'boolean':
      return (value) => (typeof value === 'boolean' ? null : ['', 'must be true or false']);
    case 'array':
      return arrayCheck(rest, compileCheck(rest.items as Document, definitions));
    case 'object':
      return objectCheck(rest, definitions);
    default:
      throw new SchemaError(`the type ${kind} is not understood`);
  }
}

function exactPattern(pattern: string): RegExp {
  if (!pattern.startsWith('^') || !pattern.endsWith('$')) throw new SchemaError(`the pattern ${pattern} is not anchored`);
  return new RegExp(`^(?:${pattern.slice(1, -1)})$`, 'u');
}

/** One step of a JSON pointer (RFC 6901), cut to 40 characters. */
export function pointer(name: string): string {
  return `/${name.slice(0, 40).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

function stringCheck(rest: Document): Check {
  const [shortest, longest] = [Number(rest.minLength ?? 0), Number(rest.maxLength ?? 1 << 20)];
  const pattern = rest.pattern === undefined ? null : exactPattern(rest.pattern as string);
  const read = rest.format === undefined ? null : FORMATS[rest.format as string];
  if (read === undefined) throw new SchemaError(`the format ${String(rest.format)} is not understood`);
  return (value) => {
    if (typeof value !== 'string') return ['', 'must be text'];
    const length = characters(value);
    if (length < shortest || length > longest) return ['', `must have ${shortest} to ${longest} characters, has ${length}`];
    if (pattern !== null && !pattern.test(value)) return ['', `${quoted(value)} is not of the form that is allowed here`];
    if (hasLoneSurrogate(value)) return ['', 'must not hold half a surrogate pair'];
    if (read === null) return null;
    try {
      read(value);
      return null;
    } catch (error) {
      if (error instanceof CredenceError) return ['', error.message];
      throw error;
    }
  };
}

function integerCheck(rest: Document): Check {
  const [least, most] = [rest.minimum as number | undefined, rest.maximum as number | undefined];
  return (value) => {
    if (typeof value !== 'number') return ['', 'must be an integer'];
    const outside = (least !== undefined && value < least) || (most !== undefined && value > most);
    return outside ? ['', `must be from ${String(least)} to ${String(most)}`] : null;
  };
}

function arrayCheck(rest: Document, checkItem: Check): Check {
  const [fewest, most] = [Number(rest.minItems ?? 0), Number(rest.maxItems)];
  return (value) => {
    if (!Array.isArray(value)) return ['', 'must be a list'];
    if (value.length < fewest || value.length > most) return ['', `must have ${fewest} to ${most} entries, has ${value.length}`];
    for (const [at, item] of value.entries()) {
      const failure = checkItem(item);
      if (failure !== null) return [`/${at}${failure[0]}`, failure[1]];
    }
    return null;
  };
}

function objectCheck(rest: Document, definitions: Readonly<Record<string, Document>>): Check {
  const named = new Map(
    Object.entries((rest.properties ?? {}) as Record<string, Document>).map(([name, part]) => [name, compileCheck(part, definitions)]),
  );
  const required = (rest.required ?? []) as string[];
  const other = rest.additionalProperties === false ? null : compileCheck(rest.additionalProperties as Document, definitions);
  const names = rest.propertyNames === undefined ? null : exactPattern((rest.propertyNames as { pattern: string }).pattern);
  const [fewest, most] = [Number(rest.minProperties ?? 0), Number(rest.maxProperties ?? 1000)];
  return (value) => {
    if (!isObject(value)) return ['', 'must be an object'];
    const entries = Object.entries(value);
    if (entries.length < fewest || entries.length > most) {
      return ['', `must have ${fewest} to ${most} entries, has ${entries.length}`];
    }
    for (const name of required) if (!(name in value)) return ['', `${name} is missing`];
    for (const [name, item] of entries) {
      const check = named.get(name) ?? other;
      if (check === null || (names !== null && !names.test(name))) return [pointer(name), 'this name is not allowed here'];
      const failure = check(item);
      if (failure !== null) return [pointer(name) + failure[0], failure[1]];
    }
    return null;
  };
}

function oneOf(choices: readonly string[]): Check {
  const allowed = new Set(choices);
  return (value) => (typeof value === 'string' && allowed.has(value) ? null : ['', `must be one of ${[...allowed].sort().join(', ')}`]);
}
