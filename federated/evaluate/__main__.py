"""`python -m federated.evaluate`."""

from __future__ import annotations

import sys

import typer

from evidence.errors import CredenceError
from federated.evaluate.command import evaluate

if __name__ == "__main__":
    try:
        typer.run(evaluate)
    except CredenceError as error:
        typer.echo(f"{error.name}: {error.message}\nWhat to do: {error.advice}", err=True)
        sys.exit(2)
