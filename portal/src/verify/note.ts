/** C2SP signed notes, Ed25519 only: a text with signature lines under it (`evidence/note.py`). */

import { b64Decode, b64Encode, characters, concat, equal, fromText, hasLoneSurrogate, hexDecode, hexEncode } from './bytes';
import { LimitError, MalformedError, SignatureError, quoted } from './errors';
import { sha256 } from './hash';
import { LogPublicKey } from './keys';

export const MAX_NOTE_CHARACTERS = 1 << 18;
const MAX_SIGNATURES = 64;
const ED25519 = 0x01;
const DASH = '\u2014 ';
// White space as Python's `str.isspace` has it, control characters, plus sign and DEL.
const NOT_IN_NAMES = /[\x00-\x20+\x7f\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;
const NOT_IN_TEXTS = /[\x00-\x09\x0b-\x1f]/;

function checkName(name: string): string {
  if (!name || characters(name) > 256 || NOT_IN_NAMES.test(name) || hasLoneSurrogate(name)) {
    throw new MalformedError(`not a name for a note's key: ${quoted(name, 80)}`);
  }
  return name;
}

/** A named public key that signs notes; name and key together make its id of 4 bytes. */
export class NoteKey {
  readonly id: Uint8Array;

  constructor(
    readonly name: string,
    readonly publicKey: LogPublicKey,
  ) {
    checkName(name);
    this.id = sha256(concat(fromText(`${name}\n`), Uint8Array.of(ED25519), publicKey.raw)).slice(0, 4);
  }

  /** Read `<name>+<id in hex>+<base64 of type byte and key>`. */
  static parse(text: string): NoteKey {
    const [name, keyId, ...rest] = text.split('+');
    if (name === undefined || keyId === undefined || rest.length === 0) {
      throw new MalformedError(`not a verifier key (name+id+key): ${quoted(text, 80)}`);
    }
    const material = b64Decode(rest.join('+'), 64);
    if (material.length !== 33 || material[0] !== ED25519) throw new MalformedError('a verifier key that is not Ed25519');
    const key = new NoteKey(name, new LogPublicKey(material.slice(1)));
    if (!equal(hexDecode(keyId, 4), key.id)) {
      throw new MalformedError(`the verifier key of ${name} says id ${keyId}, its key has ${hexEncode(key.id)}`);
    }
    return key;
  }
}

export interface NoteSignature {
  readonly name: string;
  readonly keyId: Uint8Array;
  readonly signature: Uint8Array;
}

/** Nothing is verified yet: see `openNote`. */
export interface SignedNote {
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

export function parseNote(note: string): SignedNote {
  if (note.length > MAX_NOTE_CHARACTERS && characters(note) > MAX_NOTE_CHARACTERS) {
    throw new LimitError(`a note has at most ${MAX_NOTE_CHARACTERS} characters`);
  }
  // The text may hold empty lines itself: the last one divides.
  const at = note.lastIndexOf('\n\n');
  const tail = note.slice(at + 2);
  if (at < 0 || !tail.endsWith('\n')) {
    throw new MalformedError('a note is a text, an empty line and signature lines, each ending with a newline');
  }
  const lines = tail.slice(0, -1).split('\n');
  if (lines.length > MAX_SIGNATURES) throw new LimitError(`a note has at most ${MAX_SIGNATURES} signatures, this one ${lines.length}`);
  const text = `${note.slice(0, at)}\n`;
  if (NOT_IN_TEXTS.test(text) || hasLoneSurrogate(text)) {
    throw new MalformedError("a note's text has no control characters and is valid Unicode");
  }
  const signatures = lines.map(parseLine);
  // Readers that check only the first of several would let the others be anything.
  if (new Set(signatures.map((one) => `${one.name}+${hexEncode(one.keyId)}`)).size !== signatures.length) {
    throw new MalformedError('a note with two signatures of the same key');
  }
  return { text, signatures };
}

function parseLine(line: string): NoteSignature {
  if (!line.startsWith(DASH)) throw new MalformedError(`not a signature line: ${quoted(line, 80)}`);
  const rest = line.slice(DASH.length);
  const space = rest.indexOf(' ');
  const name = checkName(space < 0 ? rest : rest.slice(0, space));
  const data = b64Decode(space < 0 ? '' : rest.slice(space + 1));
  if (data.length < 5) throw new MalformedError(`the signature line of ${name} lacks a key id of 4 bytes or a signature`);
  return { name, keyId: data.slice(0, 4), signature: data.slice(4) };
}

/** The note as text again. */
export function encodeNote(note: SignedNote): string {
  const lines = note.signatures.map((one) => `${DASH}${one.name} ${b64Encode(concat(one.keyId, one.signature))}\n`);
  return `${note.text}\n${lines.join('')}`;
}

export interface OpenedNote {
  readonly text: string;
  readonly signers: readonly NoteKey[];
  /** Signature lines of keys the reader does not know, as `name+id`; they prove nothing. */
  readonly ignored: readonly string[];
}

/** Check every signature of a known key; one that does not hold refuses the whole note. */
export function openNote(note: SignedNote, keys: readonly NoteKey[]): OpenedNote {
  const signers: NoteKey[] = [];
  const ignored: string[] = [];
  for (const signature of note.signatures) {
    const key = keys.find((one) => one.name === signature.name && equal(one.id, signature.keyId));
    if (key === undefined) {
      ignored.push(`${signature.name}+${hexEncode(signature.keyId)}`);
      continue;
    }
    key.publicKey.verify(signature.signature, fromText(note.text));
    signers.push(key);
  }
  if (signers.length === 0) throw new SignatureError('the note is signed by none of the keys that may sign it');
  return { text: note.text, signers, ignored };
}
