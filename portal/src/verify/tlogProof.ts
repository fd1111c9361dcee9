/** `.tlog-proof` files (C2SP tlog-proof@v1): index, path and signed checkpoint in one text (`evidence/tlog_proof.py`). */

import { b64Decode, characters } from './bytes';
import { openCheckpoint, parseCheckpoint, parseDecimal } from './checkpoint';
import { LimitError, MalformedError } from './errors';
import { type InclusionProof, type LogHead, digest, inclusionProof, verifyInclusion } from './merkle';
import { MAX_NOTE_CHARACTERS, type NoteKey, type SignedNote, parseNote } from './note';

export const FIRST_LINE = 'c2sp.org/tlog-proof@v1';
const MAX_PATH = 63;
const MAX_EXTRA = 1 << 16;
const MAX_CHARACTERS = MAX_NOTE_CHARACTERS + MAX_EXTRA + 4096;

/** That some leaf is in a log; which leaf, the reader must know. Nothing is verified yet. */
export interface TlogProof {
  readonly inclusion: InclusionProof;
  readonly checkpoint: SignedNote;
  readonly extra: Uint8Array | null;
}

export function parseTlogProof(text: string): TlogProof {
  if (text.length > MAX_CHARACTERS && characters(text) > MAX_CHARACTERS) {
    throw new LimitError(`a log proof has at most ${MAX_CHARACTERS} characters`);
  }
  const at = text.indexOf('\n\n');
  const lines = at < 0 ? [] : text.slice(0, at).split('\n');
  if (lines[0] !== FIRST_LINE) {
    throw new MalformedError(`a log proof begins with the line ${FIRST_LINE} and holds a checkpoint`);
  }
  let rest = lines.slice(1);
  let extra: Uint8Array | null = null;
  if (rest[0]?.startsWith('extra ')) {
    extra = b64Decode(rest[0].slice('extra '.length), MAX_EXTRA);
    rest = rest.slice(1);
  }
  const first = rest[0];
  if (!first?.startsWith('index ')) throw new MalformedError('a log proof without its index line');
  const index = parseDecimal(first.slice('index '.length));
  if (rest.length - 1 > MAX_PATH) throw new LimitError(`an inclusion path has at most ${MAX_PATH} hashes`);
  const path = rest.slice(1).map((line) => digest(b64Decode(line, 44)));
  const checkpoint = parseNote(text.slice(at + 2));
  // A proof that could never hold is no value: an index beyond the tree, a checkpoint that is none.
  return { inclusion: inclusionProof(index, parseCheckpoint(checkpoint.text).head.size, path), checkpoint, extra };
}

export interface LogAnswer {
  readonly head: LogHead;
  /** What the format tells every reader to ignore and this proof carried. */
  readonly ignored: readonly string[];
}

/** Check that `leaf` (a leaf hash) is in the log that signs with `log`. */
export function verifyTlogProof(proof: TlogProof, leaf: Uint8Array, log: NoteKey): LogAnswer {
  const opened = openCheckpoint(proof.checkpoint, log);
  const { head, extensions } = opened.checkpoint;
  verifyInclusion(leaf, proof.inclusion, head.root);
  return {
    head,
    ignored: [
      ...(proof.extra === null ? [] : ['extra']),
      ...(extensions.length === 0 ? [] : ['extension lines']),
      ...opened.ignored.map((key) => `signature lines of unknown keys: ${key}`),
    ],
  };
}
