// Writes the types of the API from its committed description, docs/openapi.json.
import { readFile, writeFile } from 'node:fs/promises';
import openapiTS, { astToString } from 'openapi-typescript';

const source = new URL('../../docs/openapi.json', import.meta.url);
const target = new URL('../src/api/schema.d.ts', import.meta.url);
const text = '// Written by scripts/api.mjs from docs/openapi.json; not committed.\n' + astToString(await openapiTS(source));
const before = await readFile(target, 'utf8').catch(() => '');
if (before !== text) await writeFile(target, text);
