// Writes the types of the API from its committed description, docs/openapi.json.
import { readFile, writeFile } from 'node:fs/promises';
import openapiTS, { astToString } from 'openapi-typescript';

const source = new URL('../../docs/openapi.json', import.meta.url);
const target = new URL('../src/api/schema.d.ts', import.meta.url);
const description = JSON.parse(await readFile(source, 'utf8'));
// Paths name the calls here; ids of operations would only stand in the way where two agree.
for (const methods of Object.values(description.paths)) for (const operation of Object.values(methods)) delete operation.operationId;
const text = '// Written by scripts/api.mjs from docs/openapi.json; not committed.\n' + astToString(await openapiTS(description));
const before = await readFile(target, 'utf8').catch(() => '');
if (before !== text) await writeFile(target, text);
