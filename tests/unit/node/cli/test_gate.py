"""What people type for gates, claims and attestations becomes exactly what the chain holds, or is refused."""

from __future__ import annotations

import pytest

from evidence.errors import InputError
from node.cli.gate import _micro
from node.cli.lane import digest


@pytest.mark.parametrize(
    ("typed", "micro"), [("", 0), ("70", 70_000_000), ("72.5", 72_500_000), ("0.000001", 1), ("100", 100_000_000)]
)
def test_points_become_micro_points_exactly(typed: str, micro: int) -> None:
    assert _micro(typed) == micro


@pytest.mark.parametrize("typed", ["-1", "1e2", "70,5", "0.0000001", "seventy", ".5", "７０"])
def test_what_is_no_number_of_points_is_refused(typed: str) -> None:
    with pytest.raises(InputError, match="no number of points"):
        _micro(typed)


def test_ids_are_taken_with_and_without_their_prefix_and_nothing_else_is() -> None:
    assert digest("0x" + "AB" * 32) == digest("ab" * 32) == b"\xab" * 32
    for wrong in ("0x" + "ab" * 31, "xyz", "", "0x" + "ab" * 33):
        with pytest.raises(InputError):
            digest(wrong)
