"""`credence rca evaluate`: judge the root-cause engine and its peers, and write the page of figures."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress, TaskID
from rich.table import Table

from evidence.errors import StorageError
from node.cli.output import JsonOption, show

DataOption = Annotated[
    Path, typer.Option("--data", help="Folder with the data sets of others (petshop, causrca, causal_assembly).")
]
WorkOption = Annotated[
    Path | None, typer.Option("--work", help="Keep finished cases there, so that a run that was cut off goes on.")
]
OutOption = Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write the page (Markdown) there.")]
FiguresOption = Annotated[
    Path | None, typer.Option("--figures", metavar="FILE", help="Write the map of figures learned on twins there.")
]
OnlyOption = Annotated[list[str] | None, typer.Option("--only", help="Judge this part only; may be repeated.")]


def evaluate(
    data: DataOption = Path("../shared/data"),
    work: WorkOption = None,
    out: OutOption = None,
    figures: FiguresOption = None,
    only: OnlyOption = None,
    json_: JsonOption = False,
) -> None:
    """Judge root causes on data with known truth: our engine and simpler methods, seeds and splits stated."""
    from evidence.canonical import encode
    from rca.attribution.figures import FigureMap
    from rca.evaluate.run import Request
    from rca.evaluate.run import evaluate as judge

    with Progress(transient=True, console=Console(stderr=True), disable=json_) as bars:
        shown = dict[str, TaskID]()

        def tell(what: str, done: int, of: int) -> None:
            if what not in shown:
                shown[what] = bars.add_task(what, total=of)
            bars.update(shown[what], completed=done, total=of)

        learned = list[FigureMap]()
        sections, text = judge(Request(data, work, tuple(only or ()), tell, learned.append))
    for found in learned:
        _write(figures, encode(found.document()).decode() + "\n")
    _write(out, text)
    lines = [line for section in sections for line in section.lines]

    def human(console: Console) -> None:
        table = Table("data", "measure", "best before", "reach", "seen", "")
        for line in lines:
            verdict = {True: "reached", False: "not reached", None: ""}[line.met]
            table.add_row(line.data, line.measure, line.before, line.reach, line.seen, verdict)
        console.print(table)

    rows = [{name: getattr(line, name) for name in line.__slots__} for line in lines]
    show({"figures": rows, "page": str(out) if out else None}, as_json=json_, human=human)


def _write(file: Path | None, text: str) -> None:
    if file is None:
        return
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise StorageError(f"{file} cannot be written: {error.strerror}", advice="Choose another place.") from error
