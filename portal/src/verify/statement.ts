/** Statements as read: well-formed and true to their schema; `verifyStatement` then checks who signed (`statement.py`). */

import { fromText, hexEncode } from './bytes';
import { epochSeconds, parseInstant } from './clock';
import { DisclosureError, MalformedError, SchemaError, quoted } from './errors';
import { type Subject, checkLei, parseSubject } from './identity';
import type { Json, JsonObject } from './json';
import type { StatementPublicKey } from './keys';
import { leafHash } from './merkle';
import { type Schema, TIERS, type Tier, checkFields, countBase, highestTier, schemaById } from './schema';
import { type Disclosure, STATEMENT, type SignedJwt, checkSigned, parseDigests, parseJwt, split, verifyJwt } from './sdjwt';

const TYP = 'credence-statement+sd-jwt';
const CLAIMS = ['_sd', '_sd_alg', 'base', 'iat', 'iss', 'kind', 'occurred', 'schema', 'seq', 'sub', 'tier'] as const;

export interface Statement {
  /** The leaf hash in hexadecimal. */
  readonly id: string;
  readonly issuer: string;
  readonly subject: Subject;
  readonly kind: string;
  /** From 1, without gaps per issuer, subject and kind. */
  readonly sequence: number;
  /** Seconds since 1970, UTC. */
  readonly issued: number;
  readonly occurred: string;
  readonly schema: Schema;
  readonly tier: Tier;
  /** How many of its fields are of the base tier, as signed: so it shows when one is withheld. */
  readonly baseCount: number;
  readonly keyId: Uint8Array;
  readonly digests: readonly string[];
  readonly disclosures: readonly Disclosure[];
  readonly fields: JsonObject;
  readonly jwt: SignedJwt;
}

export function parseStatement(sdJwt: string): Statement {
  const { signed, disclosures, binding } = split(sdJwt, true);
  if (binding) throw new MalformedError('a statement ends with a tilde; key binding has no place in it');
  const jwt = parseJwt(signed, TYP, STATEMENT);
  const claims = jwt.payload;
  if (Object.keys(claims).sort().join() !== CLAIMS.join() || claims._sd_alg !== 'sha-256' || jwt.keyId === null) {
    throw new MalformedError(`the claims of a statement are exactly ${CLAIMS.join(', ')}`);
  }
  const [issuer, kind, occurred, schemaName, about, claimedTier] = ['iss', 'kind', 'occurred', 'schema', 'sub', 'tier'].map((name) =>
    text(claims, name),
  ) as [string, string, string, string, string, string];
  const schema = schemaById(schemaName);
  if (kind !== schema.kind) throw new MalformedError(`the kind ${quoted(kind)} is not that of the schema`);
  const digests = parseDigests(claims._sd ?? null, schema.tiers.size);
  checkSigned(disclosures, digests);
  parseInstant(occurred);
  const fields = Object.create(null) as JsonObject;
  for (const one of disclosures) fields[one.name] = one.value;
  return {
    issuer: checkLei(issuer),
    subject: parseSubject(about),
    kind,
    sequence: integer(claims, 'seq', 1),
    issued: epochSeconds(integer(claims, 'iat', 0)),
    occurred,
    schema,
    tier: checkedTier(claimedTier, schema, disclosures, fields, disclosures.length === digests.length),
    baseCount: checkedBase(integer(claims, 'base', 0), schema, disclosures, digests.length),
    keyId: jwt.keyId,
    digests,
    disclosures,
    fields,
    jwt,
    id: hexEncode(leafHash(fromText(signed))),
  };
}

export function verifyStatement(statement: Statement, key: StatementPublicKey): void {
  verifyJwt(statement.jwt, key);
}

export function leafOf(statement: Statement): Uint8Array {
  return leafHash(fromText(statement.jwt.text));
}

/** Whether every field of the base tier is disclosed. */
export function isBaseComplete(statement: Statement): boolean {
  return (
    countBase(
      statement.schema,
      statement.disclosures.map((one) => one.name),
    ) === statement.baseCount
  );
}

function checkedTier(claimed: string, schema: Schema, disclosures: readonly Disclosure[], fields: JsonObject, complete: boolean): Tier {
  const names = disclosures.map((one) => one.name);
  if (names.some((name, at) => byCodePoint(names[at - 1] ?? '', name) > 0)) {
    throw new DisclosureError('the disclosures are not in ascending order of their names');
  }
  checkFields(schema, fields, complete);
  const tier = TIERS.find((one) => one === claimed);
  if (tier === undefined) throw new MalformedError(`the tier ${quoted(claimed)} does not exist`);
  const highest = highestTier(schema, names);
  // A sensitive field under the tier `base` would be shared by duty.
  if (TIERS.indexOf(tier) < TIERS.indexOf(highest) || (complete && tier !== highest)) {
    throw new SchemaError(`the tier is ${claimed}, that of its fields ${highest}`, 'tier');
  }
  return tier;
}

/** Order of texts by code points, as Python sorts; names of a schema are ASCII, but those of a forgery need not be. */
function byCodePoint(one: string, other: string): number {
  const [a, b] = [[...one], [...other]];
  for (let at = 0; at < Math.min(a.length, b.length); at += 1) {
    const difference = (a[at]?.codePointAt(0) ?? 0) - (b[at]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

function checkedBase(claimed: number, schema: Schema, disclosures: readonly Disclosure[], fields: number): number {
  const shown = countBase(
    schema,
    disclosures.map((one) => one.name),
  );
  // What is not shown may be of any tier: the count lies between the two ways in which that can be.
  if (claimed < shown || claimed > shown + fields - disclosures.length) {
    throw new SchemaError(`${claimed} fields of the base tier are claimed, ${shown} of them shown`, 'base');
  }
  return claimed;
}

function text(claims: JsonObject, name: string): string {
  const value: Json | undefined = claims[name];
  if (typeof value !== 'string') throw new MalformedError(`the claim ${name} is not text`);
  return value;
}

function integer(claims: JsonObject, name: string, least: number): number {
  const value: Json | undefined = claims[name];
  if (typeof value !== 'number' || value < least) throw new MalformedError(`the claim ${name} is not an integer from ${least} on`);
  return value;
}
