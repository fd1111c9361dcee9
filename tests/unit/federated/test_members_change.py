"""Members come and leave between rounds, and rows change at home, without a restart of anybody."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from federated.drift_report import counted
from federated.plant_data import Watched, mark
from federated.secagg.registry import MemberKey, Registry, RegistryFile
from federated.store import RunStore
from tests.support.federated_net import Net, plan
from tests.support.secagg import NOW, key_of, org, registry


def joined(net: Net, folder: Path, files: dict[int, RegistryFile]) -> None:
    """Every desk and the server read their own file."""

    def renewing(node: int) -> Callable[[Any], Any]:
        return lambda home: replace(home, registry=files[node].now())

    for node, desk in net.desks.items():
        desk.renew = renewing(node)


def test_a_member_that_joins_is_taken_in_and_one_that_retires_is_left_out_without_a_restart(tmp_path: Path) -> None:
    net = Net(5, tmp_path / "run")
    files = {}
    for node in range(5):
        path = tmp_path / f"{node}.json"
        registry(4).write(path)
        files[node] = RegistryFile(path)
    joined(net, tmp_path, files)
    server = tmp_path / "server.json"
    registry(4).write(server)
    members = RegistryFile(server)
    rounds = net.rounds(plan(9))
    rounds.registry = members.now
    seen: list[frozenset[str]] = []

    def change(node: int, kind: str) -> bool:
        done = len(RunStore(net.folder).rounds())
        if node == 0 and kind == "train.masked" and done in (3, 6) and len(seen) < done // 3:
            seen.append(frozenset())
            keys = registry(5).keys
            if done == 6:
                keys = (MemberKey(org(0), key_of(0).public, 1, retired_at=NOW), *keys[1:])
            for place in (*range(5), "server"):
                Registry(keys).write(tmp_path / f"{place}.json")
        return False

    net.fault = change
    rounds.run()
    records = RunStore(net.folder).rounds()
    assert len(records) == 9
    newcomer, retired = ([org(place) in one.contributors for one in records] for place in (4, 0))
    assert newcomer == sorted(newcomer) and not newcomer[3] and newcomer[-1]
    assert retired[:6] == [True] * 6 and not retired[-1]
    # The round under way kept the committee that it began with.
    assert org(4) not in {member.org for member in records[3].members}


def test_a_party_whose_file_is_late_stays_out_of_a_round_and_is_back_in_the_next(tmp_path: Path) -> None:
    net = Net(5, tmp_path / "run")
    late = tmp_path / "late.json"
    registry(4).write(late)
    files = dict.fromkeys(range(5), RegistryFile(tmp_path / "late.json"))
    joined(net, tmp_path, files)
    for node in range(1, 5):
        net.desks[node].renew = lambda home: home

    def change(node: int, kind: str) -> bool:
        if len(RunStore(net.folder).rounds()) == 2:
            registry(5).write(late)
        return False

    net.fault = change
    net.rounds(plan(6)).run()
    inside = [org(0) in one.contributors for one in RunStore(net.folder).rounds()]
    assert not inside[0] and inside[-1]


def test_a_file_that_is_broken_or_gone_leaves_the_last_good_members(tmp_path: Path) -> None:
    path = tmp_path / "federation.json"
    registry(3).write(path)
    members = RegistryFile(path)
    path.write_bytes(b"{")
    assert len(members.now().keys) == 3
    path.unlink()
    assert len(members.now().keys) == 3
    registry(4).write(path)
    assert len(members.now().keys) == 4


def test_rows_are_read_again_only_when_they_changed_and_a_broken_file_is_tried_again(tmp_path: Path) -> None:
    path, read = tmp_path / "rows.csv", list[str]()

    def load(where: Path) -> Any:
        text = where.read_text()
        read.append(text)
        if text == "broken":
            raise ValueError(text)
        return text

    path.write_text("one")
    rows = Watched(path, load)
    assert rows.first() == "one" and rows.again() is None and read == ["one"]
    path.write_text("three")
    assert rows.again() == "three" and rows.again() is None
    path.write_text("broken")
    for _ in range(2):
        with pytest.raises(ValueError, match="broken"):
            rows.again()
    folder = tmp_path / "table"
    folder.mkdir()
    before = mark(folder)
    (folder / "part.parquet").write_bytes(b"x")
    assert mark(folder) != before and mark(tmp_path / "none") == ()
    os.utime(path)


def test_counts_follow_rows_that_changed_at_home(tmp_path: Path) -> None:
    from tests.unit.federated.learning.builders import spec

    run = plan(4, spec=spec().digest, tally=40)
    net = Net(4, tmp_path)
    for trainer in net.trainers.values():
        trainer.spec, trainer.weight = spec().digest, 200

    def change(node: int, kind: str) -> bool:
        if len(RunStore(tmp_path).rounds()) == 2:
            net.trainers[0].weight = 900
        return False

    net.fault = change
    net.rounds(run).run()
    assert [one.rows for one in counted(RunStore(tmp_path))] == [800, 800, 1500, 1500]
    assert np.isfinite(RunStore(tmp_path).model(4)).all()
