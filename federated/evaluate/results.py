"""Results of experiments: kept one file a job, so that a run that was broken off goes on where it stopped."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

from federated.evaluate import milling, personal, poison

SEEDS: Final = 5
FORMAT: Final = "credence-federated-results/1"
SCENES: Final[Mapping[str, poison.Scene]] = {
    "nobody hostile, one sum": poison.Scene(0, defence="none"),
    "nobody hostile, median of buckets": poison.Scene(0, defence="median"),
    "nobody hostile, buckets and votes": poison.Scene(0),
    "2 hostile, labels flipped x10, one sum": poison.Scene(2, defence="none"),
    "2 hostile, labels flipped x10, median of buckets": poison.Scene(2, defence="median"),
    "3 hostile, labels flipped x10, median of buckets": poison.Scene(3, defence="median"),
    **{
        f"{count} hostile, {name}, buckets and votes": poison.Scene(count, attack)
        for count in (2, 3)
        for name, attack in poison.ATTACKS.items()
    },
}
"""Scenes of the poison experiment."""


@dataclass(frozen=True, slots=True)
class Job:
    """One experiment with one seed; `scene` only for `poison`."""

    experiment: str
    seed: int
    scene: str = ""

    @property
    def file(self) -> str:
        """Where its result is kept."""
        words = "-".join(word for word in self.scene.replace(",", "").split())
        return f"{self.experiment}-{self.seed}{'-' + words if words else ''}.json"


EXPERIMENTS: Final = ("milling", "private", "steel", "poison")


def jobs(seeds: int = SEEDS, experiments: Sequence[str] = EXPERIMENTS) -> list[Job]:
    """All jobs of the experiments named."""
    found = []
    for experiment in experiments:
        scenes = list(SCENES) if experiment == "poison" else [""]
        found += [Job(experiment, seed, scene) for scene in scenes for seed in range(seeds)]
    return found


def work(folder: Path, job: Job) -> dict[str, Any]:
    """Do one job; about 10 to 60 seconds of one core."""
    import torch

    torch.set_num_threads(1)
    if job.experiment == "milling":
        return asdict(milling.run(folder, job.seed))
    if job.experiment == "private":
        return asdict(milling.run_private(folder, job.seed))
    if job.experiment == "steel":
        return asdict(personal.run(folder, job.seed))
    return {"auc": poison.run(folder, job.seed, SCENES[job.scene])}


def collect(
    folder: Path, kept: Path, wanted: Sequence[Job], workers: int, say: Callable[[str], None]
) -> dict[Job, dict[str, Any]]:
    """Results of all jobs, from `kept` where they were computed before.

    Args:
        folder: with the public data.
        say: told of each job that ends.
    """
    kept.mkdir(parents=True, exist_ok=True)
    found = {job: result for job in wanted if (result := _read(kept / job.file)) is not None}
    left = [job for job in wanted if job not in found]
    for job, result in _computed(folder, left, workers):
        partial = kept / f"{job.file}.partial"
        document = {"format": FORMAT, "torch": torch_version(), "result": result}
        partial.write_text(json.dumps(document, sort_keys=True), encoding="utf-8")
        partial.replace(kept / job.file)
        found[job] = result
        say(f"{len(found)}/{len(wanted)} {job.file.removesuffix('.json')}")
    return {job: found[job] for job in wanted}


def torch_version() -> str:
    """Of the torch that computes here; other versions differ in the last bits of a training."""
    import torch

    return str(torch.__version__)


def versions(kept: Path, wanted: Sequence[Job]) -> dict[str, tuple[str, ...]]:
    """The torch versions that the results of each experiment were computed with."""
    found: dict[str, set[str]] = {}
    for job in wanted:
        document = json.loads((kept / job.file).read_text(encoding="utf-8"))
        found.setdefault(job.experiment, set()).add(str(document.get("torch", "unknown")))
    return {name: tuple(sorted(ones)) for name, ones in found.items()}


def _computed(folder: Path, left: Sequence[Job], workers: int) -> Iterator[tuple[Job, dict[str, Any]]]:
    if workers <= 1 or len(left) <= 1:
        for job in left:
            yield job, work(folder, job)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        running = {pool.submit(work, folder, job): job for job in left}
        for done in as_completed(running):
            yield running[done], done.result()


def _read(path: Path) -> dict[str, Any] | None:
    if not path.exists():
        return None
    document = json.loads(path.read_text(encoding="utf-8"))
    return dict(document["result"]) if document.get("format") == FORMAT else None
