"""Remarks on one file for the import report: what was left out and why, which doubtful spot was read how."""

from __future__ import annotations

from typing import Final

_PLACES: Final = 10
_REMARKS: Final = 40


class Notes:
    """Collects remarks in order; equal ones are counted and their first places named."""

    def __init__(self) -> None:
        self._remarks: list[str] = []
        self._counted: dict[str, list[str]] = {}

    def first(self, remark: str) -> None:
        """Put a remark before all others."""
        self._remarks.insert(0, remark)

    def add(self, remark: str) -> None:
        """Add a remark, once."""
        if remark not in self._remarks:
            self._remarks.append(remark)

    def count(self, remark: str, place: str) -> None:
        """Add one more place where the same remark applies."""
        self._counted.setdefault(remark, []).append(place)

    def text(self) -> str:
        """All remarks in one line, long lists cut with their true length named."""
        remarks = list(self._remarks)
        for remark, places in self._counted.items():
            shown = ", ".join(places[:_PLACES])
            more = f" and {len(places) - _PLACES} more" if len(places) > _PLACES else ""
            remarks.append(f"{remark}: {len(places)} ({shown}{more})")
        if len(remarks) > _REMARKS:
            remarks[_REMARKS:] = [f"and {len(remarks) - _REMARKS} more remarks"]
        return "; ".join(remarks)
