"""Schemas of statements: what each kind may say, and who may read which field of it.

Every version ever published stays in `evidence/schemas` as `<kind>.<version>.json` (JSON Schema 2020-12), so that a
statement is always checked by the schema it was issued under.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final, NewType

from evidence.clock import parse_instant
from evidence.draft import Draft, Kind, Tier
from evidence.errors import MalformedError, SchemaError
from evidence.rules import check_rules
from evidence.schema_check import Check, compile_check, pointer

SchemaId = NewType("SchemaId", str)
"""`credence:<kind>:<version>`."""

LATEST: Final[Mapping[Kind, int]] = dict.fromkeys(Kind, 1)
"""The version that new statements of a kind are issued under."""

_ID: Final = re.compile(r"credence:([a-z0-9-]{1,40}):([1-9][0-9]{0,3})", re.ASCII)
_ORDER: Final = (Tier.BASE, Tier.RESTRICTED, Tier.SENSITIVE)


@dataclass(frozen=True, slots=True)
class Schema:
    """One version of one kind, compiled.

    Attributes:
        tiers: who may read each field; its names are all fields there are.
        required: fields that every complete record has.
        checks: one per field.
    """

    kind: Kind
    version: int
    tiers: Mapping[str, Tier]
    required: tuple[str, ...]
    checks: Mapping[str, Check]

    @property
    def id(self) -> SchemaId:
        """`credence:<kind>:<version>`."""
        return SchemaId(f"credence:{self.kind.value}:{self.version}")

    def check(self, fields: Mapping[str, object], *, complete: bool) -> None:
        """Check fields, each alone and against each other.

        Args:
            complete: whether `fields` is the whole record, rather than what was disclosed of it.
        Raises:
            SchemaError: the first thing wrong, with its place as a JSON pointer.
        """
        if complete:
            for name in self.required:
                if name not in fields:
                    raise SchemaError("is missing", place="/" + name)
        for name, value in fields.items():
            check = self.checks.get(name)
            if check is None:
                raise SchemaError(f"{self.id} has no such field", place=pointer(name))
            failure = check(value)
            if failure is not None:
                raise SchemaError(failure[1], place=f"/{name}{failure[0]}")
        check_rules(self.kind, fields, complete=complete)

    def count_base(self, names: Iterable[str]) -> int:
        """How many of these fields of this schema are of the base tier."""
        return sum(self.tiers[name] is Tier.BASE for name in names)

    def highest_tier(self, names: Mapping[str, object]) -> Tier:
        """The strictest tier among fields of this schema; base when there are none."""
        return _ORDER[max((_ORDER.index(self.tiers[name]) for name in names), default=0)]


def validate(draft: Draft) -> Schema:
    """Check a draft against the latest schema of its kind, which is given back.

    Raises:
        SchemaError: what is wrong and where, as a JSON pointer into the draft's fields (or `occurred`).
    """
    try:
        parse_instant(draft.occurred)
    except MalformedError as error:
        raise SchemaError(error.message, place="occurred", advice=error.advice) from error
    schema = latest(draft.kind)
    schema.check(draft.fields, complete=True)
    return schema


def latest(kind: Kind) -> Schema:
    """The schema that new statements of `kind` are issued under."""
    return _load(kind, LATEST[kind])


def by_id(schema_id: str) -> Schema:
    """The schema of that name; raises SchemaError for one that this version of Credence does not know."""
    match = _ID.fullmatch(schema_id)
    if match is None or match[1] not in LATEST or int(match[2]) > LATEST[Kind(match[1])]:
        raise SchemaError(
            f"the schema {schema_id[:60]!r} is not known here", advice="Update Credence; newer members may use it."
        )
    return _load(Kind(match[1]), int(match[2]))


def versions() -> tuple[Schema, ...]:
    """Every schema ever published, by kind and version."""
    return tuple(_load(kind, version) for kind, newest in LATEST.items() for version in range(1, newest + 1))


def tier_of(kind: Kind, field: str) -> Tier:
    """Who may read `field` under the latest schema of `kind`; raises SchemaError when there is no such field."""
    tier = latest(kind).tiers.get(field)
    if tier is None:
        raise SchemaError(f"{kind.value} has no such field", place=pointer(field))
    return tier


def document(schema: Schema) -> dict[str, Any]:
    """The JSON Schema as published, for documentation and form builders."""
    name = f"{schema.kind.value}.{schema.version}.json"
    text = (resources.files("evidence") / "schemas" / name).read_text(encoding="utf-8")
    return dict(json.loads(text))


@cache
def _load(kind: Kind, version: int) -> Schema:
    raw = document(Schema(kind, version, {}, (), {}))
    properties: dict[str, dict[str, Any]] = raw["properties"]
    return Schema(
        kind=kind,
        version=version,
        tiers={name: Tier(part["x-tier"]) for name, part in properties.items()},
        required=tuple(raw["required"]),
        checks={name: compile_check(part, raw["$defs"]) for name, part in properties.items()},
    )
