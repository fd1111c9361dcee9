"""Statements: a record signed once, disclosed field by field, and never spelled in two ways.

`issue` signs digests of salted fields; `parse` reads what came from others; `verify` checks who signed. Between them no
byte of a statement can change without refusal: header and payload are canonical, the signature has one accepted form,
disclosures are digested as text, come in ascending order of their names, and nothing else may be there.

Source:
    RFC 9901 (SD-JWT) with the profile in docs/architecture.md.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NewType

from evidence import sdjwt
from evidence.clock import epoch_seconds, from_epoch_seconds, parse_instant
from evidence.disclosure import (
    SALT_BYTES,
    Disclosure,
    DisclosureDigest,
    check_signed,
    make_disclosure,
    parse_digests,
    select,
    shred,
)
from evidence.draft import Draft, JsonValue, Kind, Tier
from evidence.errors import DisclosureError, MalformedError, SchemaError
from evidence.identity import Lei, Subject
from evidence.keys import KeyId, StatementKey, StatementPublicKey
from evidence.merkle import leaf_hash
from evidence.schema import Schema, SchemaId, by_id, validate

__all__ = ["IssuedStatement", "Statement", "StatementId", "issue", "parse", "parse_leaf", "shred", "verify"]

StatementId = NewType("StatementId", str)
"""The leaf hash in lower-case hexadecimal, 64 characters."""

TYP: Final = "credence-statement+sd-jwt"
MAX_SEQUENCE: Final = 2**53 - 1

_CLAIMS: Final = frozenset({"_sd", "_sd_alg", "base", "iat", "iss", "kind", "occurred", "schema", "seq", "sub", "tier"})


@dataclass(frozen=True, slots=True)
class IssuedStatement:
    """A statement as its issuer keeps it: the signed part, and the disclosures not yet shredded.

    Attributes:
        signed: compact JWS; goes into the log.
        disclosures: in ascending order of their names; kept apart and shown to those who may read them.
    """

    signed: str
    disclosures: tuple[Disclosure, ...]

    @property
    def leaf(self) -> bytes:
        """The signed part as the log's entry, ASCII."""
        return self.signed.encode("ascii")

    @property
    def statement_id(self) -> StatementId:
        """The leaf hash, hexadecimal."""
        return statement_id(self.leaf)

    def sd_jwt(self, fields: Collection[str] | None = None) -> str:
        """The SD-JWT that discloses exactly `fields`; with None all that is held, whatever its tier.

        Raises:
            NotFoundError: a field of which no disclosure is held.
        """
        return sdjwt.join(self.signed, self.disclosures if fields is None else select(self.disclosures, fields))


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement as read: well-formed and true to its schema, the signature not yet verified.

    Attributes:
        issuer: who signed.
        subject: whom it is about.
        kind: what it is about.
        sequence: its number, from 1 without gaps per issuer, subject and kind.
        issued: when it was signed, UTC, whole seconds.
        occurred: when it happened, RFC 3339 as signed; `occurred_at` gives the instant.
        schema: the schema version it was issued under.
        tier: the strictest tier of any of its fields.
        base_count: how many of its fields are of the base tier, as signed: whoever is due all of them can tell that one
            was withheld.
        key_id: the key that is said to have signed.
        digests: of all fields, disclosed or not.
        disclosures: those given.
        jwt: the signed part.
    """

    issuer: Lei
    subject: Subject
    kind: Kind
    sequence: int
    issued: datetime
    occurred: str
    schema: SchemaId
    tier: Tier
    base_count: int
    key_id: KeyId
    digests: tuple[DisclosureDigest, ...]
    disclosures: tuple[Disclosure, ...]
    jwt: sdjwt.SignedJwt = field(repr=False)

    @property
    def fields(self) -> dict[str, JsonValue]:
        """The disclosed fields by name."""
        return {disclosure.name: disclosure.value for disclosure in self.disclosures}

    @property
    def disclosed(self) -> tuple[str, ...]:
        """Names of the disclosed fields, ascending."""
        return tuple(disclosure.name for disclosure in self.disclosures)

    @property
    def is_complete(self) -> bool:
        """Whether every field is disclosed."""
        return len(self.disclosures) == len(self.digests)

    @property
    def is_base_complete(self) -> bool:
        """Whether every field of the base tier is disclosed."""
        return by_id(self.schema).count_base(self.disclosed) == self.base_count

    @property
    def occurred_at(self) -> datetime:
        """When it happened, with the offset it was written with."""
        return parse_instant(self.occurred)

    @property
    def signed(self) -> str:
        """The signed part, compact JWS."""
        return self.jwt.text

    @property
    def leaf(self) -> bytes:
        """The signed part as the log's entry, ASCII."""
        return self.jwt.text.encode("ascii")

    @property
    def statement_id(self) -> StatementId:
        """The leaf hash, hexadecimal."""
        return statement_id(self.leaf)

    def sd_jwt(self, fields: Collection[str] | None = None) -> str:
        """The SD-JWT that discloses exactly `fields`, with None all that were disclosed to us."""
        return IssuedStatement(self.signed, self.disclosures).sd_jwt(fields)


def statement_id(leaf: bytes) -> StatementId:
    """The id of the statement whose signed part is `leaf`."""
    return StatementId(leaf_hash(leaf).hex())


