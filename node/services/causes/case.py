"""One causal case: an alarm, the table it was frozen with, and everything that was made of it since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any, Final

from evidence.draft import JsonValue
from evidence.errors import ConflictError, StorageError

FORMAT: Final = "credence-causal-case/1"


class CausalState(StrEnum):
    """How far a causal case is."""

    OPEN = "open"
    EXPLAINED = "explained"
    SUGGESTED = "suggested"
    IN_RELEASE = "in-release"
    APPLIED = "applied"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class CausalCase:
    """A case as it stands; documents that it names are kept beside it and never change.

    Attributes:
        id: its name.
        line: the production line.
        table: the table whose lots it speaks of, frozen by its hash.
        column: the characteristic that raised the alarm.
        alarm: what was found, as `rca.alarm` writes it.
        watch: which watch raised it; empty when a person opened the case.
        graph, graph_version: what engineers believed when it was explained; empty and 0 for nothing.
        explanation, suggestion: names of the newest documents; empty for none.
        correction, eight_d: ids of the flow cases that came of it; empty for none.
        effect: predicted and observed effect side by side, once reported.
        state: how far it is.
    """

    id: str
    line: str
    table: str
    column: str
    alarm: Mapping[str, JsonValue]
    watch: str = ""
    graph: str = ""
    graph_version: int = 0
    explanation: str = ""
    suggestion: str = ""
    correction: str = ""
    eight_d: str = ""
    effect: Mapping[str, JsonValue] | None = None
    state: CausalState = CausalState.OPEN

    def to_json(self) -> dict[str, JsonValue]:
        """The case as a document."""
        return {"format": FORMAT, **asdict(self), "state": self.state.value}

    @classmethod
    def from_json(cls, said: Mapping[str, JsonValue]) -> CausalCase:
        """Read it back; raises StorageError for what `to_json` did not write."""
        values: dict[str, Any] = dict(said)
        try:
            if values.pop("format") != FORMAT:
                raise ValueError("another format")
            return cls(**{**values, "state": CausalState(values["state"])})
        except (KeyError, TypeError, ValueError) as error:
            raise StorageError(f"a causal case cannot be read: {error}", advice="Restore the database.") from error

    def moved(self, state: CausalState, **changes: Any) -> CausalCase:
        """The case in another state, with what brought it there."""
        return replace(self, state=state, **changes)

    def expect(self, *states: CausalState) -> None:
        """Raise ConflictError unless it is in one of these states."""
        if self.state not in states:
            raise ConflictError(
                f"causal case {self.id} is {self.state.value}",
                advice=f"This is possible while it is {' or '.join(state.value for state in states)}.",
            )
