"""A case as plain text, for the screen and for paper: every entry with who, when and where, and every signature."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from evidence.clock import format_instant
from evidence.draft import JsonValue
from nocode.case import Case, Entry
from nocode.document import Words
from nocode.flow import Flow


def readable(flow: Flow, case: Case, *, language: str = "en") -> str:
    """The case line by line, in `en` or `zh`; texts of the case stand as they were written, line breaks escaped."""
    state = flow.states[case.state]
    lines = [
        f"{_in(flow.title, language)} {case.id}",
        f"{flow.id}.{flow.version}  {flow.digest}",
        f"{_in(state.title, language)} ({case.state})",
        "",
    ]
    lines += [f"{_in(flow.fields[name].title, language)}: {_show(value)}" for name, value in case.fields.items()]
    for entry in case.history:
        lines += ["", *_entry(flow, entry, language)]
    return "\n".join(lines) + "\n"


def shown_time(at: datetime, zone: str) -> str:
    """A moment in UTC and in a time zone: `2026-11-23T08:00:00Z (2026-11-23 16:00:00 +08:00 Asia/Shanghai)`."""
    try:
        local = at.astimezone(ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        # A zone that this system does not know; UTC says all there is to say.
        return f"{format_instant(at)} ({zone})"
    return f"{format_instant(at)} ({local.isoformat(sep=' ', timespec='seconds')} {zone})"


def _entry(flow: Flow, entry: Entry, language: str) -> Iterator[str]:
    move = entry.target if entry.source in ("", entry.target) else f"{entry.source} -> {entry.target}"
    who = "clock" if entry.actor is None else f"{entry.actor.name} ({entry.actor.user}, {entry.actor.organisation})"
    at = shown_time(entry.at, "UTC" if entry.actor is None else entry.actor.zone)
    yield f"{entry.number}. {at}  {entry.event}  [{move}]  {who}"
    for name, value in entry.fields.items():
        before = f"{_show(entry.old[name])} -> " if name in entry.old else ""
        yield f"   {_in(flow.fields[name].title, language)}: {before}{_show(value)}"
    if entry.signature is not None and entry.actor is not None:
        signature = entry.signature
        what = f"{signature.meaning.value}, {signature.id}, record {signature.record}"
        yield f"   signed: {entry.actor.name}, {at}, {what}"
    if entry.reason:
        yield f"   reason: {_show(entry.reason)}"
    if entry.facts:
        yield "   facts: " + ", ".join(f"{name} = {_show(value)}" for name, value in entry.facts.items())
    yield f"   {entry.digest.hex()}"


def _show(value: JsonValue) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(_show(item) for item in value)
    if isinstance(value, Mapping) or value is None:
        return ""
    # One entry, one line: a text with a line break must not look like an entry of its own.
    return str(value).replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t")


def _in(words: Words, language: str) -> str:
    return words.zh if language == "zh" else words.en
