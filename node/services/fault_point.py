"""Named steps at which a test may stop a use case, to show that nothing is lost there."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

FaultPoint: TypeAlias = "Callable[[str], None]"
"""Called with the name of the step just reached; whatever it raises stops the use case there."""


def go_on(_step: str) -> None:
    """The fault point of production: nothing happens."""
