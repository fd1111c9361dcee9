"""`credence rca`: root causes from files; needs no node."""

from __future__ import annotations

import typer

from node.cli import rca_evaluate, rca_explain, rca_fit, rca_graph, rca_responsibility

app = typer.Typer(no_args_is_help=True, help="Root causes: graphs, explanations, suggestions, and how good they are.")
app.command("import")(rca_fit.import_)
app.add_typer(rca_graph.app, name="graph")
app.command("fit")(rca_fit.fit_)
app.command("explain")(rca_explain.explain)
app.command("responsibility")(rca_responsibility.responsibility)
app.command("suggest")(rca_fit.suggest_)
app.command("evaluate")(rca_evaluate.evaluate)
