"""How commands speak: tables for people, one JSON document for programs, exit codes for scripts.

Exit codes: 0 good; 1 checked and false; 2 the caller can mend it; 3 the surroundings failed.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from evidence.errors import AccessError, CredenceError, FaultError, InputError, ProofError

GOOD, FALSE, MISUSE, FAULT = 0, 1, 2, 3

JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")]
HomeOption = Annotated[
    Path,
    typer.Option("--home", envvar="CREDENCE_HOME", help="The node's folder.", show_default=True),
]
DEFAULT_HOME = Path("credence-node")


def console() -> Console:
    """The terminal that people read; width and colour follow the terminal, NO_COLOR is honoured."""
    return Console(highlight=False, soft_wrap=True)


def exit_code(error: CredenceError) -> int:
    """The exit code of an error class."""
    if isinstance(error, ProofError):
        return FALSE
    if isinstance(error, InputError | AccessError):
        return MISUSE
    if isinstance(error, FaultError):
        return FAULT
    return FAULT


def show(data: Mapping[str, Any], *, as_json: bool, human: Callable[[Console], None]) -> None:
    """Print `data` as one JSON document, or let `human` write for people."""
    if as_json:
        typer.echo(json.dumps(data, ensure_ascii=False, indent=2, sort_keys=True, default=str))
    else:
        human(console())


def complain(error: CredenceError, *, as_json: bool) -> int:
    """Report an error where its reader looks, and give its exit code."""
    code = exit_code(error)
    if as_json:
        document = {"error": {"name": error.name, "message": error.message, "advice": error.advice}}
        typer.echo(json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True))
    else:
        stderr = Console(stderr=True, highlight=False, soft_wrap=True)
        stderr.print(f"[bold red]{error.name}[/]: ", end="")
        stderr.print(error.message, markup=False)
        stderr.print("What to do: ", style="bold", end="")
        stderr.print(error.advice, markup=False)
    return code


def environ() -> Mapping[str, str]:
    """The environment, read at the door only."""
    return dict(os.environ)
