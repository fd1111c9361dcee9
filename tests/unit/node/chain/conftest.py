"""A real chain with the contracts for the tests of this folder; put back after every test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.anvil import anvil_process
from tests.support.chain import Deployed, EvmHarness
from tests.support.consortium import Org


@pytest.fixture(scope="package")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    folder = tmp_path_factory.mktemp("chain")
    with anvil_process(state=folder / "state.json") as anvil:
        yield Deployed(anvil, folder)


@pytest.fixture
def chain(deployed: Deployed) -> Iterator[EvmHarness]:
    snapshot = deployed.anvil.snapshot()
    harness = deployed.harness()
    yield harness
    harness.close()
    if harness.restarted:
        deployed.restore()
    else:
        deployed.anvil.revert(snapshot)


@pytest.fixture
def kiln(chain: EvmHarness) -> Org:
    return Org("kiln")


@pytest.fixture
def buyer(chain: EvmHarness) -> Org:
    return Org("buyer")
