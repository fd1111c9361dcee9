"""Identities: organisations by their LEI, subjects as an organisation or one of its sites, and their names on chain."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NewType

from evidence.errors import MalformedError

OrgId = NewType("OrgId", bytes)
"""An organisation on chain: 32 bytes, see `org_id`."""

_LEI: Final = re.compile(r"[A-Z0-9]{18}[0-9]{2}", re.ASCII)
_PREFIX: Final = re.compile(r"[A-Z0-9]{18}", re.ASCII)
_SITE: Final = re.compile(r"[A-Z0-9-]{1,20}", re.ASCII)
_ORG_DOMAIN: Final = b"credence/org/v1:"
_LEI_ADVICE: Final = "Copy the LEI from the organisation's entry in the GLEIF register."


class Lei(str):
    """A Legal Entity Identifier: 18 characters and two check digits, checked when made.

    It is a `str`, so that it goes into JSON, paths and messages as it is.

    Raises:
        MalformedError: wrong length or characters, or the check digits do not fit.
    Source:
        ISO 17442-1:2020; check digits ISO/IEC 7064 MOD 97-10.
    """

    __slots__ = ()

    def __new__(cls, text: str) -> Lei:
        if not _LEI.fullmatch(text):
            raise MalformedError(f"{text[:40]!r} is not an LEI: 20 characters A-Z 0-9", advice=_LEI_ADVICE)
        # Comparing with the computed digits, not with "remainder 1": 00, 01 and 99 would be second spellings of
        # 97, 98 and 02, and one organisation would have two names.
        if text[18:] != _check_digits(text[:18]):
            raise MalformedError(f"{text} is not an LEI: its check digits do not fit", advice=_LEI_ADVICE)
        return super().__new__(cls, text)


def lei_from_prefix(prefix: str) -> Lei:
    """The LEI whose first 18 characters are `prefix`: for sandboxes and tests, never for real organisations.

    Raises:
        MalformedError: `prefix` is not 18 characters A-Z 0-9.
    """
    if not _PREFIX.fullmatch(prefix):
        raise MalformedError(f"{prefix[:40]!r} is not 18 characters A-Z 0-9")
    return Lei(prefix + _check_digits(prefix))


@lru_cache(maxsize=1024)
def _check_digits(prefix: str) -> str:
    # ISO/IEC 7064 MOD 97-10: letters count as 10..35, the two check digits bring the remainder to 1.
    number = int("".join(str(int(character, 36)) for character in prefix))
    return f"{98 - number * 100 % 97:02d}"


@dataclass(frozen=True, slots=True, order=True)
class Subject:
    """Whom a statement or score is about: an organisation, or one of its sites.

    Attributes:
        lei: the organisation.
        site: its own code for the site, 1 to 20 characters A-Z 0-9 and hyphen; empty text is refused, None means all.
    """

    lei: Lei
    site: str | None = None

    def __post_init__(self) -> None:
        if self.site is not None and not _SITE.fullmatch(self.site):
            raise MalformedError(f"{self.site[:40]!r} is not a site code: 1 to 20 characters A-Z 0-9 and hyphen")

    @classmethod
    def parse(cls, text: str) -> Subject:
        """Read `LEI` or `LEI/SITE`; `str()` gives the same text back.

        Raises:
            MalformedError: anything else.
        """
        lei, slash, site = text.partition("/")
        return cls(Lei(lei), site if slash else None)

    def __str__(self) -> str:
        return str(self.lei) if self.site is None else f"{self.lei}/{self.site}"


def org_id(lei: Lei) -> OrgId:
    """The organisation's name on chain: SHA-256 over a domain prefix and the LEI, 32 bytes."""
    return OrgId(hashlib.sha256(_ORG_DOMAIN + lei.encode("ascii")).digest())
