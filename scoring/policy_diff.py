"""The difference of two policies, entry by entry, in words for whoever votes on the change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from evidence.draft import JsonValue
from scoring.policy import Policy
from scoring.policy_words import label, value_words

_FIRST = ("indicators", "eligibility", "bands", "missing", "decay", "priors")
_LAST = ("effort",)
"""What voters read first, and what is longest and matters least to a score."""

Path: TypeAlias = tuple[str, ...]
"""Where an entry stands by meaning: indicators by id, bands by name, knots by position, whatever their index is."""


@dataclass(frozen=True, slots=True)
class PolicyChange:
    """One entry that differs.

    Attributes:
        place: JSON pointer (RFC 6901) into the new document; into the old one for what is gone.
        before, after: the entry in each document; None where it is not there.
        words: the change as a sentence.
    """

    place: str
    before: JsonValue
    after: JsonValue
    words: str

    def to_json(self) -> JsonValue:
        """The change as a document."""
        return {"after": self.after, "before": self.before, "place": self.place, "words": self.words}


def policy_diff(old: Policy, new: Policy) -> tuple[PolicyChange, ...]:
    """What differs, what weighs most first, then what is gone; empty exactly for policies of equal hash.

    The decay table is told as its half-life and window, which determine it. An indicator that came or went is one
    change; its priors and effort are told beside it.
    """
    before, after = dict(_entries(old, new)), dict(_entries(new, old))
    changes = []
    for path, (place, value) in after.items():
        was = before.get(path)
        if was is None or was[1] != value:
            changes.append(_change(path, place, None if was is None else was[1], value))
    changes += [_change(path, place, value, None) for path, (place, value) in before.items() if path not in after]
    return tuple(changes)


def _change(path: Path, place: str, before: JsonValue, after: JsonValue) -> PolicyChange:
    name = label(path)
    if before is None:
        words = f"{name} is new: {value_words(path, after)}"
    elif after is None:
        words = f"{name} is gone; it was {value_words(path, before)}"
    else:
        verb = "changes"
        if isinstance(before, int) and isinstance(after, int) and not isinstance(before, bool):
            verb = "rises" if after > before else "falls"
        words = f"{name} {verb} from {value_words(path, before)} to {value_words(path, after)}"
    return PolicyChange(place, before, after, words)


def _entries(policy: Policy, other: Policy) -> Iterator[tuple[Path, tuple[str, JsonValue]]]:
    """The entries of a policy with their places; indicators that `other` lacks are one entry each."""
    document = policy.to_json()
    assert isinstance(document, Mapping)
    shared = [one.id for one in policy.indicators if any(one.id == it.id for it in other.indicators)]
    middle = [name for name in document if name not in _FIRST + _LAST]
    for name in (*_FIRST, *middle, *_LAST):
        value = document[name]
        place = f"/{name}"
        if name == "decay":
            yield ("decay", "half_life"), (f"{place}/half_life", policy.decay.half_life)
            yield ("decay", "window"), (f"{place}/table", policy.decay.window)
        elif name == "indicators":
            # The order decides the order on every card, so it is part of what is voted on.
            yield ("indicators", "order"), (place, list(shared))
            assert isinstance(value, Sequence)
            for index, (entry, indicator) in enumerate(zip(value, policy.indicators, strict=True)):
                path: Path = ("indicators", indicator.id)
                if indicator.id in shared:
                    yield from _flatten(path, f"{place}/{index}", entry, leave_out="id")
                else:
                    yield path, (f"{place}/{index}", entry)
        elif name == "bands":
            for index, band in enumerate(policy.bands):
                yield ("bands", band.name), (f"{place}/{index}/floor", band.floor)
        else:
            yield from _flatten((name,), place, value)


def _flatten(
    path: Path, place: str, value: JsonValue, leave_out: str = ""
) -> Iterator[tuple[Path, tuple[str, JsonValue]]]:
    if isinstance(value, Mapping):
        for name, item in value.items():
            if name != leave_out:
                yield from _flatten((*path, name), f"{place}/{_escape(name)}", item)
    elif isinstance(value, list | tuple) and path[-1] == "curve":
        for index, knot in enumerate(value):
            assert isinstance(knot, list | tuple)
            yield (*path, str(knot[0])), (f"{place}/{index}", knot[1])
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from _flatten((*path, str(index)), f"{place}/{index}", item)
    else:
        yield path, (place, value)


def _escape(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
