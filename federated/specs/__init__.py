"""Feature specs that ship with the product: of the public data sets by which it is judged."""

from __future__ import annotations

from importlib.resources import files

from federated.learning.spec import FeatureSpec, decode

NAMES = ("milling-failure", "steel-plate-faults")


def shipped(name: str) -> FeatureSpec:
    """One of `NAMES`."""
    return decode((files(__name__) / f"{name}.json").read_bytes())
