/** What the fields of a statement must say of each other (`evidence/rules.py`, rules of version 1). */

import { aggregateFromJson, aggregateOf, aggregatesEqual } from './aggregate';
import { parseInstant } from './clock';
import { SchemaError } from './errors';
import { compare, parseFraction } from './fraction';
import type { Json, JsonObject } from './json';

export type Fields = Readonly<Record<string, Json>>;
type Rule = (fields: Fields) => void;

/** Each rule speaks only when all fields it compares are there; `complete` asks also what must be present. */
export function checkRules(kind: string, fields: Fields, complete: boolean): void {
  for (const rule of RULES[kind] ?? []) rule(fields);
  if (complete) for (const rule of PRESENCE[kind] ?? []) rule(fields);
}

type Order = (low: Json, high: Json) => boolean;
const decimals: Order = (low, high) => compare(parseFraction(low as string), parseFraction(high as string)) > 0;
const instants: Order = (low, high) => parseInstant(low as string) > parseInstant(high as string);
const integers: Order = (low, high) => (low as number) > (high as number);

function ordered(low: string, high: string, exceeds: Order): Rule {
  return (fields) => {
    const [one, other] = [fields[low], fields[high]];
    if (one !== undefined && other !== undefined && exceeds(one, other)) {
      throw new SchemaError(`must not be less than ${low}`, `/${high}`);
    }
  };
}

function anyOf(...names: string[]): Rule {
  return (fields) => {
    if (!names.some((name) => name in fields)) throw new SchemaError(`one of ${names.join(', ')} is needed`, `/${names[0] ?? ''}`);
  };
}

function needs(name: string, other: string): Rule {
  return (fields) => {
    if (name in fields && !(other in fields)) throw new SchemaError(`is needed where ${name} is given`, `/${other}`);
  };
}

/** `name` must be present in this state and, when `only`, in no other. */
function inState(state: string, name: string, only: boolean): Rule {
  return (fields) => {
    if (fields.state === state && !(name in fields)) throw new SchemaError(`is needed in the state ${state}`, `/${name}`);
    if (only && fields.state !== state && name in fields) throw new SchemaError('has no place in this state', `/${name}`);
  };
}

function seriesAddsUp(fields: Fields): void {
  const { times, values, aggregate: sums, subgroup_size: size } = fields;
  if (Array.isArray(times) && Array.isArray(values) && times.length !== values.length) {
    throw new SchemaError('must have one entry for each value', '/times');
  }
  if (sums === undefined) return;
  let aggregate;
  try {
    aggregate = aggregateFromJson(sums as JsonObject);
  } catch (error) {
    if (error instanceof SchemaError) throw new SchemaError(error.message, '/aggregate');
    throw error;
  }
  const each = aggregate.n / aggregate.subgroups;
  if (size !== undefined && BigInt(size as number) !== each) {
    throw new SchemaError('must be n / subgroups of the aggregate', '/subgroup_size');
  }
  if (values !== undefined && !aggregatesEqual(aggregateOf(values as string[], each), aggregate)) {
    throw new SchemaError('must be the exact sums of the values', '/aggregate');
  }
}

const limits = ordered('lower_limit', 'upper_limit', decimals);

const RULES: Record<string, readonly Rule[]> = {
  'measurement-series': [limits, seriesAddsUp],
  'inspection-result': [ordered('nonconforming', 'inspected', integers)],
  study: [limits],
  nonconformance: [ordered('opened_at', 'closed_at', instants)],
  'eight-d': [ordered('opened_at', 'done_at', instants)],
  complaint: [ordered('received_at', 'responded_at', instants), ordered('received_at', 'closed_at', instants)],
  audit: [ordered('score', 'maximum', decimals)],
  repair: [ordered('nonconforming', 'exposure', integers)],
  'batch-record': [ordered('started_at', 'finished_at', instants)],
};

const PRESENCE: Record<string, readonly Rule[]> = {
  'inspection-result': [anyOf('lot', 'part')],
  study: [anyOf('characteristic', 'part')],
  nonconformance: [inState('closed', 'closed_at', true), needs('quantity', 'unit')],
  complaint: [inState('responded', 'responded_at', false), inState('closed', 'closed_at', true), needs('quantity', 'unit')],
  'batch-record': [needs('quantity', 'unit')],
  'inspection-slot': ['day', 'nonce', 'beacon', 'inspector', 'audit'].map((name) => inState('opened', name, true)),
};
