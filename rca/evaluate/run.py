"""The one run that judges everything and writes the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from evidence.errors import NotFoundError
from rca.attribution.figures import FigureMap
from rca.evaluate.causrca import evaluate_causrca
from rca.evaluate.effects import evaluate_effects
from rca.evaluate.event_section import causrca_section
from rca.evaluate.graph_sections import effects_section, paths_section
from rca.evaluate.paths import evaluate_paths
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
_FITTING: Final = ("posterior", "twins", "table.py", "columns.py", "checks.py")
_JUDGING: Final = ("evaluate/case.py", "evaluate/peers.py", "evaluate/scores.py")


@dataclass(frozen=True, slots=True)
class Request:
    """What to judge.

    Attributes:
        data: folder with the data sets of others, each in its own folder; a part whose data are not there is refused.
        work: folder for finished cases; None keeps none.
        only: names of parts; empty: all.
        progress: told about each finished case.
        learned: told the map of figures that the part `twins` has learned.
    """

    data: Path
    work: Path | None = None
    only: tuple[str, ...] = ()
    progress: Progress = lambda what, done, of: None
    learned: Callable[[FigureMap], None] = lambda found: None


def petshop_part(data: Path, work: Work) -> Section:
    """PetShop, low traffic."""
    own = ("evaluate/petshop.py", "evaluate/petshop_run.py")
    kept = work.of_code(_ROOM, (*_RANKING, *_JUDGING, *own))
    return petshop_section(evaluate_petshop(data / "petshop" / "low_traffic", kept))


def twins_part(work: Work, learned: Callable[[FigureMap], None]) -> Section:
    """Faults in twin lines; needs no data."""
    own = ("evaluate/faults.py", "evaluate/twin_faults.py", *_FITTING)
    found = evaluate_twins(work.of_code(_ROOM, (*_RANKING, *_JUDGING, *own)))
    learned(found.map)
    return twins_section(found)


def causrca_part(data: Path, work: Work) -> Section:
    """causRCA, probe and coolant."""
    kept = work.of_code(_ROOM, ("attribution/events.py", "evaluate/causrca.py", "evaluate/scores.py"))
    return causrca_section(evaluate_causrca(data / "causrca", kept))


def paths_part(data: Path, work: Work) -> Section:
    """Stated edges, reaches and paths on 98-column lines and causalAssembly."""
    own = ("evaluate/paths.py", "evaluate/assembly.py", "calibration", *_FITTING)
    return paths_section(evaluate_paths(data / "causal_assembly", work.of_code(_ROOM, own)))


def effects_part(data: Path, work: Work) -> Section:
    """do() on twin lines with hidden causes; needs no data."""
    own = ("evaluate/effects.py", "effect", *_FITTING)
    return effects_section(evaluate_effects(work.of_code(_ROOM, own)))


SECTIONS: Final[Mapping[str, Callable[[Request, Work], Section]]] = {
    "petshop": lambda request, work: petshop_part(request.data, work),
    "causrca": lambda request, work: causrca_part(request.data, work),
    "twins": lambda request, work: twins_part(work, request.learned),
    "paths": lambda request, work: paths_part(request.data, work),
    "effects": lambda request, work: effects_part(request.data, work),
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
    sections = [SECTIONS[name](request, work) for name in SECTIONS if name in wanted]
    return sections, page(sections)
