"""What an entry of a policy is called, and its value in the unit that people use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from evidence.draft import JsonValue
from scoring.scale import MICRO, POINT, PPB

_MILLI: Final = 1_000
_NAMES: Final[Mapping[str, str]] = {
    "activity": "active months needed",
    "ageing_exposure": "good observations that make a month age bad evidence",
    "attesters": "independent attesters needed",
    "confidence_ppm": "confidence of the interval",
    "exposure": "observations needed",
    "missing": "what a lack of evidence does",
    "months": "months with evidence needed",
    "reference": "reference utility",
    "validity_days": "days for which an attestation holds",
}


def label(path: tuple[str, ...]) -> str:
    """The entry at a path of `scoring.policy_diff`, in words."""
    match path:
        case ("decay", "half_life"):
            return "half-life of evidence"
        case ("decay", "window"):
            return "window of evidence"
        case ("eligibility", "floor"):
            return "eligibility floor"
        case ("bands", name):
            return f"floor of band {name}"
        case ("indicators", "order"):
            return "order of the indicators"
        case ("indicators", name):
            return f"indicator {name}"
        case ("indicators", name, "curve", x):
            return f"{name}: utility where {share(int(x))} goes wrong"
        case ("indicators", name, "options", "curve", x):
            return f"{name}: utility at index {decimal(int(x), MICRO)}"
        case ("indicators", name, "options", *rest):
            return f"{name}: option {' '.join(rest)}"
        case ("indicators", name, "minimum", what):
            return f"{name}: {_NAMES[what]}"
        case ("indicators", name, *rest):
            return f"{name}: {' '.join(_NAMES.get(part, part) for part in rest)}"
        case ("priors", commodity, name, side):
            whose = "every other commodity" if commodity == "*" else f"commodity {commodity}"
            return f"{name}: {side} part of the prior of {whose}"
        case ("effort", name, rung, what):
            return f"{name}: {what} of effort rung {int(rung) + 1}"
        case ("valid", end):
            return f"valid {end}"
        case _:
            return " ".join(_NAMES.get(part, part) for part in path)


def value_words(path: tuple[str, ...], value: JsonValue) -> str:
    """A value at that path, in its unit."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(str(item) for item in value)
    if isinstance(value, Mapping):
        weight = value.get("weight")
        return f"a weight of {decimal(weight, POINT)} points" if isinstance(weight, int) else "an entry"
    if not isinstance(value, int):
        return f'"{value}"'
    match path:
        case ("indicators", _, "weight") | ("eligibility", "floor") | ("bands", _):
            return f"{decimal(value, POINT)} points"
        case ("indicators", _, "reference") | ("indicators", _, *_, "curve", _):
            return decimal(value, MICRO)
        case ("priors", *_):
            return f"{decimal(value, _MILLI)} observations"
        case ("effort", _, _, "theta"):
            return share(value)
        case ("effort", _, _, "effort"):
            return f"{value} person-days"
        case ("decay", _):
            return f"{value} months"
        case ("confidence_ppm",):
            return f"{decimal(value * 100, MICRO)} %"
        case _:
            return str(value)


def share(theta: int) -> str:
    """A share in parts per billion as parts per million or percent."""
    if theta < PPB // 100:
        return f"{decimal(theta, _MILLI)} ppm"
    return f"{decimal(theta * 100, PPB)} %"


def decimal(value: int, unit: int) -> str:
    """`value / unit` in full, for a unit that is a power of ten."""
    whole, part = divmod(abs(value), unit)
    digits = str(part).zfill(len(str(unit)) - 1).rstrip("0") if part else ""
    return f"{'-' if value < 0 else ''}{whole}{'.' if digits else ''}{digits}"
