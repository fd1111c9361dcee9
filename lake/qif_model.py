"""What a QIF document defines: parts, devices, units and characteristics with their tolerances, found by id."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Final

from evidence import ucum
from evidence.errors import MalformedError
from lake.content import Source, clean_text
from lake.decimals import add, decimal_text, halve, negate
from lake.qif_xml import Element, child, children, name, path, place, text
from lake.series import UNSTATED
from lake.units import UNSTATED as UNSTATED_UNIT
from lake.units import convert, ucum_code

_UNIT_KINDS: Final = ("Linear", "Angular", "Area", "Force", "Mass", "Pressure", "Speed", "Temperature", "Time")
_MAX_DEVICES: Final = 10
_SIGNED_ZONES: Final = frozenset({"PointProfile"})
_PROFILES: Final = frozenset({"LineProfile", "SurfaceProfile", "SurfaceProfileNonUniform"})


@dataclass(frozen=True, slots=True)
class Tolerance:
    """Bounds as written, before it is decided whether they are limits or offsets from the nominal.

    Attributes:
        low, high: decimal strings in the characteristic's unit, None where open.
        offsets: whether the file calls them offsets from the nominal (DefinedAsLimit false).
    """

    low: str | None = None
    high: str | None = None
    offsets: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """One characteristic item.

    Attributes:
        kind: "Diameter", "Position", "UserDefinedAttribute", ...
        unit: UCUM code of its values, unless a value names its own.
    """

    id: str
    kind: str
    name: str
    unit: str
    nominal: str | None
    tolerance: Tolerance
    gauge: str | None


@dataclass(slots=True)
class Measured:
    """One measured value with all that the file says about it.

    Attributes:
        label: name of the series it belongs to.
        verdict: "PASS", "FAIL", ... of the characteristic's status.
        stated: its time, None where the file states none.
        subgroup: number of its rational subgroup, -1 for none.
    """

    id: str
    item: Item
    label: str
    value: str
    unit: str
    verdict: str
    part: str
    lot: str | None
    where: str
    gauge: str | None
    operator: str | None
    stated: datetime | None
    subgroup: int = -1


class Model:
    """Looks things up in one document."""

    def __init__(self, source: Source, root: Element) -> None:
        self.source = source
        self.root = root
        self._by_id = {
            identity: one for one in root.iter() if (identity := one.get("id")) is not None and "{" not in name(one)
        }
        self._units = dict(self._primary_units())
        self._parts = {one.get("id", ""): self._part_name(one) for one in self._of(("Product", "PartSet"), "Part")}
        self._root_part = text(path(root, "Product", "RootPart", "Id"))
        self._parts_by_path: dict[str | None, str] = {}
        self.items = {item.id: item for item in self._items()}
        self.items_by_kind: dict[str, list[Item]] = {}
        for item in self.items.values():
            self.items_by_kind.setdefault(item.kind, []).append(item)

    def by_id(self, identity: str | None, where: Element) -> Element:
        """The element with that id.

        Raises:
            ImportRefusedError: there is none.
        """
        found = self._by_id.get(identity or "")
        if found is None:
            raise self.source.refusal(place(where), f"refers to the id {identity!r}, which is not there")
        return found

    def ids(self, element: Element | None) -> list[str]:
        """The ids that an array of references names."""
        return [identity for one in children(element, "Id") if (identity := text(one)) is not None]

    def unit_of(self, kind: str, element: Element | None) -> str:
        """Unit of a value of a characteristic of that kind: the value's own, else the file's primary one."""
        family = family_of(kind)
        own = None
        if element is not None:
            own = element.get(f"{family[0].lower()}{family[1:]}Unit") or element.get("unitName")
        if own is not None:
            return ucum_code(own)
        return self._units.get(f"PMI{family}") or self._units.get(family) or UNSTATED_UNIT

    def number(self, element: Element | None, kind: str, unit: str) -> str | None:
        """A value as a decimal string in `unit`; None for a missing element."""
        written = text(element)
        if written is None:
            return None
        plain, own = decimal_text(written), self.unit_of(kind, element)
        if own == unit:
            return plain
        if UNSTATED_UNIT in (own, unit):
            raise MalformedError(f"{written} has the unit {own}, the values of the characteristic {unit}")
        return convert(plain, own, unit)

    def part_of(self, component: Element | None) -> str:
        """Name of the part that was inspected: by its assembly path, else the root part, else the only one."""
        asm = text(child(component, "AsmPathId"))
        if asm not in self._parts_by_path:
            self._parts_by_path[asm] = self._part_at(asm)
        return self._parts_by_path[asm]

    def _part_at(self, asm: str | None) -> str:
        steps = self.ids(path(self._by_id.get(asm or ""), "ComponentIds"))
        candidates = [text(path(self._by_id.get(step), "Part", "Id")) for step in reversed(steps)]
        for identity in (*candidates, self._root_part):
            if identity is not None and identity in self._parts:
                return self._parts[identity]
        return next(iter(self._parts.values())) if len(self._parts) == 1 else UNSTATED

    def gauge_of(self, element: Element | None) -> str | None:
        """Name and serial number of the first measurement device that an element refers to."""
        for identity in self.ids(child(element, "MeasurementDeviceIds"))[:_MAX_DEVICES]:
            device = self._by_id.get(identity)
            parts = [text(child(device, "Name")), text(child(device, "SerialNumber"))]
            named = " ".join(part for part in parts if part)
            if named:
                return clean_text(named)
        return None

    def _of(self, steps: tuple[str, ...], *names: str) -> Iterator[Element]:
        yield from children(path(self.root, *steps), *names)

    def _part_name(self, part: Element) -> str:
        named = text(child(part, "ModelNumber")) or part.get("label") or text(child(part, "UUID"))
        with self.source.at(place(part)):
            return clean_text(named) if named and named.strip() else UNSTATED

    def _primary_units(self) -> Iterator[tuple[str, str]]:
        for one in self._of(("FileUnits", "PrimaryUnits")):
            spelled = text(child(one, "UnitName"))
            if spelled is None:
                continue
            with self.source.at(place(one)):
                code = ucum_code(spelled)
                _check_factor(name(one), spelled, code, text(path(one, "UnitConversion", "Factor")))
            yield name(one).removesuffix("Unit"), code

    def _items(self) -> Iterator[Item]:
        taken: dict[str, int] = {}
        rows = list(self._of(("Characteristics", "CharacteristicItems")))
        for one in rows:
            own = self._own_name(one)
            taken[own] = taken.get(own, 0) + 1
        for one in rows:
            with self.source.at(place(one)):
                yield self._item(one, taken)

    @staticmethod
    def _own_name(one: Element) -> str:
        designator = text(path(one, "CharacteristicDesignator", "Designator"))
        return text(child(one, "Name")) or designator or text(child(one, "Description")) or f"item {one.get('id', '')}"

    def _item(self, one: Element, taken: dict[str, int]) -> Item:
        identity, kind = one.get("id", ""), name(one).removesuffix("CharacteristicItem")
        nominal = self.by_id(text(child(one, "CharacteristicNominalId")), one)
        definition = self.by_id(text(child(nominal, "CharacteristicDefinitionId")), nominal)
        target = child(nominal, "TargetValue")
        # Values without a unit of their own stand in the primary unit; attributes on nominals do not rule them.
        unit = self.unit_of(kind, None)
        if unit == UNSTATED_UNIT and target is not None:
            unit = self.unit_of(kind, target)
        own = self._own_name(one)
        return Item(
            identity,
            kind,
            clean_text(own if taken[own] == 1 else f"{own} #{identity}"),
            unit,
            self.number(target, kind, unit),
            self._tolerance(kind, definition, nominal, unit),
            self.gauge_of(one),
        )

    def _tolerance(self, kind: str, definition: Element, nominal: Element, unit: str) -> Tolerance:
        bounds = child(definition, "Tolerance")
        if bounds is None and child(nominal, "DefinedAsLimit") is not None:
            bounds = nominal  # characteristics in user-defined units carry their bounds there
        reference = text(child(bounds, "DefinitionId"))
        if reference is not None:
            bounds = self.by_id(reference, definition)
        if bounds is not None:
            high = self.number(child(bounds, "MaxValue"), kind, unit)
            low = self.number(child(bounds, "MinValue"), kind, unit)
            return Tolerance(low, high, text(child(bounds, "DefinedAsLimit")) in ("false", "0"))
        zone = child(definition, "ToleranceValue")
        if zone is None and kind == "SurfaceTexture":
            zone = child(definition, "RoughnessAverage")
        width = self.number(zone, kind, unit)
        if width is None:
            return Tolerance()
        outer = self.number(child(definition, "OuterDisposition"), kind, unit)
        if kind in _SIGNED_ZONES or (kind in _PROFILES and outer is not None):
            # Values of a profile are signed distances from the nominal surface, outwards positive.
            high = halve(width) if outer is None else outer
            return Tolerance(add(high, negate(width)), high)
        return Tolerance(None, width)


def family_of(kind: str) -> str:
    """Which of QIF's unit families the values of a characteristic kind belong to."""
    if kind.startswith("UserDefined"):
        own = kind.removeprefix("UserDefined")
        return own if own in _UNIT_KINDS else ("UserDefinedUnit" if own == "Unit" else "Linear")
    return "Angular" if kind.startswith(("Angle", "AngularCoordinate")) else "Linear"


def _check_factor(kind: str, spelled: str, code: str, factor: str | None) -> None:
    """Hold the conversion factor that the file states against the unit's name, so that one cannot belie the other."""
    if factor is None or "Temperature" in kind or "Angular" in kind:
        return
    stated, known = Fraction(decimal_text(factor)), ucum.unit(code).factor
    # UCUM's base of mass is the gram, QIF's is the kilogram.
    if any(base == "g" for base, _ in ucum.unit(code).dimension):
        known /= 1000
    if abs(stated - known) > known / 1000:
        raise MalformedError(f"the unit {spelled!r} is said to be {factor} SI units, which it is not")
