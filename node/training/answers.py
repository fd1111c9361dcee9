"""The steward's answers as values of ours: each member of its type and bounded, or MalformedError."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from evidence.errors import CredenceError, MalformedError
from evidence.identity import Lei
from evidence.quantity import is_decimal
from node.training.port import (
    FeatureDrift,
    Leaving,
    PartyContribution,
    RunContributions,
    RunDrift,
    TrainingRun,
    Withdrawal,
)

MOST_ITEMS: Final = 4_096
MOST_DIGESTS: Final = 10_000
STATES: Final = ("steady", "watch", "stop")
Told = Mapping[str, Any]


def run_of(value: Any) -> TrainingRun:
    """A run."""
    try:
        newest = value["newest"] or {}
        return TrainingRun(
            str(value["name"]),
            str(value["state"]),
            int(value["rounds"]),
            int(value["done"]),
            tuple(str(one) for one in newest.get("parties", ())),
            tuple(str(one) for one in newest.get("out", ())),
            tuple(str(one) for one in newest.get("metrics", ())),
            tuple(_rows(value["events"])),
            leaving=str(value.get("leaving") or ""),
            withdrawn=tuple(_withdrawal(one) for one in _rows(value.get("withdrawn") or [])),
            again=_digest(again["of"]) if (again := (value.get("plan") or {}).get("retrain")) else "",
        )
    except (KeyError, TypeError, ValueError, AttributeError, CredenceError) as error:
        raise strange() from error


def drift_of(value: Told) -> RunDrift:
    """Drift of a run."""
    try:
        rows = _rows(value["features"])
        features = tuple(
            FeatureDrift(_text(one["feature"]), _whole(one["index"]), _choice(one["state"], STATES)) for one in rows
        )
        return RunDrift(features, _whole(value["before"]), _whole(value["after"]), _text(value.get("reason") or ""))
    except (KeyError, TypeError, ValueError) as error:
        raise strange() from error


def contributions_of(value: Told) -> RunContributions:
    """Contributions of a run's parties."""
    try:
        parties = tuple(_party(one) for one in _rows(value["parties"]))
        return RunContributions(_whole(value["rounds"]), parties, _text(value.get("reason") or ""))
    except (KeyError, TypeError, ValueError, CredenceError) as error:
        raise strange() from error


def leaving_of(value: Told) -> Leaving:
    """What a leaving entails."""
    try:
        return Leaving(
            party=str(Lei(_text(value["party"]))),
            run=_text(value.get("run") or ""),
            first=_whole(value["first"]),
            again=_whole(value["again"]),
            withdrawn=tuple(_digest(one) for one in value["withdrawn"][:MOST_DIGESTS]),
            digest=_digest(value["digest"]),
            state=_choice(value["state"], ("asked", "done")),
        )
    except (KeyError, TypeError, ValueError, CredenceError) as error:
        raise strange() from error


def strange() -> MalformedError:
    """An answer that no version known here gives."""
    return MalformedError(
        "the steward answers in a way that is not known", advice="Are node and steward of one version?"
    )


def _party(one: Told) -> PartyContribution:
    return PartyContribution(
        org=str(Lei(_text(one["org"]))),
        effect=_decimal(one.get("effect")),
        error=_decimal(one.get("error")),
        rounds=_whole(one["rounds"]),
        harmful=bool(one["harmful"]),
        shared=_decimal(one["shared"]) or "0",
        reason=_text(one.get("reason") or ""),
    )


def _withdrawal(one: Told) -> Withdrawal:
    return Withdrawal(
        party=str(Lei(_text(one["party"]))),
        first=_whole(one["first"]),
        retrained=_text(one.get("retrain") or ""),
        records=_digests(one["records"]),
        models=_digests(one["models"]),
        sources=_digests(one["sources"]),
    )


def _rows(value: Any) -> list[Told]:
    if not isinstance(value, list) or len(value) > MOST_ITEMS or not all(isinstance(one, Mapping) for one in value):
        raise ValueError("rows")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str) or len(value) > 500:
        raise ValueError("text")
    return value


def _whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**53:
        raise ValueError("number")
    return value


def _decimal(value: Any) -> str:
    text = "" if value is None else _text(value)
    if text and (len(text) > 40 or not is_decimal(text)):
        raise ValueError("decimal")
    return text


def _choice(value: Any, words: tuple[str, ...]) -> str:
    if value not in words:
        raise ValueError("word")
    return str(value)


def _digests(value: Any) -> frozenset[str]:
    if not isinstance(value, list) or len(value) > MOST_DIGESTS:
        raise ValueError("digests")
    return frozenset(_digest(one) for one in value)


def _digest(value: Any) -> str:
    text = _text(value).removeprefix("0x")
    if len(bytes.fromhex(text)) != 32:
        raise ValueError("digest")
    return text
