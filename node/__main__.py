"""`python -m node`: the same as the command `credence`."""

from node.cli.main import run

run()
