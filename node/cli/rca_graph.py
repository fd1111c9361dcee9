"""`credence rca graph`: what engineers know of causes, said, compared, merged, exported, and asked about."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table as Sheet

from evidence.canonical import MAX_BYTES
from evidence.clock import utc_now
from evidence.errors import NotFoundError, SchemaError
from node.cli.output import JsonOption, show
from node.cli.rca_files import load_fit, load_graph, read, write, write_document

app = typer.Typer(no_args_is_help=True, help="What engineers know of causes: said, compared, merged, asked about.")

GraphArgument = Annotated[Path, typer.Argument(metavar="GRAPH", help="Graph file (JSON).")]
OutOption = Annotated[Path, typer.Option("--out", metavar="FILE", help="Write the result there.")]


@app.command("new")
def new(
    columns: Annotated[Path, typer.Argument(metavar="COLUMNS", help="JSON file of columns, or TABLE's.")],
    out: OutOption,
    tier: Annotated[list[str] | None, typer.Option(help="Name of a tier of the route, 0 first; repeat.")] = None,
    json_: JsonOption = False,
) -> None:
    """Start a graph with the columns of a table and nothing said yet."""
    from rca.graph.graph import CausalGraph
    from rca.table_file import read_columns

    graph = CausalGraph(read_columns(read(columns, MAX_BYTES)), tuple(tier or ()))
    write_document(out, graph.document())
    _told(graph, out, json_)


@app.command("say")
def say(
    graph: GraphArgument,
    cause: Annotated[str, typer.Argument(help="Column that acts.")],
    effect: Annotated[str, typer.Argument(help="Column that is acted on.")],
    author: Annotated[str, typer.Option(help="Who says it.")],
    reason: Annotated[str, typer.Option(help="Why, in words.")],
    probability: Annotated[float | None, typer.Option(help="How likely the edge is, between 0 and 1.")] = None,
    impossible: Annotated[bool, typer.Option("--impossible", help="Physics forbids it.")] = False,
    withdraw: Annotated[bool, typer.Option("--withdraw", help="Take back what this author said of it.")] = False,
    json_: JsonOption = False,
) -> None:
    """Say how likely an edge is; the file then holds the next version."""
    from rca.graph.word import Saying, Word, belief

    if sum((probability is not None, impossible, withdraw)) != 1:
        raise SchemaError("say one of --probability, --impossible and --withdraw", place="options")
    at = utc_now().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if probability is not None:
        word = belief(cause, effect, probability, author=author, reason=reason, at=at)
    else:
        word = Word(cause, effect, Saying.IMPOSSIBLE if impossible else Saying.WITHDRAWN, 0.0, author, reason, at)
    following = load_graph(graph).with_words([word])
    write_document(graph, following.document())
    _told(following, graph, json_)


@app.command("show")
def show_(graph: GraphArgument, json_: JsonOption = False) -> None:
    """All that was said, edge by edge."""
    known = load_graph(graph)

    def human(console: Console) -> None:
        sheet = Sheet("cause", "effect", "probability", "said by", "when", "why")
        for word in known.words:
            said = f"{1 / (1 + 2.718281828459045**-word.log_odds):.2f}" if word.saying == "belief" else word.saying
            sheet.add_row(word.cause, word.effect, said, word.author, word.at, word.reason)
        console.print(sheet)
        console.print(f"version {known.version}")

    show(known.document(), as_json=json_, human=human)


@app.command("diff")
def diff_(before: GraphArgument, after: GraphArgument, json_: JsonOption = False) -> None:
    """What changed from one version to another."""
    from rca.graph.versions import diff

    found = diff(load_graph(before), load_graph(after))

    def human(console: Console) -> None:
        for change in found.edges:
            old = None if change.before is None else change.before.log_odds
            new_ = None if change.after is None else change.after.log_odds
            console.print(f"{change.edge[0]} -> {change.edge[1]}: log-odds {old} to {new_}", markup=False)
        console.print(f"{len(found.edges)} edges changed, {len(found.words)} words added")

    show(found.document(), as_json=json_, human=human)


@app.command("merge")
def merge_(ours: GraphArgument, theirs: GraphArgument, out: OutOption, json_: JsonOption = False) -> None:
    """Both graphs as one; nothing that was said is lost."""
    from rca.graph.versions import merge

    merged = merge(load_graph(ours), load_graph(theirs))
    write_document(out, merged.document())
    _told(merged, out, json_)


@app.command("export")
def export(
    graph: GraphArgument,
    out: OutOption,
    format_: Annotated[str, typer.Option("--format", help="graphml or dot.")] = "graphml",
    fit: Annotated[Path | None, typer.Option("--fit", help="Add stated probabilities of this fit.")] = None,
    json_: JsonOption = False,
) -> None:
    """Write the graph for other programs."""
    from rca.graph.export import dot, graphml

    known = load_graph(graph)
    stated = _stated(fit) if fit else None
    if format_ not in ("graphml", "dot"):
        raise NotFoundError(f"There is no format {format_!r}", advice="One of: graphml, dot.")
    write(out, graphml(known, stated) if format_ == "graphml" else dot(known, stated).encode())
    _told(known, out, json_)


@app.command("ask")
def ask(
    fit: Annotated[Path, typer.Argument(metavar="FIT", help="Fit that `credence rca fit` wrote.")],
    steps: Annotated[list[str], typer.Argument(help="Columns of the path, cause first.")],
    json_: JsonOption = False,
) -> None:
    """How sure it is that this path exists, and that its first column reaches its last."""
    from rca.graph.view import stated_document

    if len(steps) < 2:
        raise SchemaError("a path has at least two columns", place="STEPS")
    known = load_fit(fit)
    path = known.calibration.path(known.posterior, *steps)
    reach = known.calibration.reach(known.posterior, steps[0], steps[-1])
    likely = known.posterior.likely_paths(steps[0], steps[-1])
    document = {
        "path": stated_document(path),
        "reach": stated_document(reach),
        "likely_paths": [{"steps": list(one), "raw": f"{raw:.4f}"} for one, raw in likely],
    }

    def human(console: Console) -> None:
        for what, one in (("the path " + " -> ".join(steps), path), (f"{steps[0]} reaches {steps[-1]}", reach)):
            sure = "cannot say" if one.probability is None else f"{one.probability:.2f}"
            console.print(
                f"{what}: {sure} ({one.low:.2f} to {one.high:.2f}; {one.statements} such statements on "
                f"{one.twins} twins, raw figure {one.raw:.2f})",
                markup=False,
            )

    show(document, as_json=json_, human=human)


def _stated(file: Path) -> dict[tuple[str, str], Any]:
    fit = load_fit(file)
    raw = fit.posterior.edges()
    names = fit.posterior.names
    return {
        (names[int(cause)], names[int(effect)]): fit.calibration.edge(
            fit.posterior, names[int(cause)], names[int(effect)]
        )
        for cause, effect in zip(*(raw >= 0.1).nonzero(), strict=True)
    }


def _told(graph: Any, file: Path, json_: bool) -> None:
    document = {"version": graph.version, "words": len(graph.words), "file": str(file)}
    show(document, as_json=json_, human=lambda console: console.print(f"{file}: version {graph.version}"))
