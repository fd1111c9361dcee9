/**
 * Block headers: what a block's hash commits to (`evidence/header.py`). A header proves nothing by itself: anyone can
 * write one. Yellow paper section 4.4; EIP-1559, 4895, 4844, 4788, 7685 for the later fields.
 */

import { LimitError, MalformedError } from './errors';
import { keccak256 } from './hash';
import { decodeList, toBytes, toUint } from './rlp';

export const MAX_HEADER_BYTES = 8192;
const FORKS = [15, 16, 17, 20, 21];

type Form = 'bytes' | 'uint' | 'free';
const FIELDS: readonly (readonly [string, Form, number])[] = [
  ['parentHash', 'bytes', 32],
  ['sha3Uncles', 'bytes', 32],
  ['miner', 'bytes', 20],
  ['stateRoot', 'bytes', 32],
  ['transactionsRoot', 'bytes', 32],
  ['receiptsRoot', 'bytes', 32],
  ['logsBloom', 'bytes', 256],
  ['difficulty', 'uint', 32],
  ['number', 'uint', 8],
  ['gasLimit', 'uint', 8],
  ['gasUsed', 'uint', 8],
  ['timestamp', 'uint', 8],
  ['extraData', 'free', MAX_HEADER_BYTES],
  ['mixHash', 'bytes', 32],
  ['nonce', 'bytes', 8],
  ['baseFeePerGas', 'uint', 32],
  ['withdrawalsRoot', 'bytes', 32],
  ['blobGasUsed', 'uint', 8],
  ['excessBlobGas', 'uint', 8],
  ['parentBeaconBlockRoot', 'bytes', 32],
  ['requestsHash', 'bytes', 32],
];

export interface Header {
  readonly hash: Uint8Array;
  readonly parent: Uint8Array;
  readonly number: bigint;
  readonly stateRoot: Uint8Array;
  /** Seconds since 1970, UTC. */
  readonly timestamp: bigint;
}

export function parseHeader(data: Uint8Array): Header {
  if (data.length > MAX_HEADER_BYTES) throw new LimitError(`a block header has at most ${MAX_HEADER_BYTES} bytes, this one ${data.length}`);
  const fields = decodeList(data);
  if (!FORKS.includes(fields.length)) throw new MalformedError(`a block header has ${FORKS.join(', ')} fields, this one ${fields.length}`);
  const numbers: Record<string, bigint> = {};
  const strings: Record<string, Uint8Array> = {};
  fields.forEach((item, at) => {
    const [name, form, size] = FIELDS[at] ?? ['', 'free', 0];
    if (Array.isArray(item)) throw new MalformedError(`the header's field ${name} is a list`);
    if (form === 'uint') numbers[name] = toUint(item, size);
    else strings[name] = form === 'free' ? item : toBytes(item, size);
  });
  const { number = 0n, timestamp = 0n } = numbers;
  const { stateRoot = data, parentHash = data } = strings;
  return { hash: keccak256(data), parent: parentHash, number, stateRoot, timestamp };
}
