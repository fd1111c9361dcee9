"""Reading a JSON document strictly: every refusal names the exact place as a JSON pointer (RFC 6901)."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from evidence.draft import JsonValue
from evidence.errors import SchemaError

_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_HEX: Final = re.compile(r"[0-9a-f]*", re.ASCII)
_WHOLE: Final = re.compile(r"0|-?[1-9][0-9]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Node:
    """A value of a document and its place; each method checks one shape or raises SchemaError at that place."""

    value: JsonValue
    place: str = ""

    def refuse(self, message: str) -> SchemaError:
        """The error to raise for this value."""
        return SchemaError(message, place=self.place or "/")

    def members(self, required: Collection[str], optional: Collection[str] = ()) -> dict[str, Node]:
        """An object with exactly the required members and perhaps the optional ones."""
        entries = self.entries(maximum=len(required) + len(optional) + 16)
        for name in required:
            if name not in entries:
                raise self.refuse(f"the member {name!r} is missing")
        for name, node in entries.items():
            if name not in required and name not in optional:
                raise node.refuse(f"{name[:40]!r} is not known here")
        return entries

    def entries(self, *, maximum: int) -> dict[str, Node]:
        """An object with any names."""
        if not isinstance(self.value, Mapping):
            raise self.refuse("an object is expected")
        if len(self.value) > maximum:
            raise self.refuse(f"{len(self.value)} members; at most {maximum} are allowed")
        return {name: Node(item, f"{self.place}/{_escape(name)}") for name, item in self.value.items()}

    def items(self, minimum: int, maximum: int) -> list[Node]:
        """An array of bounded length."""
        if not isinstance(self.value, list | tuple):
            raise self.refuse("an array is expected")
        if not minimum <= len(self.value) <= maximum:
            raise self.refuse(f"{len(self.value)} entries; {minimum} to {maximum} are allowed")
        return [Node(item, f"{self.place}/{index}") for index, item in enumerate(self.value)]

    def integer(self, minimum: int, maximum: int) -> int:
        """An integer between two bounds, both allowed."""
        if not isinstance(self.value, int) or isinstance(self.value, bool):
            raise self.refuse("an integer is expected")
        if not minimum <= self.value <= maximum:
            raise self.refuse(f"{self.value} is not between {minimum} and {maximum}")
        return self.value

    def big(self, *, digits: int = 4000) -> int:
        """An integer of any sign written as a decimal string without leading zeros, as it may exceed 2^53."""
        text = self.text(digits)
        if not _WHOLE.fullmatch(text):
            raise self.refuse("an integer as a decimal string is expected")
        return int(text)

    def text(self, longest: int) -> str:
        """A text of 1 to `longest` characters."""
        if not isinstance(self.value, str) or not 1 <= len(self.value) <= longest:
            raise self.refuse(f"a text of 1 to {longest} characters is expected")
        return self.value

    def choice(self, options: Collection[str]) -> str:
        """One of a few words."""
        if not isinstance(self.value, str) or self.value not in options:
            raise self.refuse(f"one of {', '.join(sorted(options))} is expected")
        return self.value

    def flag(self) -> bool:
        """True or false."""
        if not isinstance(self.value, bool):
            raise self.refuse("true or false is expected")
        return self.value

    def day(self) -> date:
        """A calendar date, `YYYY-MM-DD`."""
        text = self.text(10)
        try:
            if _DATE.fullmatch(text):
                return date.fromisoformat(text)
        except ValueError as error:
            raise self.refuse(f"{text!r} is not a calendar date") from error
        raise self.refuse(f"{text!r} is not a date YYYY-MM-DD")

    def digest(self) -> str:
        """32 bytes as 64 lower-case hex digits."""
        text = self.text(64)
        if len(text) != 64 or not _HEX.fullmatch(text):
            raise self.refuse("64 lower-case hex digits are expected")
        return text


def _escape(name: str) -> str:
    return name[:80].replace("~", "~0").replace("/", "~1")
