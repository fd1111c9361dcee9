"""kill -9 at every step and at random moments: nothing is lost, nothing anchored twice, the tree re-proves whole."""

from __future__ import annotations

import random
import resource
from pathlib import Path

import pytest

from tests.support.crash import DISK_FULL, DONE, KILLED, PER_ROUND, ROUNDS, check, in_child, live
from tests.support.faults import KillAt

ALL = ROUNDS * PER_ROUND

STEPS = [
    "drafts-valid",
    "batch-signed",
    "batch-kept",
    "before-seal-stored",
    "after-seal-stored",
    "before-anchor",
    "ledger-before-send",
    "ledger-sent",
    "after-anchor",
    "after-close",
]


def test_a_node_that_is_never_killed_ends_with_everything_anchored(tmp_path: Path) -> None:
    assert in_child(lambda: live(tmp_path)) == DONE
    assert check(tmp_path) == ALL


@pytest.mark.parametrize("nth", [1, 4])
@pytest.mark.parametrize("step", STEPS)
def test_killed_at_a_step_the_next_life_completes_everything(tmp_path: Path, step: str, nth: int) -> None:
    assert in_child(lambda: live(tmp_path, KillAt(step, nth))) == KILLED
    check(tmp_path)
    assert in_child(lambda: live(tmp_path)) == DONE
    assert check(tmp_path) == ALL


def test_killed_at_one_step_in_every_life_it_still_gets_there(tmp_path: Path) -> None:
    lives = 0
    for step in STEPS * 2:
        lives += 1
        if in_child(lambda step=step: live(tmp_path, KillAt(step, 2))) == DONE:  # type: ignore[misc]
            break
        check(tmp_path)
    assert in_child(lambda: live(tmp_path)) == DONE
    assert check(tmp_path) == ALL
    assert lives > 1


def test_killed_at_random_moments_it_still_gets_there(tmp_path: Path) -> None:
    rng = random.Random(20261123)
    killed = 0
    for _ in range(12):
        code = in_child(lambda: live(tmp_path), kill_after_s=rng.uniform(0.005, 0.15))
        assert code in (KILLED, DONE)
        killed += code == KILLED
        if (tmp_path / "node.db").exists():
            check(tmp_path)
    assert in_child(lambda: live(tmp_path)) == DONE
    assert check(tmp_path) == ALL
    assert killed > 0


@pytest.mark.parametrize("room_kib", [260, 380, 420, 460, 500, 540, 580, 620])
def test_a_disk_that_fills_up_is_a_storage_error_and_room_again_completes_everything(
    tmp_path: Path, room_kib: int
) -> None:
    def cramped() -> None:
        # No file of this child may grow beyond this: the kernel refuses the write as it does on a full disk.
        resource.setrlimit(resource.RLIMIT_FSIZE, (room_kib * 1024, room_kib * 1024))
        live(tmp_path)

    assert in_child(cramped) == DISK_FULL
    check(tmp_path)
    assert in_child(lambda: live(tmp_path)) == DONE
    assert check(tmp_path) == ALL
