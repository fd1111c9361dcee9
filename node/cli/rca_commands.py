"""`credence rca`: root causes from files; needs no node."""

from __future__ import annotations

import typer

from node.cli import rca_evaluate

app = typer.Typer(no_args_is_help=True, help="Root causes: graphs, explanations, suggestions, and how good they are.")
app.command("evaluate")(rca_evaluate.evaluate)
