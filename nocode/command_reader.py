"""From a document to what a flow asks of the node, or a refusal at the exact place."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from evidence.draft import Kind
from evidence.schema import latest
from nocode.commands import (
    APPLY_MEMBERS,
    ApplyTemplate,
    Fixed,
    FromCase,
    FromField,
    NotifyTemplate,
    OpenRepairTemplate,
    RecomputeTemplate,
    Source,
    SubmitTemplate,
    Template,
)
from nocode.document import Node
from nocode.fields import Field, FieldType

CASE_VALUES: Final = ("id", "now", "opened-at", "opener")
_SUBJECT_TYPES: Final = (FieldType.LEI, FieldType.SUBJECT)


class CommandReader:
    """Reads templates that speak of these fields and roles."""

    def __init__(self, fields: Mapping[str, Field], roles: Collection[str]) -> None:
        self._fields = fields
        self._roles = roles

    def read(self, node: Node) -> Template:
        """The template at `node`; raises SchemaError at the exact place."""
        members = node.members(("do",), ("fields", "kind", "roles", "scope", "subject", "text", *APPLY_MEMBERS))
        kinds = ("apply-set-point", "notify", "open-repair", "recompute-score", "submit-statement")
        match members["do"].choice(kinds):
            case "apply-set-point":
                return self._apply(node.members(("do", *APPLY_MEMBERS)))
            case "notify":
                return self._notify(node.members(("do", "roles", "text")))
            case "open-repair":
                return OpenRepairTemplate(self._text(node.members(("do", "scope"))["scope"]))
            case "recompute-score":
                return RecomputeTemplate(self._subject(node.members(("do", "subject"))["subject"]))
        return self._submit(node.members(("do", "fields", "kind", "subject")))

    def _apply(self, members: dict[str, Node]) -> Template:
        sources = {}
        for name in APPLY_MEMBERS:
            wanted = FieldType.DECIMAL if name in ("present", "proposed") else FieldType.TEXT
            match self._source(members[name]):
                # A number that the definition fixes would be signed by nobody.
                case FromField(field) as source if field.type is wanted:
                    sources[name] = source
                case _:
                    raise members[name].refuse(f"a field of the type {wanted.value} is expected")
        return ApplyTemplate(**sources)

    def _text(self, node: Node) -> Source:
        source = self._source(node)
        match source:
            case FromField(field) if field.type in (FieldType.TEXT, FieldType.CHOICE):
                return source
        raise node.refuse("a field of the type text or choice is expected")

    def _notify(self, members: dict[str, Node]) -> Template:
        roles = members["roles"].names(16, least=1)
        for place, role in zip(members["roles"].items(1, 16), roles, strict=True):
            if role not in self._roles:
                raise place.refuse(f"there is no role {role!r}")
        return NotifyTemplate(roles, members["text"].words())

    def _submit(self, members: dict[str, Node]) -> Template:
        kind = Kind(members["kind"].choice([each.value for each in Kind]))
        schema = latest(kind)
        fields: dict[str, Source] = {}
        for name, node in members["fields"].named(100, least=1).items():
            if (check := schema.checks.get(name)) is None:
                raise node.refuse(f"{schema.id} has no field {name!r}")
            source = fields[name] = self._source(node)
            if isinstance(source, Fixed) and (failure := check(source.value)) is not None:
                raise node.refuse(failure[1])
        for name in schema.required:
            if name not in fields:
                raise members["fields"].refuse(f"{schema.id} needs the field {name!r}")
        return SubmitTemplate(kind, self._subject(members["subject"]), fields)

    def _subject(self, node: Node) -> Source:
        source = self._source(node)
        match source:
            case FromField(field) if field.type in _SUBJECT_TYPES:
                return source
            case FromCase("opener"):
                return source
        raise node.refuse("a field of the type lei or subject, or the opener, is expected")

    def _source(self, node: Node) -> Source:
        members = node.members((), ("case", "field", "value"))
        if len(members) != 1:
            raise node.refuse("exactly one of case, field, value is expected")
        if "value" in members:
            return Fixed(members["value"].value)
        if "case" in members:
            return FromCase(members["case"].choice(CASE_VALUES))
        name = members["field"].name()
        if name not in self._fields:
            raise members["field"].refuse(f"there is no field {name!r}")
        return FromField(self._fields[name])
