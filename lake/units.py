"""Units as inspection files spell them, translated to UCUM codes by one named table; what is not in it is refused.

Source:
    Unified Code for Units of Measure 2.2; spellings seen in QIF, Q-DAS AQDEF, IPC-CFX and shop-floor tables.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Final
from unicodedata import normalize

from evidence import ucum
from evidence.errors import MalformedError, SchemaError
from lake.decimals import scale

UNSTATED: Final = "{unstated}"
"""UCUM annotation for a value whose file names no unit: a pure number that claims nothing."""

# Symbols mean different things in capitals (mPa, MPa), so they are matched as written.
_SYMBOLS: Final = {
    "mm": "mm", "cm": "cm", "dm": "dm", "m": "m", "km": "km", "um": "um", "µm": "um", "μm": "um", "µ": "um", "nm": "nm",
    "in": "[in_i]", "in.": "[in_i]", '"': "[in_i]", "ft": "[ft_i]", "mil": "[mil_i]", "thou": "[mil_i]",
    "mm2": "mm2", "mm²": "mm2", "mm^2": "mm2", "cm2": "cm2", "cm²": "cm2", "m2": "m2", "m²": "m2",
    "mm3": "mm3", "mm³": "mm3", "mm^3": "mm3", "cm3": "cm3", "cm³": "cm3", "m3": "m3", "m³": "m3",
    "ml": "mL", "mL": "mL", "l": "L", "L": "L", "ul": "uL", "µl": "uL", "µL": "uL",
    "°": "deg", "deg": "deg", "'": "'", "rad": "rad", "mrad": "mrad", "gon": "gon",
    "g": "g", "kg": "kg", "mg": "mg", "µg": "ug", "ug": "ug", "t": "t",
    "lb": "[lb_av]", "lbs": "[lb_av]", "oz": "[oz_av]",
    "N": "N", "kN": "kN", "mN": "mN", "cN": "cN", "daN": "daN", "MN": "MN", "lbf": "[lbf_av]",
    "Nm": "N.m", "N·m": "N.m", "N*m": "N.m", "N m": "N.m", "N.m": "N.m", "Ncm": "N.cm", "Nmm": "N.mm", "kNm": "kN.m",
    "Pa": "Pa", "hPa": "hPa", "kPa": "kPa", "MPa": "MPa", "GPa": "GPa", "bar": "bar", "mbar": "mbar",
    "N/mm2": "N/mm2", "N/mm²": "N/mm2", "psi": "[psi]", "PSI": "[psi]",
    "°C": "Cel", "℃": "Cel", "degC": "Cel", "C°": "Cel", "Cel": "Cel", "K": "K", "°F": "[degF]", "degF": "[degF]",
    "s": "s", "sec": "s", "ms": "ms", "µs": "us", "us": "us", "min": "min", "h": "h", "hr": "h", "d": "d",
    "V": "V", "mV": "mV", "kV": "kV", "µV": "uV", "A": "A", "mA": "mA", "µA": "uA", "uA": "uA",
    "Ohm": "Ohm", "ohm": "Ohm", "Ω": "Ohm", "kOhm": "kOhm", "kohm": "kOhm", "kΩ": "kOhm", "MOhm": "MOhm",
    "MΩ": "MOhm", "mOhm": "mOhm", "mohm": "mOhm", "mΩ": "mOhm", "W": "W", "kW": "kW", "mW": "mW", "J": "J", "kJ": "kJ",
    "F": "F", "mF": "mF", "µF": "uF", "uF": "uF", "nF": "nF", "pF": "pF", "H": "H", "mH": "mH", "µH": "uH", "uH": "uH",
    "nH": "nH", "Hz": "Hz", "kHz": "kHz", "MHz": "MHz", "GHz": "GHz", "1/min": "/min", "rpm": "/min", "U/min": "/min",
    "m/s": "m/s", "mm/s": "mm/s", "m/min": "m/min", "mm/min": "mm/min", "m/s2": "m/s2", "m/s²": "m/s2",
    "%": "%", "‰": "[ppth]", "ppm": "[ppm]", "PPM": "[ppm]", "1": "1", "-": "1", "dB": "dB", "um/m": "um/m",
    "HRC": "{HRC}", "HRB": "{HRB}", "HV": "{HV}", "HB": "{HB}", "HBW": "{HBW}",
    "pcs": "{count}", "pc": "{count}", "Stk": "{count}", "Stück": "{count}", "ea": "{count}", "EA": "{count}",
    "毫米": "mm", "微米": "um", "厘米": "cm", "米": "m", "度": "deg", "克": "g", "千克": "kg", "公斤": "kg", "牛": "N",
    "牛米": "N.m", "秒": "s", "分钟": "min", "小时": "h", "个": "{count}",
    "件": "{count}", "只": "{count}", "摄氏度": "Cel",
}  # fmt: skip
# Words mean the same in any case.
_WORDS: Final = {
    "millimeter": "mm", "millimetre": "mm", "millimeters": "mm", "millimetres": "mm", "meter": "m", "metre": "m",
    "meters": "m", "metres": "m", "micrometer": "um", "micrometre": "um", "micron": "um", "microns": "um",
    "centimeter": "cm", "centimetre": "cm", "inch": "[in_i]", "inches": "[in_i]", "foot": "[ft_i]", "feet": "[ft_i]",
    "degree": "deg", "degrees": "deg", "radian": "rad", "radians": "rad", "celsius": "Cel", "fahrenheit": "[degF]",
    "kelvin": "K", "gram": "g", "grams": "g", "kilogram": "kg", "kilograms": "kg", "newton": "N", "newtons": "N",
    "newton meter": "N.m", "newtonmeter": "N.m", "pascal": "Pa", "kilopascal": "kPa", "megapascal": "MPa",
    "volt": "V", "volts": "V", "ampere": "A", "amperes": "A", "amp": "A", "ohms": "Ohm", "kiloohm": "kOhm",
    "kiloohms": "kOhm", "farad": "F", "henry": "H", "hertz": "Hz", "watt": "W", "watts": "W", "second": "s",
    "seconds": "s", "minute": "min", "minutes": "min", "hour": "h", "hours": "h", "day": "d", "days": "d",
    "percent": "%", "count": "{count}", "counts": "{count}", "piece": "{count}", "pieces": "{count}",
    "square millimeter": "mm2", "square inch": "[in_i]2", "square meter": "m2", "mmpersecond": "mm/s",
    "inchespersecond": "[in_i]/s", "feetpersecond": "[ft_i]/s", "meterspersecond": "m/s", "milliliter": "mL",
}  # fmt: skip

_ADVICE: Final = (
    "Write the unit as a UCUM code such as mm, um, deg, Cel, N.m or {count}, or ask to have its spelling added to "
    "the table in lake/units.py."
)


def ucum_code(spelled: str) -> str:
    """The UCUM code of a unit as a file spells it; a text that is a UCUM code already is kept.

    Raises:
        SchemaError: unknown, with advice.
    """
    name = normalize("NFC", " ".join(spelled.split()))
    code = _SYMBOLS.get(name) or _WORDS.get(name.casefold())
    if code is not None:
        return code
    try:
        return ucum.unit(name).code
    except SchemaError as error:
        raise SchemaError(f"the unit {spelled[:40]!r} is not known", advice=_ADVICE) from error


def convert(text: str, from_code: str, to_code: str) -> str:
    """The same quantity in another unit, exactly.

    Raises:
        SchemaError: the two units do not measure the same, or have different zero points.
        MalformedError: the result has no finite decimal form.
    """
    if from_code == to_code:
        return text
    source, target = ucum.unit(from_code), ucum.unit(to_code)
    if source.dimension != target.dimension or source.offset or target.offset:
        raise SchemaError(f"{from_code} does not convert to {to_code}")
    return scale(text, _finite(source.factor / target.factor))


def _finite(ratio: Fraction) -> Decimal:
    left = ratio.denominator
    for prime in (2, 5):
        while left % prime == 0:
            left //= prime
    if left != 1:
        raise MalformedError(f"a ratio of units of {ratio} has no finite decimal form")
    places = ratio.denominator.bit_length()
    return Decimal(f"{ratio.numerator * 10**places // ratio.denominator}E-{places}")
