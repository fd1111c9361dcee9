"""A fit as a file comes back as it was, or not at all."""

from __future__ import annotations

import json
import zlib
from base64 import b64encode
from typing import Any

import numpy as np
import pytest

from evidence.canonical import encode
from evidence.errors import CredenceError, MalformedError, SchemaError
from rca.calibration.calibrate import calibrated
from rca.fit_file import Fit, fit_from
from rca.posterior.fit import Walk, fit
from rca.twins.recipe import Recipe

SHORT = Walk(chains=1, burn=5, keep=10, draws=2)
TABLE = Recipe(((0, 3), (1, 3))).draw(np.random.default_rng(1)).sample(np.random.default_rng(2), 120)
FIT = Fit(fit(TABLE, seed=3, walk=SHORT), calibrated(TABLE, seed=3, twins=6, walk=SHORT), "abc")


def document() -> dict[str, Any]:
    return dict(json.loads(encode(FIT.document())))


def test_a_fit_comes_back_and_answers_the_same() -> None:
    back = fit_from(encode(FIT.document()))
    assert np.array_equal(back.posterior.graphs, FIT.posterior.graphs)
    assert np.array_equal(back.posterior.held, FIT.posterior.held)
    one, other = FIT.posterior.names[:2]
    mine, theirs = (x.calibration.reach(x.posterior, one, other) for x in (FIT, back))
    assert theirs.raw == mine.raw
    assert theirs.low == pytest.approx(mine.low, abs=1e-6)
    assert encode(back.document()) == encode(FIT.document())


@pytest.mark.parametrize("name", ["columns", "graphs", "held", "samples", "scoring", "calibration", "window", "seed"])
def test_a_missing_member_is_refused(name: str) -> None:
    short = document()
    del short[name]
    with pytest.raises(SchemaError):
        fit_from(encode(short))


@pytest.mark.parametrize(
    ("name", "value"),
    [("samples", 10**9), ("samples", 0), ("graphs", "%%%"), ("graphs", ""), ("columns", "x"), ("format", "other/1")],
)
def test_members_against_the_rules_are_refused(name: str, value: object) -> None:
    with pytest.raises(CredenceError):
        fit_from(encode({**document(), name: value}))  # type: ignore[dict-item]


def test_graphs_that_would_fill_the_memory_are_not_unpacked() -> None:
    bomb = b64encode(zlib.compress(bytes(50_000_000), 9)).decode()
    with pytest.raises(MalformedError, match="expected"):
        fit_from(encode({**document(), "graphs": bomb}))
