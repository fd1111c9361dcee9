"""What happens to a case: somebody acts, somebody signs, or time passes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from evidence.draft import JsonValue
from evidence.errors import SchemaError
from evidence.identity import Lei
from nocode.document import is_clean, is_name
from nocode.flow import CLOCK
from nocode.meaning import Meaning

MAX_REASON: Final = 1_000
"""Longest reason, characters."""
_ID: Final = re.compile(r"[A-Za-z0-9_.@:-]{1,64}", re.ASCII)
_ZONE: Final = re.compile(r"[A-Za-z0-9_+-]{1,32}(?:/[A-Za-z0-9_+-]{1,32}){0,2}", re.ASCII)
_DIGEST: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, as the node has recognised them; two actors are one person when organisation and user are the same.

    Attributes:
        organisation: their LEI.
        user: stable id within the organisation, never given to somebody else.
        name: for people to read.
        roles: which roles of the flow the node grants them now.
        zone: IANA name of the time zone they work in, for showing times.
    """

    organisation: Lei
    user: str
    name: str
    roles: frozenset[str]
    zone: str = "UTC"

    def __post_init__(self) -> None:
        if not _ID.fullmatch(self.user):
            raise SchemaError("a user id has 1 to 64 letters, digits, '_', '.', '@', ':' or '-'", place="/actor/user")
        if not 1 <= len(self.name) <= 200 or not is_clean(self.name):
            raise SchemaError("a name has 1 to 200 characters", place="/actor/name")
        if not all(is_name(role) and role != CLOCK for role in self.roles) or len(self.roles) > 32:
            raise SchemaError("roles are names of the flow's roles, 32 at most", place="/actor/roles")
        if not _ZONE.fullmatch(self.zone):
            raise SchemaError("a time zone has a name like Asia/Shanghai", place="/actor/zone")

    @property
    def person(self) -> tuple[str, str]:
        """What makes two actors the same person."""
        return str(self.organisation), self.user


@dataclass(frozen=True, slots=True)
class SignatureRef:
    """The signature that the node's signature service made: which one, over which record, with which meaning."""

    id: str
    record: str
    meaning: Meaning

    def __post_init__(self) -> None:
        if not _ID.fullmatch(self.id):
            raise SchemaError("a signature id has 1 to 64 letters, digits, '_' or '-'", place="/signature/id")
        if not _DIGEST.fullmatch(self.record):
            raise SchemaError("64 lower-case hex digits are expected", place="/signature/record")


@dataclass(frozen=True, slots=True)
class Act:
    """Somebody causes an event.

    Attributes:
        fields: what the form brings; entries for lists are added to them.
        reason: why; needed where the flow says so and whenever a value is overwritten.
        facts: what the node states for the guards; exactly those that `nocode.legal.facts_needed` names.
    """

    event: str
    actor: Actor
    fields: Mapping[str, JsonValue] = field(default_factory=dict)
    reason: str = ""
    facts: Mapping[str, JsonValue] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _check_reason(self.reason)


@dataclass(frozen=True, slots=True)
class Sign:
    """Somebody signed a step; the node has verified the signature before it says so."""

    step: str
    actor: Actor
    signature: SignatureRef
    reason: str = ""
    facts: Mapping[str, JsonValue] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _check_reason(self.reason)


@dataclass(frozen=True, slots=True)
class Tick:
    """Time has passed: whatever is due by now happens, each at the moment it was due."""


Event: TypeAlias = Act | Sign | Tick


def _check_reason(reason: str) -> None:
    if len(reason) > MAX_REASON or not is_clean(reason):
        raise SchemaError(f"a reason has at most {MAX_REASON} characters", place="/reason")
