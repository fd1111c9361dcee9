"""`credence node`: run this organisation's node."""

from __future__ import annotations

from typing import Annotated

import typer

from node.cli.output import DEFAULT_HOME, HomeOption, environ

app = typer.Typer(no_args_is_help=True, help="Run this organisation's node.")


@app.callback()
def _group() -> None:
    """Run this organisation's node."""


@app.command("run")
def run(
    home: HomeOption = DEFAULT_HOME,
    host: Annotated[str, typer.Option(help="Address to listen on; default from the settings.")] = "",
    port: Annotated[int, typer.Option(help="Port to listen on; default from the settings.")] = 0,
) -> None:
    """Run the node: API, worker that seals and anchors, until Ctrl-C. Work in progress is kept and resumed."""
    from node.serve import serve

    settings = dict(environ())
    if host:
        settings["CREDENCE_HOST"] = host
    if port:
        settings["CREDENCE_PORT"] = str(port)
    serve(home, settings)
