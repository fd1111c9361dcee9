/** Every kind of statement that the node knows: the page names it, reads its schema and keeps its rules. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import en from '../locales/en/kinds.json';
import zh from '../locales/zh/kinds.json';
import { SchemaError } from './errors';
import { checkFields, schemaById } from './schema';
import type { Fields } from './rules';

const ROOT = new URL('../../../', import.meta.url);
const read = (path: string) => JSON.parse(readFileSync(new URL(path, ROOT), 'utf8'));
const RECORDS: { kind: string; sound: Fields[]; refused: { fields: Fields; place: string }[] }[] = read('tests/vectors/records.json').records;
const KINDS: string[] = read('docs/openapi.json').components.schemas.Kind.enum;
const NEWEST = new Map(readdirSync(new URL('evidence/schemas/', ROOT)).sort().map((name) => {
  const [kind = '', version = ''] = name.split('.');
  return [kind, `credence:${kind}:${version}`];
}));

describe('kinds of statements', () => {
  test('the page knows those of the node, no more and no fewer', () => {
    expect(RECORDS.map(({ kind }) => kind)).toEqual(KINDS);
    expect([...NEWEST.keys()].sort()).toEqual([...KINDS].sort());
  });

  test.each(KINDS)('%s has the name that its schema gives it, in both languages', (kind) => {
    const schema = read(`evidence/schemas/${(NEWEST.get(kind) ?? '').split(':').slice(1).join('.')}.json`);
    expect([(en as Record<string, string>)[kind], (zh as Record<string, string>)[kind]]).toEqual([schema.title, schema['x-title-zh']]);
  });

  test.each(RECORDS)('a sound $kind passes, a wrong one is refused where Python refuses it', ({ kind, sound, refused }) => {
    const schema = schemaById(NEWEST.get(kind) ?? '');
    for (const fields of sound) expect(() => checkFields(schema, fields, true)).not.toThrow();
    for (const { fields, place } of refused) {
      let found: unknown = null;
      try {
        checkFields(schema, fields, true);
      } catch (error) {
        found = error;
      }
      expect(found, `${place} of ${JSON.stringify(fields)}`).toBeInstanceOf(SchemaError);
      expect((found as SchemaError).place.startsWith(place), `${(found as SchemaError).place} instead of ${place}`).toBe(true);
    }
  });
});
