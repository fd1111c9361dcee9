// Packs what was built; see packing.mjs.
import { fileURLToPath } from 'node:url';
import { pack } from './packing.mjs';

await pack(fileURLToPath(new URL('../dist', import.meta.url)));
