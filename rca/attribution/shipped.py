"""The map of figures that comes with the engine, for lines like the twins it names."""

from __future__ import annotations

from importlib.resources import files

from evidence.canonical import loads
from evidence.errors import SchemaError
from rca.attribution.figures import FigureMap, map_from


def shipped_figures() -> FigureMap:
    """Read `figures.1.json`, written by `credence rca evaluate --only twins --figures`.

    Its `about` says which twins taught it; a plant that looks different learns its own.

    Raises:
        SchemaError: the file is damaged.
    """
    found = loads((files("rca.attribution") / "figures.1.json").read_bytes())
    if not isinstance(found, dict):
        raise SchemaError("not a map of figures", place="figures.1.json")
    return map_from(found)
