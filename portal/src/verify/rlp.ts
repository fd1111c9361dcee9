/** Recursive Length Prefix (yellow paper, appendix B): decoding within bounds, one spelling only (`evidence/rlp.py`). */

import { toInt } from './bytes';
import { LimitError, MalformedError } from './errors';

export type Item = Uint8Array | Item[];

const MAX_DEPTH = 6;

export function decode(data: Uint8Array): Item {
  const [item, end] = read(data, 0, data.length, MAX_DEPTH);
  if (end !== data.length) throw new MalformedError(`RLP with ${data.length - end} bytes after its end`);
  return item;
}

export function decodeList(data: Uint8Array): Item[] {
  const item = decode(data);
  if (!Array.isArray(item)) throw new MalformedError('RLP of a string where a list is needed');
  return item;
}

/** An unsigned integer of at most `size` bytes, without leading zeros. */
export function toUint(item: Item | undefined, size: number): bigint {
  if (!(item instanceof Uint8Array) || item.length > size || item[0] === 0) {
    throw new MalformedError(`RLP item that is not an integer of at most ${size} bytes`);
  }
  return toInt(item);
}

export function toBytes(item: Item | undefined, size: number): Uint8Array {
  if (!(item instanceof Uint8Array) || item.length !== size) {
    throw new MalformedError(`RLP item that is not a string of ${size} bytes`);
  }
  return item;
}

function read(data: Uint8Array, start: number, limit: number, depth: number): [Item, number] {
  const first = data[start];
  if (start >= limit || first === undefined) throw new MalformedError('RLP ends where an item should begin');
  if (first < 0x80) return [data.slice(start, start + 1), start + 1];
  const isList = first >= 0xc0;
  const [begin, end] = payload(data, start, limit, first - (isList ? 0xc0 : 0x80));
  if (!isList) {
    if (end - begin === 1 && (data[begin] ?? 0) < 0x80) throw new MalformedError('RLP writes a small byte with a length before it');
    return [data.slice(begin, end), end];
  }
  if (depth === 0) throw new LimitError(`RLP nested deeper than ${MAX_DEPTH}`);
  const items: Item[] = [];
  let place = begin;
  while (place < end) {
    const [item, next] = read(data, place, end, depth - 1);
    items.push(item);
    place = next;
  }
  return [items, end];
}

function payload(data: Uint8Array, start: number, limit: number, code: number): [number, number] {
  let begin = start + 1;
  let length = code;
  if (code > 55) {
    begin = start + 1 + code - 55;
    const written = data.slice(start + 1, begin);
    const long = toInt(written);
    if (begin > limit || written[0] === 0 || long < 56n) {
      throw new MalformedError('RLP with a length that is cut off or not in its shortest form');
    }
    if (long > BigInt(limit)) throw new MalformedError('RLP with a length that runs over the end');
    length = Number(long);
  }
  if (begin + length > limit) throw new MalformedError('RLP with a length that runs over the end');
  return [begin, begin + length];
}
