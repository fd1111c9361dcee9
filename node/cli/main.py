"""The command `credence`.

Commands that need only the kernel (verify) import nothing of a node, so that they work where only the core is
installed. Rooms above the node (the sandbox) add their commands by entry point.
"""

from __future__ import annotations

import sys
from importlib.metadata import entry_points

import typer

from evidence.errors import CredenceError
from node.cli import (
    audit,
    case_commands,
    cause_commands,
    chain,
    credential,
    evidence_commands,
    gate,
    governance,
    init,
    inspection,
    lane,
    model_commands,
    node_commands,
    process_commands,
    rca_commands,
    score,
    spc_commands,
    training_commands,
    verify,
)
from node.cli.output import complain


def build() -> typer.Typer:
    """All commands, in the order in which a new user meets them."""
    app = typer.Typer(
        name="credence",
        help="Supplier quality-credit network: evidence nobody can quietly change, scores anyone can recompute.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        add_completion=False,
    )
    app.command("init")(init.init)
    app.add_typer(node_commands.app, name="node")
    app.add_typer(evidence_commands.app, name="evidence")
    app.command("verify")(verify.verify)
    app.add_typer(score.app, name="score")
    app.add_typer(governance.app, name="policy")
    app.add_typer(gate.app, name="gate")
    app.add_typer(inspection.app, name="inspection")
    app.add_typer(lane.accreditations, name="accreditation")
    app.add_typer(lane.repairs, name="repair")
    app.add_typer(lane.objections, name="objection")
    app.add_typer(spc_commands.app, name="spc")
    app.add_typer(rca_commands.app, name="rca")
    app.add_typer(cause_commands.app, name="causes")
    app.add_typer(process_commands.app, name="process")
    app.add_typer(model_commands.app, name="model")
    app.add_typer(training_commands.app, name="training")
    app.add_typer(case_commands.app, name="case")
    app.add_typer(credential.app, name="credential")
    app.add_typer(audit.app, name="audit")
    app.add_typer(chain.app, name="chain")
    for point in sorted(entry_points(group="credence.commands"), key=lambda found: found.name):
        loaded = point.load()
        if isinstance(loaded, typer.Typer):
            app.add_typer(loaded, name=point.name)
        else:
            app.command(point.name)(loaded)
    return app


def run() -> None:
    """Entry point of the console script."""
    try:
        build()()
    except CredenceError as error:
        sys.exit(complain(error, as_json="--json" in sys.argv[1:]))
    except BrokenPipeError:
        sys.exit(0)
