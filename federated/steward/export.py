"""The weight file of a finished run, out of its folder, with the counts that drift is held against."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np

from evidence.errors import ConflictError, InputError, NotFoundError
from federated import task
from federated.drift_report import baseline
from federated.export import export
from federated.learning.calibration import Calibration
from federated.steward.runs import FINISHED, RunBook

MOST_VERSIONS = 10**6


def export_run(book: RunBook, name: str, asked: Mapping[str, str]) -> bytes:
    """Export the last model of a run (`credence-risk-model/1`), as learnt: a site may calibrate it for itself.

    Args:
        asked: `version`, a number from 1 on, and `until`, the last day of use (YYYY-MM-DD).
    Raises:
        NotFoundError: no such run. InputError: what is asked, or a model that cannot be exported (`federated.export`).
        ConflictError: the run is not finished, was withdrawn, is of another spec than the steward's, or counted no
            rows: without them its index could never stop counting.
    """
    version, until = _version(asked.get("version", "")), _day(asked.get("until", ""))
    store = book.store(name)
    if book.state(name) != FINISHED:
        raise ConflictError(f"the run {name} is {book.state(name)}", advice="Let it finish first.")
    if store.withdrawn():
        raise ConflictError(f"the run {name} was withdrawn: a party left", advice="Export the run that trains again.")
    plan, agreed = store.plan(), task.task_of(book.spec)
    if plan.spec != agreed.spec.digest:
        raise ConflictError(f"the run {name} is of another feature spec", advice="Put its spec.json back.")
    if store.withdrawn():
        raise ConflictError(f"a party left the run {name}, and its models are withdrawn")
    try:
        histograms = baseline(store, plan.rounds).histograms
    except NotFoundError as error:
        why = f"{error.message}, and without a baseline its index could never stop counting"
        raise ConflictError(why, advice=error.advice) from error
    model = np.asarray(store.model(plan.rounds), dtype=np.float64)
    return export(agreed.spec, agreed.shape, model, Calibration(), histograms, version=version, until=until).data


def _version(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:8]) <= MOST_VERSIONS and len(text) <= 7):
        raise InputError("version is a number from 1 to 1,000,000")
    return int(text)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InputError("until is a day, YYYY-MM-DD") from error
