"""Logs as one JSON document a line, without secrets."""

from __future__ import annotations

import re
from collections.abc import MutableMapping
from typing import Any, Final, TextIO, cast

import structlog

from evidence.clock import Clock, format_instant

_SECRETS: Final = re.compile(r"crd_[A-Za-z0-9_-]{8,}|(?i:bearer)\s+\S+|AGE-SECRET-KEY-[A-Z0-9]+", re.ASCII)
_NAMES: Final = frozenset({"password", "secret", "token", "cookie", "authorization", "csrf", "signature"})
_LONGEST: Final = 16_000


def build_logger(stream: TextIO, clock: Clock) -> structlog.typing.FilteringBoundLogger:
    """A logger that writes to `stream`; nothing is configured globally."""

    def stamp(_: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        event["at"], event["level"] = format_instant(clock()), method
        return event

    return cast(
        structlog.typing.FilteringBoundLogger,
        structlog.wrap_logger(
            structlog.WriteLogger(stream),
            processors=[
                stamp,
                structlog.processors.format_exc_info,
                _redact,
                structlog.processors.JSONRenderer(ensure_ascii=False, sort_keys=True),
            ],
            wrapper_class=structlog.make_filtering_bound_logger(20),
        ),
    )


def _redact(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {name: "***" if name.lower() in _NAMES else _clean(value) for name, value in event.items()}


def _clean(value: Any) -> Any:
    # The end of a traceback says what happened, so of long texts the end is kept.
    return _SECRETS.sub("***", value)[-_LONGEST:] if isinstance(value, str) else value
