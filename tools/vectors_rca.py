"""Write tests/vectors/rca_linear.json: what DoWhy says about linear cases, for our closed form to agree with.

Runs in a virtual environment of its own, because DoWhy wants an older scipy than we do:

    python -m venv .make/oracle
    .make/oracle/bin/pip install -r requirements/oracles.txt
    .make/oracle/bin/python tools/vectors_rca.py tests/vectors/rca_linear.json
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
from dowhy import __version__, gcm
from dowhy.gcm.anomaly_scorer import AnomalyScorer

CASES = (
    {"seed": 1, "edges": [["heat", "force"], ["force", "leak"], ["heat", "leak"]], "shift": {"force": 3.0}},
    {
        "seed": 2,
        "edges": [["heat", "force"], ["force", "leak"], ["shade", "leak"]],
        "shift": {"heat": 2.0, "shade": -2.0},
    },
    {
        "seed": 3,
        "edges": [["heat", "force"], ["heat", "shade"], ["force", "leak"], ["shade", "leak"]],
        "shift": {"leak": 3.0},
    },
)
NODES = ("heat", "shade", "force", "leak")
TARGET = "leak"


class Plain(AnomalyScorer):
    """The value itself: then the attribution is that of the mean."""

    def fit(self, X: np.ndarray) -> None:  # noqa: N803 (DoWhy's name)
        """Nothing to learn."""

    def score(self, X: np.ndarray) -> np.ndarray:  # noqa: N803 (DoWhy's name)
        """The value."""
        return np.asarray(X).reshape(-1)


def drawn(rng: np.random.Generator, rows: int, edges: list[list[str]], shift: dict[str, float]) -> pd.DataFrame:
    """Rows of a linear system with slopes that the seed decides."""
    slopes = {tuple(edge): 0.4 + 0.15 * place for place, edge in enumerate(edges)}
    values: dict[str, np.ndarray] = {}
    for node in NODES:
        values[node] = rng.normal(shift.get(node, 0.0), 1.0, rows)
        for cause, effect in edges:
            if effect == node:
                values[node] = values[node] + slopes[(cause, effect)] * values[cause]
    return pd.DataFrame({node: np.round(values[node], 4) for node in NODES})


def judged(case: dict[str, Any]) -> dict[str, Any]:
    """One case with DoWhy's answers."""
    rng = np.random.default_rng(case["seed"])
    before, after = drawn(rng, 400, case["edges"], {}), drawn(rng, 60, case["edges"], case["shift"])
    model = gcm.InvertibleStructuralCausalModel(nx.DiGraph([tuple(edge) for edge in case["edges"]]))
    known = list(model.graph.nodes)
    for node in known:
        roots = not list(model.graph.predecessors(node))
        mechanism = gcm.EmpiricalDistribution() if roots else gcm.AdditiveNoiseModel(gcm.ml.create_linear_regressor())
        model.set_causal_mechanism(node, mechanism)
    gcm.util.general.set_random_seed(case["seed"])
    gcm.fit(model, before[known])
    parts = gcm.attribute_anomalies(
        model,
        TARGET,
        after[known],
        anomaly_scorer=Plain(),
        attribute_mean_deviation=True,
        num_distribution_samples=5000,
    )
    change = gcm.distribution_change(
        model,
        before[known],
        after[known],
        TARGET,
        num_samples=5000,
        difference_estimation_func=lambda old, new: float(np.mean(new) - np.mean(old)),
    )
    return {
        **case,
        "target": TARGET,
        "columns": known,
        "reference": before[known].to_numpy().tolist(),
        "window": after[known].to_numpy().tolist(),
        "contributions": {node: float(np.mean(parts[node])) for node in known if node in parts},
        "distribution_change": {node: float(change.get(node, 0.0)) for node in known},
    }


def main() -> None:
    """Write the file named on the command line."""
    found = {"dowhy": __version__, "cases": [judged(case) for case in CASES]}
    Path(sys.argv[1]).write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
