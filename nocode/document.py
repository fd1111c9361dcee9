"""Reading a definition strictly: each refusal names the exact place as a JSON pointer (RFC 6901)."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from evidence.draft import JsonValue
from evidence.errors import SchemaError

NAME: Final = re.compile(r"[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*", re.ASCII)
"""How states, fields, events, steps and roles are named."""
LONGEST_NAME: Final = 48
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Words:
    """A text for people, in both languages of the product."""

    en: str
    zh: str


@dataclass(frozen=True, slots=True)
class Node:
    """A value of a document and its place; each method checks one shape or raises SchemaError at that place."""

    value: JsonValue
    place: str = ""

    def refuse(self, message: str) -> SchemaError:
        """The error to raise for this value."""
        return SchemaError(message, place=self.place or "/", advice="Correct the definition at the place named.")

    def members(self, required: Collection[str], optional: Collection[str] = ()) -> dict[str, Node]:
        """An object with exactly the required members and perhaps the optional ones."""
        given = self._object(len(required) + len(optional) + 16)
        for name in required:
            if name not in given:
                raise self.refuse(f"the member {name!r} is missing")
        for name, node in given.items():
            if name not in required and name not in optional:
                raise node.refuse(f"{name[:LONGEST_NAME]!r} is not known here")
        return given

    def named(self, most: int, *, least: int = 0) -> dict[str, Node]:
        """An object whose member names are names of ours, `least` to `most` of them."""
        given = self._object(most)
        if len(given) < least:
            raise self.refuse(f"{len(given)} entries; at least {least} is needed")
        for name, node in given.items():
            if not is_name(name):
                raise node.refuse("a name is lower-case letters, digits, '-' and '_', 48 characters at most")
        return given

    def items(self, least: int, most: int) -> list[Node]:
        """An array of bounded length."""
        if not isinstance(self.value, list | tuple):
            raise self.refuse("an array is expected")
        if not least <= len(self.value) <= most:
            raise self.refuse(f"{len(self.value)} entries; {least} to {most} are allowed")
        return [Node(item, f"{self.place}/{index}") for index, item in enumerate(self.value)]

    def integer(self, least: int, most: int) -> int:
        """An integer between two bounds, both allowed."""
        if not isinstance(self.value, int) or isinstance(self.value, bool):
            raise self.refuse("an integer is expected")
        if not least <= self.value <= most:
            raise self.refuse(f"{self.value} is not between {least} and {most}")
        return self.value

    def text(self, longest: int) -> str:
        """A text of 1 to `longest` characters without control characters but tab and line feed."""
        if not isinstance(self.value, str) or not 1 <= len(self.value) <= longest:
            raise self.refuse(f"a text of 1 to {longest} characters is expected")
        if _CONTROL.search(self.value):
            raise self.refuse("control characters are not allowed")
        return self.value

    def name(self) -> str:
        """A name of ours."""
        text = self.text(LONGEST_NAME)
        if not is_name(text):
            raise self.refuse("a name is lower-case letters, digits, '-' and '_', 48 characters at most")
        return text

    def names(self, most: int, *, least: int = 0) -> tuple[str, ...]:
        """Different names, in the order given."""
        found: list[str] = []
        for entry in self.items(least, most):
            if (name := entry.name()) in found:
                raise entry.refuse(f"{name!r} is there twice")
            found.append(name)
        return tuple(found)

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

    def words(self) -> Words:
        """A text in both languages."""
        members = self.members(("en", "zh"))
        return Words(en=members["en"].text(400), zh=members["zh"].text(400))

    def _object(self, most: int) -> dict[str, Node]:
        if not isinstance(self.value, Mapping):
            raise self.refuse("an object is expected")
        if len(self.value) > most:
            raise self.refuse(f"{len(self.value)} members; at most {most} are allowed")
        return {name: Node(item, f"{self.place}/{_escape(name)}") for name, item in self.value.items()}


def is_name(text: str) -> bool:
    """Whether `text` is a name of ours."""
    return len(text) <= LONGEST_NAME and NAME.fullmatch(text) is not None


def is_clean(text: str) -> bool:
    """Whether a text holds no control characters (but tab and line feed) and no half surrogate pair."""
    return _CONTROL.search(text) is None


def _escape(name: str) -> str:
    return name[:80].replace("~", "~0").replace("/", "~1")
