"""`credence evidence`: import inspection files, list and show statements, write proofs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from evidence.errors import InputError, NotFoundError
from evidence.identity import Subject
from evidence.statement import StatementId
from node.cli import attachments
from node.cli.output import DEFAULT_HOME, FALSE, GOOD, HomeOption, JsonOption, environ, show

if TYPE_CHECKING:
    from node.bootstrap import Node

app = typer.Typer(no_args_is_help=True, help="Import inspection files; list, show and prove statements.")

COLOURS = {"imported": "green", "known": "green", "no values": "yellow", "refused": "bold red"}


@app.command("import")
def import_(
    files: Annotated[list[Path], typer.Argument(help="QIF, AQDEF, IPC-CFX, CSV or Excel files, or folders of them.")],
    supplier: Annotated[str, typer.Option(help="Whom the files are about: LEI, or LEI/SITE.")],
    mapping: Annotated[Path | None, typer.Option(help="Mapping file for CSV and Excel.", exists=True)] = None,
    home: HomeOption = DEFAULT_HOME,
    json_: JsonOption = False,
) -> None:
    """Import inspection files as statements. A bad file is refused whole; importing twice changes nothing."""
    from node.bootstrap import open_node
    from node.services.import_files import SourceFile

    paths = _expand(files)
    with open_node(home, environ(), writer=True) as node:
        sources = [SourceFile.from_path(path) for path in paths]
        with Progress(transient=True, disable=json_) as progress:
            task = progress.add_task("Importing", total=len(sources))
            report = node.import_files(
                sources,
                supplier=Subject.parse(supplier),
                mapping=mapping.read_bytes() if mapping else None,
                progress=lambda done, total: progress.update(task, completed=done, total=total),
            )

    def human(console: Console) -> None:
        table = Table("file", "format", "statements", "known", "outcome")
        for file in report.files:
            outcome = f"[{COLOURS.get(file.outcome, '')}]{file.outcome}[/]"
            table.add_row(file.name, file.format, str(file.added), str(file.known), outcome)
        console.print(table)
        for file in report.files:
            if file.reason:
                console.print(f"{file.name}: ", style="bold", end="")
                console.print(file.reason, markup=False)
            if file.advice:
                console.print(f"  What to do: {file.advice}", markup=False)

    show(report.to_json(), as_json=json_, human=human)
    raise typer.Exit(FALSE if any(file.outcome == "refused" for file in report.files) else GOOD)


@app.command("list")
def list_(
    subject: Annotated[str, typer.Option(help="Only statements about this LEI or LEI/SITE.")] = "",
    kind: Annotated[str, typer.Option(help="Only statements of this kind.")] = "",
    after: Annotated[int, typer.Option(help="Only behind this log position.")] = -1,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="At most so many.")] = 50,
    home: HomeOption = DEFAULT_HOME,
    json_: JsonOption = False,
) -> None:
    """List statements in log order."""
    from evidence.draft import Kind
    from node.bootstrap import open_node
    from node.records.port import StatementFilter

    if kind and kind not in list(Kind):
        raise InputError(f"There is no kind {kind!r}", advice=f"Kinds: {', '.join(Kind)}.")
    chosen = StatementFilter(subject=Subject.parse(subject) if subject else None, kind=Kind(kind) if kind else None)
    with open_node(home, environ()) as node:
        found = node.store.records(chosen, after=after, limit=limit)
        closed = node.log.newest_head(closed=True)
    anchored = closed.head.size if closed else 0
    rows = [
        {
            "position": position,
            "id": record.statement_id,
            "subject": str(record.subject),
            "kind": record.kind.value,
            "sequence": record.sequence,
            "occurred": record.occurred,
            "anchored": position < anchored,
        }
        for position, record in found
    ]

    def human(console: Console) -> None:
        if not rows:
            console.print("No statements yet. Next: credence evidence import FILE... --supplier LEI")
            return
        table = Table("id", "kind", "number", "occurred", "anchored", "subject", box=SIMPLE_HEAD, pad_edge=False)
        for row in rows:
            cells = (str(row["id"])[:12], str(row["kind"]), str(row["sequence"]))
            table.add_row(
                *cells, str(row["occurred"])[:10], "yes" if row["anchored"] else "waiting", str(row["subject"])
            )
        console.print(table)
        if len(rows) == limit:
            console.print(f"More: --after {rows[-1]['position']}")

    show({"statements": rows}, as_json=json_, human=human)


@app.command("show")
def show_(
    statement_id: Annotated[str, typer.Argument(metavar="ID", help="The statement's id, or its first characters.")],
    home: HomeOption = DEFAULT_HOME,
    json_: JsonOption = False,
) -> None:
    """Show one statement with the fields that this node still holds."""
    from evidence.statement import parse
    from node.bootstrap import open_node

    with open_node(home, environ()) as node:
        stored = node.store.statement(_whole_id(node, statement_id))
        if stored is None:
            raise NotFoundError(f"There is no statement {statement_id}")
        erased = node.store.tombstones(stored.record.statement_id)
        covering = node.log.head_covering(stored.position)
    statement = parse(stored.sd_jwt)
    data: dict[str, Any] = {
        "id": stored.record.statement_id,
        "position": stored.position,
        "issuer": str(statement.issuer),
        "subject": str(statement.subject),
        "kind": statement.kind.value,
        "schema": statement.schema,
        "sequence": statement.sequence,
        "occurred": statement.occurred,
        "tier": statement.tier.value,
        "fields": dict(statement.fields),
        "erased": [{"field": stone.field, "at": stone.at.isoformat(), "reason": stone.reason} for stone in erased],
        "anchored_in_head": covering.head.size if covering else None,
    }

    def human(console: Console) -> None:
        table = Table(show_header=False)
        for name, value in data.items():
            if name == "fields":
                for field, content in statement.fields.items():
                    table.add_row(f"  {field}", str(content)[:400])
            else:
                table.add_row(name, str(value))
        console.print(table)

    show(data, as_json=json_, human=human)


@app.command("prove")
def prove(
    statement_id: Annotated[str, typer.Argument(metavar="ID", help="The statement's id, or its first characters.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="Where to write the proof file.")],
    field: Annotated[
        list[str] | None, typer.Option(help="Disclose this field too (restricted tier); may be given several times.")
    ] = None,
    home: HomeOption = DEFAULT_HOME,
    json_: JsonOption = False,
) -> None:
    """Write a proof file that anyone can check with `credence verify`, offline."""
    from node.bootstrap import open_node

    with open_node(home, environ()) as node:
        data = node.prove(_whole_id(node, statement_id), fields=frozenset(field) if field else None)
    output.write_bytes(data)
    document = {"id": statement_id, "file": str(output), "bytes": len(data)}
    show(
        document, as_json=json_, human=lambda console: console.print(f"Proof written to {output} ({len(data)} bytes).")
    )


app.command("attach")(attachments.attach)
app.command("attachment")(attachments.attachment)


@app.command("suggest-mapping")
def suggest_mapping(
    file: Annotated[Path, typer.Argument(help="A CSV or Excel file.", exists=True, dir_okay=False)],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Where to write it; else it is printed.")
    ] = None,
    json_: JsonOption = False,
) -> None:
    """Draft a mapping file for a CSV or Excel table from its titles and first rows, for you to correct."""
    import lake

    with file.open("rb") as content:
        mapping = lake.suggest_mapping(file.name, content)
    text = json.dumps(mapping, ensure_ascii=False, indent=2)
    if output is not None:
        output.write_text(text + "\n", encoding="utf-8")
    document = {"mapping": mapping, "file": None if output is None else str(output)}
    following = (
        f"Written to {output}. Correct it, then: credence evidence import {file} --mapping {output} --supplier LEI"
    )
    show(document, as_json=json_, human=lambda _: typer.echo(text if output is None else following))


def _whole_id(node: Node, beginning: str) -> StatementId:
    found = node.store.find(beginning)
    if not found:
        raise NotFoundError(f"There is no statement {beginning}")
    if len(found) > 1:
        raise InputError(f"Several statements begin with {beginning}", advice="Give more characters of the id.")
    return found[0]


def _expand(files: list[Path]) -> list[Path]:
    found: list[Path] = []
    for path in files:
        if path.is_dir():
            found += sorted(inner for inner in path.rglob("*") if inner.is_file())
        elif path.is_file():
            found.append(path)
        else:
            raise NotFoundError(f"There is no file {path}", advice="Check the name; folders are read whole.")
    return found
