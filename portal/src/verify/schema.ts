/**
 * Schemas of statements: what each kind may say, and who may read which field of it. The files are those of
 * `evidence/schemas`, so there is one truth; every version ever published is among them.
 */

import { SchemaError, quoted } from './errors';
import { type Fields, checkRules } from './rules';
import { type Check, type Document, compileCheck, pointer } from './schemaCheck';

export const TIERS = ['base', 'restricted', 'sensitive'] as const;
export type Tier = (typeof TIERS)[number];

export interface Schema {
  readonly id: string;
  readonly kind: string;
  readonly tiers: ReadonlyMap<string, Tier>;
  readonly required: readonly string[];
  readonly checks: ReadonlyMap<string, Check>;
  /** Names of the fields for people, by language. */
  readonly titles: ReadonlyMap<string, { readonly en: string; readonly zh: string }>;
}

const FILES = import.meta.glob<Document>('../../../evidence/schemas/*.json', { eager: true, import: 'default' });
const DOCUMENTS = new Map(Object.entries(FILES).map(([path, document]) => [path.replace(/^.*\/(.*)\.json$/, '$1'), document]));
const compiled = new Map<string, Schema>();

/** The schema named `credence:<kind>:<version>`. */
export function schemaById(id: string): Schema {
  const known = compiled.get(id);
  if (known !== undefined) return known;
  const match = /^credence:([a-z0-9-]{1,40}):([1-9][0-9]{0,3})$/.exec(id);
  const document = match === null ? undefined : DOCUMENTS.get(`${match[1]}.${match[2]}`);
  if (match === null || document === undefined) throw new SchemaError(`the schema ${quoted(id, 60)} is not known here`);
  const properties = Object.entries(document.properties as Record<string, Document>);
  const schema: Schema = {
    id,
    kind: match[1] ?? '',
    tiers: new Map(properties.map(([name, part]) => [name, part['x-tier'] as Tier])),
    required: document.required as string[],
    checks: new Map(properties.map(([name, part]) => [name, compileCheck(part, document.$defs as Record<string, Document>)])),
    titles: new Map(properties.map(([name, part]) => [name, { en: part.title as string, zh: part['x-title-zh'] as string }])),
  };
  compiled.set(id, schema);
  return schema;
}

/** Check fields, each alone and against each other; `complete` when they are the whole record. */
export function checkFields(schema: Schema, fields: Fields, complete: boolean): void {
  if (complete) for (const name of schema.required) if (!(name in fields)) throw new SchemaError('is missing', `/${name}`);
  for (const [name, value] of Object.entries(fields)) {
    const check = schema.checks.get(name);
    if (check === undefined) throw new SchemaError(`${schema.id} has no such field`, pointer(name));
    const failure = check(value);
    if (failure !== null) throw new SchemaError(failure[1], `/${name}${failure[0]}`);
  }
  checkRules(schema.kind, fields, complete);
}

export function countBase(schema: Schema, names: readonly string[]): number {
  return names.filter((name) => schema.tiers.get(name) === 'base').length;
}

/** The strictest tier among fields; base when there are none. */
export function highestTier(schema: Schema, names: readonly string[]): Tier {
  const highest = Math.max(0, ...names.map((name) => TIERS.indexOf(schema.tiers.get(name) ?? 'sensitive')));
  return TIERS[highest] ?? 'sensitive';
}
