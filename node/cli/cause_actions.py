"""`credence causes release|effect|eight-d|lessons`: what comes of a suggestion."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from evidence.errors import InputError
from node.cli.case_commands import PasswordOption, UserOption, signed_in
from node.cli.cause_print import print_case
from node.cli.cause_shared import CaseArgument, told
from node.cli.files import read_file
from node.cli.output import DEFAULT_HOME, HomeOption, JsonOption, environ, show


def release(
    case: CaseArgument,
    column: Annotated[str, typer.Argument(help="Which of the suggested changes.")],
    user: UserOption,
    password: PasswordOption,
    ground: Annotated[str, typer.Option(help="Why.")],
    risk: Annotated[str, typer.Option(help="low, medium or high.")] = "low",
    proposed: Annotated[str, typer.Option(help="Another value than the suggested one; say why in --ground.")] = "",
    present: Annotated[str, typer.Option(help="What the machine holds, where it cannot be read.")] = "",
    home: HomeOption = DEFAULT_HOME,
    json_: JsonOption = False,
) -> None:
    """Propose a suggested change and hand it in: two other engineers sign with `credence case sign CASE release`."""
    with signed_in(home, user, password, "UTC") as desk:
        opened = desk.node.causes.propose(
            case, desk.person, column=column, ground=ground, risk=risk, proposed=proposed, present=present
        )
        after = desk.node.cases.act(opened.id, "submit", desk.person, {})
    data = {"correction": str(after.id), "state": after.state}
    show(data, as_json=json_, human=lambda out: out.print(f"{after.id}  {after.state}: two engineers sign it now"))


def effect(
    case: CaseArgument,
    file: Annotated[Path, typer.Argument(help="A table with lots made since the correction.", exists=True)],
    user: UserOption,
    password: PasswordOption,
    columns: Annotated[Path | None, typer.Option(help="Units and tiers (`credence-rca-columns/1`).")] = None,
    home: HomeOption = DEFAULT_HOME,
    json_: JsonOption = False,
) -> None:
    """Hold the real effect against the prediction, report it in the correction, and close the case."""
    with signed_in(home, user, password, "UTC") as desk:
        causes = desk.node.causes
        told_columns = None if columns is None else read_file(columns)
        lots = causes.keep(file.name, read_file(file), told_columns, by=desk.person.user)
        found = causes.cases.one(case).case
        causes.models.look(found.line, lots, by=desk.person.user)
        causes.follow(found)
        causes.effect(case, lots.name, desk.person)
        data = told(desk.node, case)
    show(data, as_json=json_, human=lambda out: print_case(out, data))


def eight_d(
    case: CaseArgument,
    user: UserOption,
    password: PasswordOption,
    supplier: Annotated[str, typer.Option(help="Whom the 8D is about: LEI or LEI/SITE.")],
    nonconformance: Annotated[str, typer.Option(help="Number of the nonconformance.")],
    severity: Annotated[str, typer.Option(help="minor, major or critical.")] = "major",
    language: Annotated[str, typer.Option(help="Of the drafted texts: en or zh.")] = "en",
    home: HomeOption = DEFAULT_HOME,
    json_: JsonOption = False,
) -> None:
    """Open the 8D of a case, and print the drafted texts for people to edit."""
    from evidence.identity import Subject

    if language not in ("en", "zh"):
        raise InputError(f"no language {language[:20]!r}", advice="en or zh.")
    with signed_in(home, user, password, "UTC") as desk:
        causes, tongue = desk.node.causes, "zh" if language == "zh" else "en"
        opened = causes.eight_d(
            case,
            desk.person,
            supplier=Subject.parse(supplier),
            nonconformance=nonconformance,
            severity=severity,
            language=tongue,  # type: ignore[arg-type]
        )
        draft = causes.eight_d.draft(case, tongue)  # type: ignore[arg-type]
    data: dict[str, Any] = {"eight_d": str(opened.id), "state": opened.state, "draft": draft}

    def human(out: Console) -> None:
        out.print(f"{opened.id}  {opened.state}")
        for name, text in draft.items():
            out.print(f"[bold]{name}[/]")
            out.print(text or "-", markup=False)

    show(data, as_json=json_, human=human)


def lessons(
    line: Annotated[str, typer.Option(help="Of this production line; of all without it.")] = "",
    home: HomeOption = DEFAULT_HOME,
    json_: JsonOption = False,
) -> None:
    """What engineers made of suggestions, and what came of them: training data, and the prior of the next search."""
    from node.bootstrap import open_node
    from node.services.causes.lessons import FORMAT

    with open_node(home, environ()) as node:
        found = [one.to_json() for one in node.causes.lessons(line)]

    def human(out: Console) -> None:
        if not found:
            out.print("No suggestion was decided yet.")
        for one in found:
            move = f"{one['lever']} {one['present']} -> {one['decided']} {one['unit']}"
            out.print(f"{one['at']}  {move}: {one['outcome'] or one['decision']}", markup=False, soft_wrap=True)
            for why in one["reasons"]:  # type: ignore[union-attr]
                out.print(f"  {why}", markup=False, soft_wrap=True)

    show({"format": FORMAT, "lessons": found}, as_json=json_, human=human)
