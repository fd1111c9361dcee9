// What the first load weighs, packed: the scripts that index.html names, all that they import at once, and the sign-in page.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';

const LIMIT_KB = 300;
const dist = process.env.CREDENCE_DIST ?? fileURLToPath(new URL('../dist', import.meta.url));
const html = await readFile(join(dist, 'index.html'), 'utf8');
const entry = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)].map(([, path]) => path);
const chunk = async (name) => (await readdir(join(dist, 'assets'))).filter((one) => one.startsWith(`${name}-`) && one.endsWith('.js')).map((one) => `assets/${one}`);

/** Static imports only: `from"./x.js"` and `import"./x.js"`; import("./x.js") waits until somebody goes there. */
async function weigh(roots) {
  const waiting = [...roots];
  const seen = new Map();
  while (waiting.length > 0) {
    const path = waiting.pop();
    if (seen.has(path)) continue;
    const bytes = await readFile(join(dist, path));
    seen.set(path, { br: brotliCompressSync(bytes).length, gz: gzipSync(bytes).length });
    for (const [, name] of bytes.toString().matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g)) waiting.push(`assets/${name}`);
  }
  return seen;
}

let fits = true;
for (const [what, roots] of [['the shell', [...entry, ...(await chunk('Shell'))]], ['the sign-in page', [...entry, ...(await chunk('SignInPage'))]]]) {
  const seen = await weigh(roots);
  if (process.argv.includes('--list')) for (const [path, { br }] of [...seen].sort((a, b) => b[1].br - a[1].br)) process.stdout.write(`${(br / 1000).toFixed(1).padStart(7)} ${path}\n`);
  const sum = (key) => [...seen.values()].reduce((total, one) => total + one[key], 0) / 1000;
  process.stdout.write(`${what}: ${seen.size} scripts, ${sum('br').toFixed(0)} kB with brotli (as served), ${sum('gz').toFixed(0)} kB with gzip; at most ${LIMIT_KB} kB\n`);
  fits &&= sum('br') <= LIMIT_KB;
}
process.exit(fits ? 0 : 1);
