"""The lines of a Q-DAS AQDEF file, put together to parts, characteristics and values.

K-fields are lines `Kkkkk/index value`; the index counts characteristics through all parts, 0 means all of them. Values
stand either in K-fields (K0001, K0004, ...) or in value lines: one line a set, SI between characteristics, DC4 between
the fields of one value.

Source:
    Q-DAS ASCII Transfer Format V12 (Hexagon); the field table "Defined contents K00xx" of its documentation.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from lake.content import MAX_VALUES, Source

_LINE: Final = re.compile(r"K(\d{4})(?:/(\d{1,6})(?:/(\d{1,7}))?)?(?:[ \t]+(.*))?", re.ASCII | re.DOTALL)
_NEWLINES: Final = re.compile(r"\r\n|\n|\r")
_VARIABLE: Final = ("0001", "0002", "0004", "0005", "0006", "0007", "0008", "0010", "0011", "0012")
_ATTRIBUTIVE: Final = ("0020", "0021", "", "0002", "0004", "0005", "0006", "0007", "0008", "0010", "0011", "0012")
_MAX_CHARACTERISTICS: Final = 10_000
_MAX_LINES: Final = 4_000_000
_MAX_ATTACHED: Final = 5_000_000

ATTRIBUTIVE_KINDS: Final = frozenset({"1", "5", "6"})
"""K2004 of characteristics that count instead of measure: 1 attributive, 5 and 6 error log sheets."""


@dataclass(slots=True)
class ValueSet:
    """One value of one characteristic with what belongs to it (K-field number to text)."""

    line: int
    fields: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class AqdefCharacteristic:
    """One characteristic: its K2xxx and K8xxx fields, the part it belongs to, its values in file order."""

    index: int
    part: int
    line: int
    fields: dict[str, str] = field(default_factory=dict)
    values: list[ValueSet] = field(default_factory=list)
    pending: ValueSet | None = None

    @property
    def counts(self) -> bool:
        """Whether it counts (attributive, error log sheet) instead of measures."""
        return self.fields.get("2004", "0") in ATTRIBUTIVE_KINDS


@dataclass(slots=True)
class AqdefFile:
    """All that a file says, defaults for index 0 applied.

    Attributes:
        parts: K1xxx fields of each part.
        characteristics: by their index.
        groups: K5xxx names of logical groups by group index.
        nodes: hierarchy nodes by node index: kind ("part", "characteristic", "group") and what they stand for.
        parents: node of each child, children being ("node", index) or ("characteristic", index).
    """

    parts: dict[int, dict[str, str]] = field(default_factory=dict)
    characteristics: dict[int, AqdefCharacteristic] = field(default_factory=dict)
    groups: dict[int, str] = field(default_factory=dict)
    nodes: dict[int, tuple[str, int]] = field(default_factory=dict)
    parents: dict[tuple[str, int], int] = field(default_factory=dict)


class AqdefParser:
    """Reads the lines of one file; used once."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.file = AqdefFile()
        self._announced: int | None = None
        self._part = 1
        self._common: dict[str, dict[str, str]] = {"1": {}, "2": {}}
        self._count = self._attached = 0

    def parse(self, text: str) -> AqdefFile:
        """Read a whole file.

        Raises:
            ImportRefusedError: with the line that cannot be read.
        """
        for number, raw in enumerate(_NEWLINES.split(text.removesuffix("\x1a")), start=1):
            line = raw.strip(" \t\f\ufeff\x1a")
            if number > _MAX_LINES:
                raise self.source.refusal(f"line {number}", f"more than {_MAX_LINES} lines")
            if line.startswith("K"):
                self._k_field(number, line)
            elif line:
                self._value_line(number, line)
        self._finish()
        return self.file

    def _k_field(self, number: int, line: str) -> None:
        where = f"line {number}"
        found = _LINE.fullmatch(line)
        if found is None:
            raise self.source.refusal(where, f"{line[:40]!r} is not a K-field")
        key, value = found[1], (found[4] or "").strip()
        index = int(found[2]) if found[2] is not None else 1
        if found[3] is not None and (key[0] != "0" or int(found[3]) < 1):
            raise self.source.refusal(where, f"K{key} takes no value number, or numbers start at 1")
        if key in ("0100", "0101"):
            if key == "0100" and value.isdecimal() and len(value) < 9:
                self._announced = int(value)
        elif key[0] == "0":
            self._value_field(number, key, index, int(found[3]) if found[3] else None, value)
        elif key[0] == "1":
            self._part_field(key, index, value)
        elif key[0] in "28":
            self._characteristic_field(number, key, index, value)
        elif key[0] == "5":
            self._structure_field(where, key, index, value)
        # K3xxx, K4xxx (catalogues), K6xxx, K7xxx and K9xxx describe nothing that is drafted.

    def _part_field(self, key: str, index: int, value: str) -> None:
        if index == 0:
            self._common["1"].setdefault(key, value)
            return
        self._part = index
        if value:
            self.file.parts.setdefault(index, {})[key] = value

    def _characteristic_field(self, number: int, key: str, index: int, value: str) -> None:
        if index == 0:
            self._common["2"].setdefault(key, value)
            return
        characteristic = self.file.characteristics.get(index)
        if characteristic is None:
            if len(self.file.characteristics) >= _MAX_CHARACTERISTICS:
                raise self.source.refusal(f"line {number}", f"more than {_MAX_CHARACTERISTICS} characteristics")
            characteristic = AqdefCharacteristic(index, self._part, number)
            self.file.characteristics[index] = characteristic
        if value:
            characteristic.fields[key] = value

    def _structure_field(self, where: str, key: str, index: int, value: str) -> None:
        kinds = {"5111": "part", "5112": "characteristic", "5113": "group"}
        if key in ("5001", "5002"):
            self.file.groups[index] = value if key == "5002" else self.file.groups.get(index, value)
        elif key in kinds or key in ("5102", "5103"):
            if not value.isdecimal() or len(value) > 6:
                raise self.source.refusal(where, f"K{key} needs a number, not {value[:20]!r}")
            if key in kinds:
                self.file.nodes[index] = (kinds[key], int(value))
            else:
                self.file.parents[("characteristic" if key == "5102" else "node", int(value))] = index

    def _value_field(self, number: int, key: str, index: int, ordinal: int | None, value: str) -> None:
        where = f"line {number}"
        if index == 0:
            # Belongs to the value just read of every characteristic, or to the value that `ordinal` names.
            if key in ("0001", "0020", "0021"):
                raise self.source.refusal(where, f"K{key}/0 would give all characteristics the same value")
            self._attached += len(self.file.characteristics)
            if self._attached > _MAX_ATTACHED:
                raise self.source.refusal(where, f"more than {_MAX_ATTACHED} fields for all characteristics")
            for characteristic in self.file.characteristics.values():
                if ordinal is None or ordinal <= len(characteristic.values):
                    self._attach(number, characteristic, key, ordinal, value)
            return
        found = self.file.characteristics.get(index)
        if found is None:
            raise self.source.refusal(where, f"K{key}/{index} is a value of a characteristic that is not described")
        self._attach(number, found, key, ordinal, value)

    def _attach(
        self, number: int, characteristic: AqdefCharacteristic, key: str, ordinal: int | None, value: str
    ) -> None:
        values = characteristic.values
        if ordinal is not None:
            if ordinal > len(values):
                raise self.source.refusal(f"line {number}", f"K{key} names value {ordinal}, of {len(values)} so far")
            values[ordinal - 1].fields[key] = value
        elif key in ("0001", "0020"):
            self._begin(number, characteristic).fields[key] = value
        elif values and key not in values[-1].fields and characteristic.pending is None:
            values[-1].fields[key] = value
        else:
            # Stands before its value, or repeats a field of the last one: kept for the next value.
            characteristic.pending = characteristic.pending or ValueSet(number)
            characteristic.pending.fields[key] = value

    def _begin(self, number: int, characteristic: AqdefCharacteristic) -> ValueSet:
        self._count += 1
        if self._count > MAX_VALUES:
            raise self.source.refusal(f"line {number}", f"more than {MAX_VALUES} values", "Split the file.")
        begun = characteristic.pending or ValueSet(number)
        begun.line, characteristic.pending = number, None
        characteristic.values.append(begun)
        return begun

    def _value_line(self, number: int, line: str) -> None:
        where = f"line {number}"
        portions = line.split("\x0f")
        if len(portions) > len(self.file.characteristics):
            raise self.source.refusal(
                where,
                f"values of {len(portions)} characteristics, but {len(self.file.characteristics)} are described",
                "A .dfx file goes with its .dfd file: join the two to one .dfq file.",
            )
        for index, portion in enumerate(portions, start=1):
            characteristic = self.file.characteristics.get(index)
            if characteristic is None:
                raise self.source.refusal(where, f"a value of characteristic {index}, which is not described")
            fields = portion.split("\x14")
            kind = characteristic.fields.get("2004") or self._common["2"].get("2004")
            counts = kind in ATTRIBUTIVE_KINDS if kind is not None else len(fields) > len(_VARIABLE)
            keys = _ATTRIBUTIVE if counts else _VARIABLE
            if len(fields) > len(keys):
                raise self.source.refusal(where, f"{len(fields)} fields for one value; at most {len(keys)} exist")
            if counts and kind is None:
                characteristic.fields["2004"] = "1"
            begun = self._begin(number, characteristic)
            begun.fields.update({key: text for key, text in zip(keys, fields, strict=False) if key and text})

    def _finish(self) -> None:
        for characteristic in self.file.characteristics.values():
            if characteristic.pending is not None:
                line = characteristic.pending.line
                raise self.source.refusal(f"line {line}", "fields of a value that does not follow")
            for key, value in self._common["2"].items():
                characteristic.fields.setdefault(key, value)
            self.file.parts.setdefault(characteristic.part, {})
        for fields in self.file.parts.values():
            for key, value in self._common["1"].items():
                fields.setdefault(key, value)
        found = len(self.file.characteristics)
        if self._announced is not None and found < self._announced:
            raise self.source.refusal(
                "end", f"K0100 announces {self._announced} characteristics, {found} are there: the file is cut short"
            )
