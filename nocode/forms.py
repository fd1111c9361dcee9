"""What an event brings: fields as its form takes them, facts as its guards need them, and a reason where one is due."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from evidence.draft import JsonValue
from evidence.errors import SchemaError
from nocode.events import Act
from nocode.flow import Flow, Handler


@dataclass(frozen=True, slots=True)
class Brought:
    """What an event brings.

    Attributes:
        given: the fields as given; of lists the entries added.
        fields: all fields of the case afterwards.
        old: the values that are overwritten by others.
    """

    given: Mapping[str, JsonValue]
    fields: Mapping[str, JsonValue]
    old: Mapping[str, JsonValue]


def read_form(flow: Flow, handler: Handler, act: Act, now: Mapping[str, JsonValue]) -> Brought:
    """Check the fields and the reason of an event.

    Args:
        now: the fields of the case before it.
    Raises:
        SchemaError: a field is missing, not asked for or not of its type, or a reason is needed; with its place.
    """
    form, given, fields, old = handler.form, dict[str, JsonValue](), dict(now), dict[str, JsonValue]()
    for name in form.required:
        if name not in act.fields:
            raise SchemaError("is missing", place=f"/fields/{name}")
    for name, value in act.fields.items():
        if name not in form.required and name not in form.optional:
            raise SchemaError(f"{handler.name!r} does not take this field", place=f"/fields/{name[:48]}")
        field, place = flow.fields[name], f"/fields/{name}"
        given[name] = fields[name] = field.check(value, place)
        if name not in now:
            continue
        if field.is_list:
            fields[name] = _added(now[name], given[name], place)
            field.check(fields[name], place)
        elif now[name] != given[name]:
            old[name] = now[name]
    # What was there stays visible beside what replaces it, and somebody has to say why (21 CFR 11.10(e)).
    if (handler.reason or old) and not act.reason.strip():
        raise SchemaError("a reason is needed", place="/reason", advice="Say why; the old values stay visible.")
    return Brought(given, fields, old)


def read_facts(flow: Flow, needed: frozenset[str], given: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """Check that the node states exactly the facts that are needed.

    Raises:
        SchemaError: one is missing, not asked for, or not of its type; with its place.
    """
    for name in sorted(needed - given.keys()):
        raise SchemaError("this fact is needed, and the node does not state it", place=f"/facts/{name}")
    for name in given:
        if name not in needed:
            raise SchemaError("this fact is not asked for", place=f"/facts/{name[:48]}")
    return {name: flow.facts[name].check(value, f"/facts/{name}") for name, value in given.items()}


def _added(old: JsonValue, new: JsonValue, place: str) -> JsonValue:
    assert isinstance(old, tuple) and isinstance(new, tuple)
    if set(old) & set(new):
        raise SchemaError("one of these is there already", place=place)
    return (*old, *new)
