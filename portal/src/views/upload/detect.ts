/** Looks at a file before it travels, as the node will: by its content, not its name. The node decides; this only saves time. */
export type Format = 'qif' | 'aqdef' | 'cfx' | 'csv' | 'excel' | 'mapping';
export type Problem = 'empty' | 'too-large' | 'old-office' | 'binary' | 'other-xml' | 'no-mapping' | 'twice' | 'image';

export interface Look {
  readonly format: Format | null;
  readonly problem: Problem | null;
}

export const HEAD_BYTES = 4096;
const MOST_BYTES = 256 * 1024 * 1024;
const K_FIELD = /^\s*K\d{4}(?:\/\d{1,9}){0,2}(?:\s|$)/;

const begins = (head: Uint8Array, ...bytes: number[]): boolean => bytes.every((byte, n) => head[n] === byte);

/** Control characters that text files do not have; DC4 and SI part the values of AQDEF. */
const binary = (head: Uint8Array): boolean => head.some((byte) => byte < 32 && ![9, 10, 12, 13, 15, 20, 26].includes(byte));

export function look(head: Uint8Array, size: number): Look {
  if (size === 0) return { format: null, problem: 'empty' };
  if (size > MOST_BYTES) return { format: null, problem: 'too-large' };
  if (begins(head, 0x50, 0x4b, 3, 4)) return { format: 'excel', problem: null };
  if (begins(head, 0xd0, 0xcf, 0x11, 0xe0)) return { format: null, problem: 'old-office' };
  if (begins(head, 0xff, 0xd8) || begins(head, 0x89, 0x50, 0x4e, 0x47)) return { format: null, problem: 'image' };
  const wide = begins(head, 0xff, 0xfe) || begins(head, 0xfe, 0xff);
  if (!wide && binary(head)) return { format: null, problem: 'binary' };
  const text = new TextDecoder(wide ? (head[0] === 0xff ? 'utf-16le' : 'utf-16be') : 'utf-8').decode(head).trimStart();
  if (text === '') return { format: null, problem: 'empty' };
  if (/^<(?:[?!]|[A-Za-z_])/.test(text)) {
    // The root may stand behind a comment longer than what was read: only a head that shows another root is refused.
    return /QIFDocument/.test(text) || size > HEAD_BYTES ? { format: 'qif', problem: null } : { format: null, problem: 'other-xml' };
  }
  if (/^[{[]/.test(text)) return { format: /"credence-mapping\/\d+"/.test(text) ? 'mapping' : 'cfx', problem: null };
  return { format: K_FIELD.test(text) ? 'aqdef' : 'csv', problem: null };
}

export interface Candidate {
  readonly name: string;
  readonly look: Look;
}

export interface Batch<T> {
  readonly files: readonly T[];
  readonly mapping: T | null;
}

const TABLES: readonly (Format | null)[] = ['csv', 'excel'];

/** The mapping of a table: one of its own name (`deliveries.csv.mapping.json`), else the only one there is. */
export function mappingOf<T extends Candidate>(table: T, mappings: readonly T[]): T | null {
  const own = mappings.find(({ name }) => name.startsWith(table.name) || table.name.startsWith(name.replace(/\.mapping\.json$|\.json$/, '')));
  return own ?? (mappings.length === 1 ? (mappings[0] ?? null) : null);
}

/** What is wrong with a file among the others, seen before anything is sent. */
export function problemOf<T extends Candidate>(file: T, all: readonly T[]): Problem | null {
  if (file.look.problem !== null) return file.look.problem;
  if (all.some((other) => other !== file && other.name === file.name && all.indexOf(other) < all.indexOf(file))) return 'twice';
  const mappings = all.filter((other) => other.look.format === 'mapping');
  return TABLES.includes(file.look.format) && mappingOf(file, mappings) === null ? 'no-mapping' : null;
}

/** Uploads to make: one takes at most one mapping, so tables travel by mapping, and all others together. */
export function batchesOf<T extends Candidate>(all: readonly T[]): Batch<T>[] {
  const good = all.filter((file) => problemOf(file, all) === null);
  const mappings = good.filter((file) => file.look.format === 'mapping');
  const plain = good.filter((file) => file.look.format !== 'mapping' && !TABLES.includes(file.look.format));
  const tables = good.filter((file) => TABLES.includes(file.look.format));
  const byMapping = mappings.map((mapping) => ({ files: tables.filter((table) => mappingOf(table, mappings) === mapping), mapping }));
  return [...(plain.length > 0 ? [{ files: plain, mapping: null }] : []), ...byMapping.filter(({ files }) => files.length > 0)];
}
