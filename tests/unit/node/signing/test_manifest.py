"""How signatures are shown."""

from __future__ import annotations

from datetime import UTC, datetime

from node.signing.manifest import line_of, printed
from tests.unit.node.signing.test_sealed import make


def test_a_line_shows_who_when_with_zone_and_what_for() -> None:
    line = line_of(make())
    assert line.utc == "2026-11-23T08:00:00.000005Z"
    assert line.local == "2026-11-23 16:00:00+08:00 Asia/Shanghai"
    assert str(line).startswith("安娜 Lí (usr_anna, ")
    for part in ("release", "user name and password", line.local, line.record, line.id):
        assert part in str(line)


def test_summer_and_winter_show_the_offset_that_held_then() -> None:
    summer = make(at=datetime(2026, 7, 1, 12, tzinfo=UTC), zone="Europe/Berlin")
    winter = make(at=datetime(2026, 12, 1, 12, tzinfo=UTC), zone="Europe/Berlin")
    assert [line_of(each).local[-20:] for each in (summer, winter)] == ["+02:00 Europe/Berlin", "+01:00 Europe/Berlin"]


def test_a_zone_behind_utc_is_shown_behind_it() -> None:
    assert line_of(make(zone="America/St_Johns")).local == "2026-11-23 04:30:00-03:30 America/St_Johns"


def test_the_printed_block_has_one_line_a_signature_or_says_that_nobody_signed() -> None:
    assert printed([make(), make(name="Ben")]).count("\n") == 2
    assert printed([]) == "Not signed.\n"
