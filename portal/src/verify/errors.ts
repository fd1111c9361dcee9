/**
 * What verification refuses with. Class names are those of `evidence/errors.py`, so that both sides of a vector say the
 * same: input that does not parse (`MalformedError`, `LimitError`, `SchemaError`) and input that parses but is false
 * (all under `ProofError`). The message is English and exact; the page translates by class and shows it as the detail.
 */

export class CredenceError extends Error {
  constructor(message: string) {
    super(message);
    this.name = new.target.name;
  }
}

/** Bytes or text that do not parse. */
export class MalformedError extends CredenceError {
  override name = 'MalformedError';
}

/** Larger, longer or more than allowed. */
export class LimitError extends CredenceError {
  override name = 'LimitError';
}

/** Parses, but breaks the schema or a policy rule; `place` is a JSON pointer. */
export class SchemaError extends CredenceError {
  override name = 'SchemaError';
  readonly place: string;

  constructor(message: string, place = '') {
    super(place ? `${place}: ${message}` : message);
    this.place = place;
  }
}

/** Checked, and false. */
export class ProofError extends CredenceError {
  override name = 'ProofError';
}

/** A signature does not hold, or its key may not sign this. */
export class SignatureError extends ProofError {
  override name = 'SignatureError';
}

/** A disclosure is not among the signed digests. */
export class DisclosureError extends ProofError {
  override name = 'DisclosureError';
}

/** The leaf is not in the tree. */
export class InclusionError extends ProofError {
  override name = 'InclusionError';
}

/** The new tree does not extend the old one. */
export class ConsistencyError extends ProofError {
  override name = 'ConsistencyError';
}

/** The chain's state does not hold the claimed value. */
export class StorageProofError extends ProofError {
  override name = 'StorageProofError';
}

/** The surroundings failed; nothing is known, and trying again may help. */
export class UnreachableError extends CredenceError {
  override name = 'UnreachableError';
}

/** A text from outside, cut and quoted, for a message. */
export function quoted(text: string, longest = 40): string {
  return JSON.stringify([...text.slice(0, longest * 2)].slice(0, longest).join(''));
}

/** `value` when it is there; a hole that the types allow but the code excludes is a fault of ours, not of the input. */
export function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('a value that must be there is missing');
  return value;
}
