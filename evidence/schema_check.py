"""A small, fast, strict interpreter of the part of JSON Schema that the statement schemas use.

A schema is compiled once into nested functions. A keyword that is not understood is an error when compiling, never
ignored. The tests hold it against the `jsonschema` package, whose answers it gives at a fraction of the time.

Source:
    JSON Schema 2020-12, Core sections 8 and 10, Validation section 6; formats are asserted (section 7.2.2).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from evidence.clock import parse_instant
from evidence.errors import CredenceError, SchemaError
from evidence.identity import Lei
from evidence.ucum import unit

Failure: TypeAlias = tuple[str, str]
"""Place as JSON pointer below the value checked, and what is wrong there."""
Check: TypeAlias = Callable[[object], Failure | None]
"""Tells the first thing wrong with a value; None when it satisfies its schema."""
Document: TypeAlias = Mapping[str, Any]
"""A JSON Schema as read from its file."""

FORMATS: Final[Mapping[str, Callable[[str], object]]] = {"date-time": parse_instant, "ucum": unit, "lei": Lei}
"""What `format` asserts: each raises a CredenceError for text that is not of the format."""

_ANNOTATIONS: Final = frozenset({"$schema", "$id", "$defs", "title", "x-title-zh", "description", "x-tier"})


def compile_check(schema: Document, definitions: Mapping[str, Document]) -> Check:
    """Compile `schema`, whose `$ref`s point into `definitions`.

    Raises:
        SchemaError: a keyword, type or reference that is not understood.
    """
    rest = dict(schema)
    reference, kind, choices = rest.pop("$ref", None), rest.pop("type", None), rest.pop("enum", None)
    checks: list[Check] = []
    if reference is not None:
        name = str(reference).removeprefix("#/$defs/")
        if name not in definitions:
            raise SchemaError(f"the reference {reference!r} leads nowhere")
        checks.append(compile_check(definitions[name], definitions))
    match kind:
        case "string":
            checks.append(_string(rest))
        case "integer":
            checks.append(_integer(rest.pop("minimum", None), rest.pop("maximum", None)))
        case "boolean":
            checks.append(lambda value: None if isinstance(value, bool) else ("", "must be true or false"))
        case "array":
            checks.append(_array(rest, compile_check(rest.pop("items"), definitions)))
        case "object":
            checks.append(_object(rest, definitions))
        case None:
            pass
        case _:
            raise SchemaError(f"the type {kind!r} is not understood")
    if choices is not None:
        checks.append(_one_of(choices))
    if rest.keys() - _ANNOTATIONS or not checks:
        raise SchemaError(f"keywords that are not understood: {sorted(rest.keys() - _ANNOTATIONS)}")
    return checks[0] if len(checks) == 1 else _all_of(checks)


def exact_pattern(pattern: str) -> re.Pattern[str]:
    """Compile an anchored pattern for `fullmatch`; Python's own `$` would let a final line break pass."""
    if not (pattern.startswith("^") and pattern.endswith("$")):
        raise SchemaError(f"the pattern {pattern!r} is not anchored")
    return re.compile(f"(?:{pattern[1:-1]})", re.ASCII)


def pointer(name: object) -> str:
    """One step of a JSON pointer (RFC 6901), cut to 40 characters."""
    return "/" + str(name)[:40].replace("~", "~0").replace("/", "~1")


def _string(rest: dict[str, Any]) -> Check:
    shortest, longest = rest.pop("minLength", 0), rest.pop("maxLength", 1 << 20)
    matches = exact_pattern(rest.pop("pattern")).fullmatch if "pattern" in rest else None
    must_be = rest.pop("format", None)
    if must_be is not None and must_be not in FORMATS:
        raise SchemaError(f"the format {must_be!r} is not understood")
    read = FORMATS.get(must_be) if must_be is not None else None

    def check(value: object) -> Failure | None:
        if not isinstance(value, str):
            return "", "must be text"
        if not shortest <= len(value) <= longest:
            return "", f"must have {shortest} to {longest} characters, has {len(value)}"
        if matches is not None and not matches(value):
            return "", f"{value[:40]!r} is not of the form that is allowed here"
        if not value.isascii() and any("\ud800" <= character <= "\udfff" for character in value):
            return "", "must not hold half a surrogate pair"
        if read is not None:
            try:
                read(value)
            except CredenceError as error:
                return "", error.message
        return None

    return check


def _integer(least: int | None, most: int | None) -> Check:
    def check(value: object) -> Failure | None:
        if not isinstance(value, int) or isinstance(value, bool):
            return "", "must be an integer"
        if (least is not None and value < least) or (most is not None and value > most):
            return "", f"must be from {least} to {most}"
        return None

    return check


def _array(rest: dict[str, Any], check_item: Check) -> Check:
    fewest, most = rest.pop("minItems", 0), rest.pop("maxItems")

    def check(value: object) -> Failure | None:
        if not isinstance(value, list | tuple):
            return "", "must be a list"
        if not fewest <= len(value) <= most:
            return "", f"must have {fewest} to {most} entries, has {len(value)}"
        for index, item in enumerate(value):
            failure = check_item(item)
            if failure is not None:
                return f"/{index}{failure[0]}", failure[1]
        return None

    return check


def _object(rest: dict[str, Any], definitions: Mapping[str, Document]) -> Check:
    named = {name: compile_check(part, definitions) for name, part in rest.pop("properties", {}).items()}
    required = tuple(rest.pop("required", ()))
    others = rest.pop("additionalProperties")
    check_other = None if others is False else compile_check(others, definitions)
    names = exact_pattern(rest.pop("propertyNames")["pattern"]).fullmatch if "propertyNames" in rest else None
    fewest, most = rest.pop("minProperties", 0), rest.pop("maxProperties", 1000)

    def check(value: object) -> Failure | None:
        if not isinstance(value, Mapping):
            return "", "must be an object"
        if not fewest <= len(value) <= most:
            return "", f"must have {fewest} to {most} entries, has {len(value)}"
        for name in required:
            if name not in value:
                return "", f"{name} is missing"
        for name, item in value.items():
            check_item = named.get(name, check_other)
            if check_item is None or not isinstance(name, str) or (names is not None and not names(name)):
                return pointer(name), "this name is not allowed here"
            failure = check_item(item)
            if failure is not None:
                return pointer(name) + failure[0], failure[1]
        return None

    return check


def _one_of(choices: list[str]) -> Check:
    allowed = frozenset(choices)

    def check(value: object) -> Failure | None:
        if not isinstance(value, str) or value not in allowed:
            return "", f"must be one of {', '.join(sorted(allowed))}"
        return None

    return check


def _all_of(checks: list[Check]) -> Check:
    def check(value: object) -> Failure | None:
        return next((failure for each in checks if (failure := each(value)) is not None), None)

    return check
