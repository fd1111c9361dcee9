/** The network file (`credence-network/1`, `/2` where members vote on policies): which chain, and where on it our contracts are (`evidence/network.py`). */

import { characters } from './bytes';
import { LimitError, MalformedError, quoted } from './errors';
import { type Json, isObject, loads } from './json';
import { integer, members, octets, text } from './shape';

const FIRST_FORMAT = 'credence-network/1';
const FORMAT = 'credence-network/2';
const MAX = 64;

export interface Network {
  readonly name: string;
  readonly chainId: number;
  readonly genesis: Uint8Array;
  readonly contracts: ReadonlyMap<string, Uint8Array>;
  readonly schemas: ReadonlyMap<string, Uint8Array>;
}

export function parseNetwork(data: Uint8Array): Network {
  return networkFromJson(loads(data, 65_536));
}

export function networkFromJson(json: Json): Network {
  const place = 'network file';
  const value = members(json, place, ['format', 'name', 'chain_id', 'genesis', 'contracts', 'schemas']);
  if (value.format !== FORMAT && value.format !== FIRST_FORMAT) {
    throw new MalformedError(`${place}: not of the format ${FORMAT} or ${FIRST_FORMAT}`);
  }
  const name = text(value.name, `${place}/name`);
  if (!/^[a-z0-9][a-z0-9-]{0,63}$/.test(name)) {
    throw new MalformedError(`not a network's name (lower case, digits, hyphens): ${quoted(name, 80)}`);
  }
  const chainId = integer(value.chain_id, `${place}/chain_id`);
  if (chainId === 0) throw new MalformedError('not a chain id: 0');
  const contracts = named(value.contracts, `${place}/contracts`, 20);
  if ((value.format === FORMAT) !== contracts.has('PolicyRegistry')) {
    throw new MalformedError(`${place}: ${FORMAT} is the format of networks with a PolicyRegistry, and of no other`);
  }
  return {
    name,
    chainId,
    genesis: octets(value.genesis, `${place}/genesis`, 32, 32),
    contracts,
    schemas: named(value.schemas, `${place}/schemas`, 32),
  };
}

function named(value: Json, place: string, size: number): Map<string, Uint8Array> {
  if (!isObject(value)) throw new MalformedError(`${place}: not an object`);
  const entries = Object.entries(value);
  if (entries.length > MAX) throw new LimitError(`${place}: a network file names at most ${MAX}`);
  return new Map(
    entries.map(([name, item]) => {
      if (!/^[A-Za-z][A-Za-z0-9]{0,63}$/.test(name) || characters(name) > 64) {
        throw new MalformedError(`not the name of a contract or schema: ${quoted(name, 80)}`);
      }
      return [name, octets(item, `${place}/${name}`, size, size)];
    }),
  );
}
