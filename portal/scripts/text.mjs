// No text outside the language files, the same keys in both languages, and no key that is asked for but not there.
import { checkTexts } from './texts.mjs';
import { fileURLToPath } from 'node:url';

const faults = await checkTexts(fileURLToPath(new URL('../src', import.meta.url)));
for (const fault of faults) process.stderr.write(`${fault}\n`);
process.exit(faults.length === 0 ? 0 : 1);