def issue(
    draft: Draft,
    *,
    issuer: Lei,
    subject: Subject,
    sequence: int,
    issued: datetime,
    key: StatementKey,
    entropy: Callable[[int], bytes],
) -> IssuedStatement:
    """Turn a draft into a signed statement under the latest schema of its kind.

    Args:
        sequence: the next number for this issuer, subject and kind, from 1.
        issued: now, with offset; whole seconds are signed.
        entropy: asked once, for all salts.
    Raises:
        SchemaError: the draft breaks its schema; nothing was signed.
        MalformedError: a time without offset or a sequence number out of range.
    """
    schema = validate(draft)
    if not 1 <= sequence <= MAX_SEQUENCE:
        raise MalformedError(f"the sequence number {sequence} is not from 1 to 2^53 - 1")
    names = sorted(draft.fields)
    salts = entropy(SALT_BYTES * len(names))
    disclosures = tuple(
        make_disclosure(salts[SALT_BYTES * place : SALT_BYTES * (place + 1)], name, draft.fields[name])
        for place, name in enumerate(names)
    )
    claims: dict[str, JsonValue] = {
        "_sd": sorted(disclosure.digest for disclosure in disclosures),
        "_sd_alg": "sha-256",
        "base": schema.count_base(draft.fields),
        "iat": epoch_seconds(issued),
        "iss": issuer,
        "kind": draft.kind,
        "occurred": draft.occurred,
        "schema": schema.id,
        "seq": sequence,
        "sub": str(subject),
        "tier": schema.highest_tier(draft.fields),
    }
    return IssuedStatement(sdjwt.sign_jwt(TYP, claims, key), disclosures)


def parse(sd_jwt: str) -> Statement:
    """Read a statement with whatever of it is disclosed; `verify` then checks the signature.

    Raises:
        MalformedError: not a statement, or not in its one spelling.
        LimitError: too long.
        DisclosureError: a disclosure that was not signed, comes twice or out of order.
        SchemaError: an unknown schema, or disclosed fields that break it.
    """
    signed, disclosures, binding = sdjwt.split(sd_jwt)
    if binding:
        raise MalformedError("a statement ends with a tilde; key binding has no place in it")
    jwt = sdjwt.parse_jwt(signed, typ=TYP)
    claims = jwt.payload
    if claims.keys() != _CLAIMS or claims["_sd_alg"] != "sha-256" or jwt.key_id is None:
        raise MalformedError("the claims of a statement are exactly " + ", ".join(sorted(_CLAIMS)))
    text = {name: _text(claims, name) for name in ("iss", "kind", "occurred", "schema", "sub", "tier")}
    schema = by_id(text["schema"])
    if text["kind"] != schema.kind:
        raise MalformedError(f"the kind {text['kind'][:40]!r} is not that of the schema")
    digests = parse_digests(claims["_sd"], most=len(schema.tiers))
    check_signed(disclosures, digests)
    parse_instant(text["occurred"])
    return Statement(
        issuer=Lei(text["iss"]),
        subject=Subject.parse(text["sub"]),
        kind=schema.kind,
        sequence=_number(claims, "seq", least=1),
        issued=from_epoch_seconds(_number(claims, "iat", least=0)),
        occurred=text["occurred"],
        schema=schema.id,
        tier=_checked_tier(text["tier"], schema, disclosures, complete=len(disclosures) == len(digests)),
        base_count=_checked_base(_number(claims, "base", least=0), schema, disclosures, len(digests)),
        key_id=jwt.key_id,
        digests=digests,
        disclosures=disclosures,
        jwt=jwt,
    )


def parse_leaf(leaf: bytes) -> Statement:
    """Read a log's entry: the signed part alone, nothing disclosed; errors as `parse`."""
    if not leaf.isascii() or b"~" in leaf:
        raise MalformedError("a log entry that is not a signed part alone")
    return parse(leaf.decode("ascii") + "~")


def verify(statement: Statement, public_key: StatementPublicKey) -> None:
    """Check that `public_key` signed it; whether that key speaks for the issuer is the registry's to say.

    Raises:
        SignatureError: it did not, or is another key than the one the statement names.
    """
    statement.jwt.verify(public_key)


def _checked_tier(claimed: str, schema: Schema, disclosures: Sequence[Disclosure], *, complete: bool) -> Tier:
    names = [disclosure.name for disclosure in disclosures]
    if names != sorted(names):
        raise DisclosureError("the disclosures are not in ascending order of their names")
    fields = {disclosure.name: disclosure.value for disclosure in disclosures}
    schema.check(fields, complete=complete)
    order = list(Tier)
    if claimed not in order:
        raise MalformedError(f"the tier {claimed[:40]!r} does not exist")
    tier, highest = Tier(claimed), schema.highest_tier(fields)
    # A sensitive field under the tier `base` would be shared by duty.
    if order.index(tier) < order.index(highest) or (complete and tier != highest):
        raise SchemaError(f"the tier is {claimed}, that of its fields {highest}", place="tier")
    return tier


def _checked_base(claimed: int, schema: Schema, disclosures: Sequence[Disclosure], fields: int) -> int:
    shown = schema.count_base([disclosure.name for disclosure in disclosures])
    # What is not shown may be of any tier: the count lies between the two ways in which that can be.
    if not shown <= claimed <= shown + fields - len(disclosures):
        raise SchemaError(f"{claimed} fields of the base tier are claimed, {shown} of them shown", place="base")
    return claimed


def _text(claims: Mapping[str, JsonValue], name: str) -> str:
    value = claims[name]
    if not isinstance(value, str):
        raise MalformedError(f"the claim {name} is not text")
    return value


def _number(claims: Mapping[str, JsonValue], name: str, *, least: int) -> int:
    value = claims[name]
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise MalformedError(f"the claim {name} is not an integer from {least} on")
    return value
