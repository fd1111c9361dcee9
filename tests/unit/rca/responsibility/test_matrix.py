import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.canonical import encode
from evidence.errors import LimitError, NotFoundError, SchemaError
from rca.attribution.dags import one_graph
from rca.attribution.frame import Frame
from rca.responsibility.harm import Harm
from rca.responsibility.matrix import UNASSIGNED, UNEXPLAINED, Matrix, Responsibility, responsibility

NAMES = ("kiln", "cathode", "separator", "humidity", "swelling")
EDGES = [("kiln", "cathode"), ("cathode", "swelling"), ("separator", "swelling"), ("humidity", "swelling")]
OWNERS = {"kiln": "CATHODE", "cathode": "CATHODE", "separator": "SEPARATOR"}
DAGS = one_graph(NAMES, EDGES)


def cells(seed: int, *, kiln: float = 0.0, separator: float = 0.0, own: float = 0.0, rows: int = 120) -> Frame:
    rng = np.random.default_rng(seed)

    def draw(count: int, new: bool) -> np.ndarray:
        heat = rng.normal(kiln * new, 1.0, count)
        cathode = 0.9 * heat + rng.normal(0.0, 0.4, count)
        thickness = rng.normal(separator * new, 1.0, count)
        humidity = rng.normal(0.0, 1.0, count)
        swelling = 0.8 * cathode + 0.5 * thickness + 0.1 * humidity + rng.normal(own * new, 0.4, count)
        return np.column_stack([heat, cathode, thickness, humidity, 10 + swelling])

    return Frame(NAMES, draw(600, False), draw(rows, True), "swelling")


def of(matrix: Matrix, party: str) -> Responsibility:
    return next(one for one in matrix.parties if one.party == party)


def test_shares_follow_who_changed() -> None:
    matrix = responsibility(cells(0, kiln=2.0, separator=1.0), DAGS, OWNERS, Harm(), seed=1)
    # True parts: 2.0 * 0.9 * 0.8 = 1.44 and 1.0 * 0.5 = 0.5.
    cathode, separator = of(matrix, "CATHODE"), of(matrix, "SEPARATOR")
    assert cathode.low < 1.44 < cathode.high
    assert separator.low < 0.5 < separator.high
    assert matrix.parties[0].party == "CATHODE"
    assert cathode.columns[0] == "kiln"
    assert of(matrix, UNEXPLAINED).low < 0 < of(matrix, UNEXPLAINED).high
    assert of(matrix, UNASSIGNED).columns == ("humidity",)


def test_what_the_columns_do_not_show_is_charged_to_nobody() -> None:
    matrix = responsibility(cells(1, own=3.0), DAGS, OWNERS, Harm(), seed=1)
    share = of(matrix, UNEXPLAINED).share
    assert share is not None
    assert share > 0.8


def test_shares_add_up_to_one_and_lie_in_their_intervals() -> None:
    matrix = responsibility(cells(2, kiln=2.0, separator=2.0), DAGS, OWNERS, Harm(upper=12.0), seed=1)
    shares = [one.share for one in matrix.parties]
    assert None not in shares
    assert sum(one for one in shares if one is not None) == pytest.approx(1.0)
    for one in matrix.parties:
        assert one.share_low is not None
        assert one.share is not None
        assert one.share_high is not None
        assert one.share_low <= one.share <= one.share_high
    assert matrix.after > matrix.before
    assert matrix.harm == "share outside the limits"


def test_few_rows_give_wide_intervals() -> None:
    few = of(responsibility(cells(3, kiln=2.0, rows=8), DAGS, OWNERS, Harm(), seed=1), "CATHODE")
    many = of(responsibility(cells(3, kiln=2.0, rows=800), DAGS, OWNERS, Harm(), seed=1), "CATHODE")
    assert few.high - few.low > 3 * (many.high - many.low)


def test_without_an_increase_of_harm_no_shares_are_given() -> None:
    matrix = responsibility(cells(4), DAGS, OWNERS, Harm(upper=14.0), seed=1)
    assert not matrix.settled
    assert all(one.share is None for one in matrix.parties)


@settings(max_examples=8, deadline=None)
@given(order=st.permutations(range(5)), seed=st.integers(0, 100))
def test_every_party_finds_the_same_figures_in_whatever_order_its_columns_are(order: list[int], seed: int) -> None:
    frame = cells(seed, kiln=1.5)
    one = responsibility(frame, DAGS, OWNERS, Harm(), seed=3, repeats=20)
    assert responsibility(frame.reordered(order), DAGS, OWNERS, Harm(), seed=3, repeats=20) == one


def test_the_document_is_canonical_json() -> None:
    matrix = responsibility(cells(5, kiln=1.0), DAGS, OWNERS, Harm(), seed=1, repeats=20)
    assert json.loads(encode(matrix.document()))["format"] == "credence-rca-responsibility/1"


def test_wrong_owners_are_refused() -> None:
    frame = cells(6)
    with pytest.raises(NotFoundError, match="'oven'"):
        responsibility(frame, DAGS, {"oven": "X"}, Harm(), seed=1)
    with pytest.raises(SchemaError, match="no organisation"):
        responsibility(frame, DAGS, {"kiln": UNEXPLAINED}, Harm(), seed=1)
    with pytest.raises(SchemaError, match="repeats"):
        responsibility(frame, DAGS, OWNERS, Harm(), seed=1, repeats=5)
    wide = Frame(
        tuple(f"c{n}" for n in range(12)), np.random.default_rng(0).normal(size=(40, 12)), np.zeros((3, 12)), "c0"
    )
    with pytest.raises(LimitError):
        responsibility(wide, one_graph(wide.names, []), {f"c{n}": f"o{n}" for n in range(12)}, Harm(), seed=1)
