"""Set points of machines that no network reaches: a ticket for a technician, and the technician's answer."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from evidence.errors import StorageError
from evidence.quantity import is_decimal
from node.outbound.port import ControlUnreachableError, Point, SetPoint, Written, check, moved_on

FORMAT: Final = "credence-ticket/1"
MAX_ANSWER_BYTES: Final = 4_096
_KEPT: Final = re.compile(r"[^A-Za-z0-9_-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class TicketPoint:
    """One set point behind a folder of tickets.

    A ticket is `<name>.json`; the technician answers with `<name>.done.json`, `{"value": "<decimal>", "by": "<who>"}`:
    the value that the machine holds now.
    """

    point: Point
    folder: Path

    def read(self) -> str:
        """Nobody can ask a machine without network; see the port."""
        raise ControlUnreachableError(
            f"{self.point.machine} is set by hand: nobody can read {self.point.parameter!r} from here",
            advice="Give the present value yourself; the technician's answer confirms it.",
        )

    def write(self, wanted: SetPoint) -> Written | None:
        """Issue the ticket once; the answer, when there is one; see the port."""
        check(self.point, wanted)
        name = _KEPT.sub("-", wanted.key)
        ticket, answer = self.folder / f"{name}.json", self.folder / f"{name}.done.json"
        if not ticket.exists():
            self._issue(ticket, wanted)
        try:
            with answer.open("rb") as handle:
                raw = handle.read(MAX_ANSWER_BYTES + 1)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StorageError(f"{answer} cannot be read: {error.strerror}") from error
        value, who = _answer(raw, answer)
        if self.point.same(value, wanted.proposed):
            return Written(value, f"ticket {name}, {who}")
        raise moved_on(self.point, wanted, value)

    def _issue(self, ticket: Path, wanted: SetPoint) -> None:
        document = {
            "format": FORMAT,
            "key": wanted.key,
            "machine": wanted.machine,
            "parameter": wanted.parameter,
            "unit": wanted.unit,
            "from": wanted.present,
            "to": wanted.proposed,
        }
        draft = ticket.with_suffix(".draft")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with draft.open("w", encoding="utf-8") as handle:
                json.dump(document, handle, ensure_ascii=False, indent=1)
                handle.flush()
                os.fsync(handle.fileno())
            draft.replace(ticket)
        except OSError as error:
            raise StorageError(f"The ticket could not be written to {self.folder}: {error.strerror}") from error


def _answer(raw: bytes, path: Path) -> tuple[str, str]:
    try:
        if len(raw) > MAX_ANSWER_BYTES:
            raise ValueError(f"larger than {MAX_ANSWER_BYTES} bytes")
        given = json.loads(raw)
        value, who = given["value"], given["by"]
        if not (isinstance(value, str) and is_decimal(value) and isinstance(who, str) and 0 < len(who) <= 200):
            raise ValueError("`value` is a decimal in quotation marks, `by` a name")
    except (ValueError, KeyError, TypeError) as error:
        raise ControlUnreachableError(
            f"{path.name} is no answer to a ticket: {error}", advice='Write {"value": "80.5", "by": "Lee"}.'
        ) from error
    return value, who
