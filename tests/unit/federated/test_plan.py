"""Plans survive the wire, name their run, and refuse what does not fit."""

from __future__ import annotations

from dataclasses import replace

import pytest

from evidence.errors import InputError, MalformedError
from federated.learning.config import TrainConfig
from federated.plan import RunPlan, config_of
from federated.retrain import Retrain
from tests.support.federated_net import plan
from tests.support.secagg import org


def test_a_plan_survives_the_wire_and_its_run_is_named_by_all_of_it() -> None:
    first = plan(3, train=(("epochs", 2), ("rate", "0.01")))
    assert RunPlan.from_json(first.to_json()) == first
    changes: tuple[dict[str, object], ...] = (
        {"rounds": 4},
        {"nonce": b"n" * 32},
        {"bucket_size": 3},
        {"clip": "9"},
        {"train": ()},
        {"epsilon_micro": 1},
    )
    names = {replace(first, **change).run for change in changes}  # type: ignore[arg-type]
    assert len(names | {first.run}) == len(changes) + 1


@pytest.mark.parametrize(
    "change",
    [
        {"rounds": 0},
        {"parties": 2},
        {"parties": 129},
        {"hop_ms": 10},
        {"code": b""},
        {"clip": "many"},
        {"clip": "nan"},
        {"width": 3},
        {"max_weight": 0},
        {"max_weight": 2**60},
    ],
)
def test_plans_that_cannot_be_are_refused(change: dict[str, object]) -> None:
    with pytest.raises(InputError):
        replace(plan(3), **change)  # type: ignore[arg-type]


def test_settings_of_training_are_read_by_name_and_type() -> None:
    config = config_of(TrainConfig, {"epochs": 3, "rate": "0.01", "personal": "head bias", "balance": "full"})
    assert (config.epochs, config.rate, config.personal, config.balance) == (3, 0.01, ("head", "bias"), "full")
    for wrong in ({"nonsense": 1}, {"epochs": "many"}, {"privacy": "x"}):
        with pytest.raises(InputError):
            config_of(TrainConfig, wrong)


def again(**changes: object) -> Retrain:
    fields: dict[str, object] = {name: bytes([7] * 32) for name in ("of", "record", "model", "leave")}
    return Retrain(**{**fields, "round": 2, "left": (org(1), org(2)), **changes})  # type: ignore[arg-type]


def test_plans_from_before_counts_and_retraining_keep_their_form_and_name() -> None:
    old = plan(3)
    assert set(old.to_json()) & {"tally", "tally_every", "retrain"} == set()
    for more in ({"tally": 20, "tally_every": 3}, {"retrain": again()}):
        made = replace(old, **more)  # type: ignore[arg-type]
        assert RunPlan.from_json(made.to_json()) == made and made.run != old.run
    with pytest.raises(MalformedError):
        RunPlan.from_json({**old.to_json(), "tally": 0, "tally_every": 1})


@pytest.mark.parametrize(
    "change",
    [{"left": ()}, {"left": (org(2), org(1))}, {"round": 0}, {"record": bytes(32)}, {"of": b"short"}],
)
def test_a_retraining_says_where_it_goes_back_to_and_without_whom(change: dict[str, object]) -> None:
    with pytest.raises(InputError):
        again(**change)


def test_what_is_no_plan_is_refused() -> None:
    for value in ({}, [], {**plan(1).to_json(), "format": "other"}, {**plan(1).to_json(), "train": [["x", True]]}):
        with pytest.raises(MalformedError):
            RunPlan.from_json(value)
