"""The one run that judges everything and writes the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from evidence.errors import NotFoundError
from rca.evaluate.petshop_run import evaluate_petshop
from rca.evaluate.report import Section, page
from rca.evaluate.sections import petshop_section, twins_section
from rca.evaluate.twin_faults import evaluate_twins
from rca.evaluate.work import Progress, Work

_ROOM: Final = Path(__file__).resolve().parent.parent
_RANKING: Final = tuple(
    f"attribution/{name}.py"
    for name in ("attribute", "basis", "change", "dags", "figures", "frame", "mechanism", "quiet", "scaling", "shapley")
)
_JUDGING: Final = ("evaluate/case.py", "evaluate/peers.py", "evaluate/scores.py")


@dataclass(frozen=True, slots=True)
class Request:
    """What to judge.

    Attributes:
        data: folder with the data sets of others, each in its own folder; a part whose data are not there is refused.
        work: folder for finished cases; None keeps none.
        only: names of parts; empty: all.
        progress: told about each finished case.
    """

    data: Path
    work: Path | None = None
    only: tuple[str, ...] = ()
    progress: Progress = lambda what, done, of: None


def petshop_part(data: Path, work: Work) -> Section:
    """PetShop, low traffic."""
    own = ("evaluate/petshop.py", "evaluate/petshop_run.py")
    kept = work.of_code(_ROOM, (*_RANKING, *_JUDGING, *own))
    return petshop_section(evaluate_petshop(data / "petshop" / "low_traffic", kept))


def twins_part(data: Path, work: Work) -> Section:
    """Faults in twin lines; needs no data."""
    own = ("evaluate/faults.py", "evaluate/twin_faults.py", "posterior", "twins", "table.py", "columns.py", "checks.py")
    return twins_section(evaluate_twins(work.of_code(_ROOM, (*_RANKING, *_JUDGING, *own))))


SECTIONS: Final[Mapping[str, Callable[[Path, Work], Section]]] = {
    "petshop": petshop_part,
    "twins": twins_part,
}
"""Parts by name, in the order of the page."""


def evaluate(request: Request) -> tuple[list[Section], str]:
    """Judge the wanted parts; gives their sections and the page.

    Raises:
        NotFoundError: no such part, or the data of a part are not there.
        StorageError: the folder for finished cases cannot be written.
    """
    wanted = request.only or tuple(SECTIONS)
    if unknown := [name for name in wanted if name not in SECTIONS]:
        raise NotFoundError(f"no part {unknown[0][:40]!r}", advice=f"Parts: {', '.join(SECTIONS)}.")
    work = Work(request.work, progress=request.progress)
    sections = [SECTIONS[name](request.data, work) for name in SECTIONS if name in wanted]
    return sections, page(sections)
