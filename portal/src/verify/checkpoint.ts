/** Checkpoints (C2SP tlog-checkpoint): a log's head as a note that the log signed (`evidence/checkpoint.py`). */

import { b64Decode, characters } from './bytes';
import { LimitError, MalformedError, SignatureError, quoted } from './errors';
import { type LogHead, digest, logHead } from './merkle';
import { type NoteKey, type SignedNote, openNote } from './note';

const MAX_EXTENSIONS = 16;
const MAX_LINE = 1024;

export function logOrigin(lei: string): string {
  return `credence/${lei}`;
}

/** ASCII digits without leading zeros, at most 19 of them. */
export function parseDecimal(text: string): bigint {
  if (!/^(?:0|[1-9][0-9]{0,18})$/.test(text)) {
    throw new MalformedError(`not a decimal number without leading zeros: ${quoted(text)}`);
  }
  return BigInt(text);
}

export interface Checkpoint {
  readonly origin: string;
  readonly head: LogHead;
  readonly extensions: readonly string[];
}

export function parseCheckpoint(text: string): Checkpoint {
  const lines = text.split('\n');
  if (lines.length < 4 || lines.at(-1) !== '') {
    throw new MalformedError('a checkpoint is an origin, a size and a root, each on a line');
  }
  const [origin = '', size = '', root = '', ...extensions] = lines.slice(0, -1);
  const head = logHead(parseDecimal(size), digest(b64Decode(root, 44)));
  if (extensions.length > MAX_EXTENSIONS) {
    throw new LimitError(`a checkpoint has at most ${MAX_EXTENSIONS} extension lines, not ${extensions.length}`);
  }
  for (const line of [origin, ...extensions]) {
    if (!line || characters(line) > MAX_LINE || /[\x00-\x1f]/.test(line)) {
      throw new MalformedError(`not a line of a checkpoint: ${quoted(line, 80)}`);
    }
  }
  return { origin, head, extensions };
}

export interface OpenedCheckpoint {
  readonly checkpoint: Checkpoint;
  readonly ignored: readonly string[];
}

/** Check a checkpoint's signatures; the key's name must be the origin, so that no other log's head passes as this one's. */
export function openCheckpoint(note: SignedNote, log: NoteKey, others: readonly NoteKey[] = []): OpenedCheckpoint {
  const opened = openNote(note, [log, ...others]);
  if (!opened.signers.includes(log)) throw new SignatureError(`the checkpoint is not signed by the log ${log.name}`);
  const checkpoint = parseCheckpoint(opened.text);
  if (checkpoint.origin !== log.name) {
    throw new MalformedError(`a checkpoint of ${quoted(checkpoint.origin, 80)} where one of ${quoted(log.name, 80)} is needed`);
  }
  return { checkpoint, ignored: opened.ignored };
}
