"""Files of `credence rca`: read within bounds, written whole or not at all, and progress that goes to stderr."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import Progress, TaskID

from evidence.canonical import MAX_BYTES, encode
from evidence.errors import NotFoundError, StorageError

if TYPE_CHECKING:
    from rca.fit_file import Fit
    from rca.graph.graph import CausalGraph
    from rca.posterior.fit import Progress as Tell
    from rca.table import Table


def read(file: Path, limit: int) -> bytes:
    """The content of a file; at most one byte more than `limit`, enough for its reader to refuse it."""
    if not file.is_file():
        raise NotFoundError(f"There is no file {file}", advice="Check the name and the folder.")
    with file.open("rb") as handle:
        return handle.read(limit + 1)


def write(file: Path, content: bytes) -> None:
    """Write a file whole, or leave what was there."""
    partial = file.with_name(file.name + ".part")
    try:
        partial.write_bytes(content)
        partial.replace(file)
    except OSError as error:
        raise StorageError(f"{file} cannot be written: {error.strerror}", advice="Choose another place.") from error


def write_document(file: Path, document: Any) -> None:
    """Write a JSON document, readable, in the order of its names."""
    write(file, (json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode())


def load_table(file: Path) -> Table:
    """A table that `credence rca import` wrote."""
    from rca.table_store import MAX_BYTES as LIMIT
    from rca.table_store import table_from

    return table_from(read(file, LIMIT))


def load_graph(file: Path) -> CausalGraph:
    """A graph that `credence rca graph` wrote."""
    from rca.graph.graph import graph_from

    return graph_from(read(file, MAX_BYTES))


def load_fit(file: Path) -> Fit:
    """A fit that `credence rca fit` wrote."""
    from rca.fit_file import MAX_BYTES as LIMIT
    from rca.fit_file import fit_from

    return fit_from(read(file, LIMIT))


def save_fit(file: Path, fit: Fit) -> None:
    """Write a fit; one line, since it is large and nobody reads it."""
    write(file, encode(fit.document()))


@contextmanager
def progress(*, quiet: bool) -> Iterator[Tell]:
    """A bar on stderr for each thing that is being done."""
    with Progress(transient=True, console=Console(stderr=True), disable=quiet) as bars:
        shown = dict[str, TaskID]()

        def tell(what: str, share: float) -> None:
            if what not in shown:
                shown[what] = bars.add_task(what, total=1.0)
            bars.update(shown[what], completed=share)

        yield tell
