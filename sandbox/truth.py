"""What is really going on in the simulated supply chain: who makes what, how well, and how fast problems are closed.

Nothing of this is read by importers, scores or the demo's nodes: it is the yardstick they are measured against.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from evidence.identity import Lei, lei_from_prefix


@dataclass(frozen=True, slots=True)
class Characteristic:
    """A measured feature and its true process: normal with mean `nominal + offset + drift * month`, standard deviation
    `sigma`, all in `unit`; values are written with `decimals` digits."""

    name: str
    unit: str
    nominal: Decimal
    lower: Decimal
    upper: Decimal
    offset: Decimal
    sigma: Decimal
    drift: Decimal = Decimal(0)
    decimals: int = 3

    def cpk(self, month: int) -> Decimal:
        """The true Cpk in month `month` (from 0)."""
        mean = self.nominal + self.offset + self.drift * month
        return min(self.upper - mean, mean - self.lower) / (3 * self.sigma)


@dataclass(frozen=True, slots=True)
class Supplier:
    """A supplier, its file formats and its true quality.

    Attributes:
        key: folder name.
        formats: which inspection files it writes: "qif", "aqdef", "cfx".
        tables: how its tables come: "csv" or "xlsx".
        ppm: true nonconforming parts per million in final inspection.
        lot_size: parts per lot, all inspected.
        closure_days: true mean time from opening to closing a nonconformance, days.
        response_hours: true mean time to answer a complaint, hours.
    """

    key: str
    lei: Lei
    name: str
    part: str
    characteristics: tuple[Characteristic, ...]
    formats: tuple[str, ...]
    tables: str
    ppm: int
    lot_size: int
    closure_days: int
    response_hours: int


def _d(text: str) -> Decimal:
    return Decimal(text)


def suppliers() -> tuple[Supplier, ...]:
    """The three suppliers of the first sandbox: a good one, one whose furnace drifts, one that closes late."""
    return (
        Supplier(
            key="housings",
            lei=lei_from_prefix("CREDENCESANDBOXA01"),
            name="Hongyan Precision Housings",
            part="HSG-2140",
            characteristics=(
                Characteristic("bore-diameter", "mm", _d("24"), _d("23.94"), _d("24.06"), _d("0.004"), _d("0.0092")),
                Characteristic("flange-height", "mm", _d("11.5"), _d("11.4"), _d("11.6"), _d("-0.006"), _d("0.0150")),
            ),
            formats=("qif",),
            tables="csv",
            ppm=180,
            lot_size=5_000,
            closure_days=4,
            response_hours=20,
        ),
        Supplier(
            key="cathodes",
            lei=lei_from_prefix("CREDENCESANDBOXB02"),
            name="Lantian Cathode Materials",
            part="CAT-811",
            characteristics=(
                Characteristic(
                    "particle-size-d50", "um", _d("10"), _d("8.5"), _d("11.5"), _d("0.1"), _d("0.24"), _d("0.09"), 2
                ),
                Characteristic(
                    "tap-density", "g/cm3", _d("2.5"), _d("2.35"), _d("2.65"), _d("0"), _d("0.03"), _d("-0.006"), 3
                ),
            ),
            formats=("aqdef",),
            tables="xlsx",
            ppm=900,
            lot_size=2_000,
            closure_days=6,
            response_hours=30,
        ),
        Supplier(
            key="boards",
            lei=lei_from_prefix("CREDENCESANDBOXC03"),
            name="Beihai Circuit Boards",
            part="PCB-77",
            characteristics=(
                Characteristic("trace-resistance", "Ohm", _d("28"), _d("27.4"), _d("28.6"), _d("0.05"), _d("0.11")),
            ),
            formats=("cfx",),
            tables="csv",
            ppm=2600,
            lot_size=200,
            closure_days=24,
            response_hours=70,
        ),
    )
