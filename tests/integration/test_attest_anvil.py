"""From a supplier's statement to the scorer's new attestation on a real chain; `make bench ARGS=attest` times it."""

from __future__ import annotations

import pytest

from tests.benchmarks.bench_attest import measure
from tests.support.anvil import anvil_binary

pytestmark = pytest.mark.anvil


def test_every_event_is_fetched_scored_and_attested_and_links_the_one_before() -> None:
    anvil_binary()
    found = measure(laps=2)
    assert found["attestations"] == 3 and found["each links the one before"]
    assert 0 < found["median_s"] <= found["worst_s"]
