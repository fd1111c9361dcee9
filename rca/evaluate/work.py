"""Long evaluations that can be cut off: one small file a case, in a folder, valid for one version of the code."""

from __future__ import annotations

import ast
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from evidence.errors import StorageError

Progress = Callable[[str, int, int], None]
"""Told what is being done, how many are done, and of how many."""


@dataclass(frozen=True, slots=True)
class Work:
    """A folder of finished cases; None keeps nothing.

    Attributes:
        folder: where they are kept.
        version: of the code that made them; others are not seen.
        progress: told about each finished case.
    """

    folder: Path | None
    version: str = ""
    progress: Progress = lambda what, done, of: None

    def of_code(self, room: Path, parts: Sequence[str]) -> Work:
        """The same folder, for results that depend on these files (`version_of_code`)."""
        return replace(self, version=version_of_code(room, parts))

    def each(self, what: str, keys: list[str], run: Callable[[str], dict[str, Any]]) -> list[dict[str, Any]]:
        """Results of `run` for every key, from the folder where they are there already.

        Raises:
            StorageError: the folder cannot be written.
        """
        found = list[dict[str, Any]]()
        for place, key in enumerate(keys):
            self.progress(what, place, len(keys))
            found.append(self._one(what, key, run))
        self.progress(what, len(keys), len(keys))
        return found

    def _one(self, what: str, key: str, run: Callable[[str], dict[str, Any]]) -> dict[str, Any]:
        if self.folder is None:
            return run(key)
        digest = hashlib.sha256(f"{self.version}\n{what}\n{key}".encode()).hexdigest()[:32]
        file = self.folder / f"{digest}.json"
        kept = _read(file)
        if kept is not None:
            return kept
        result = run(key)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            partial = file.with_suffix(".part")
            partial.write_text(json.dumps(result), encoding="utf-8")
            partial.replace(file)
        except OSError as error:
            raise StorageError(f"cannot write {file.name} in {self.folder}: {error}") from error
        # Read back: a result from the folder and a fresh one are the same, to the last bit.
        return dict(json.loads(json.dumps(result)))


def _read(file: Path) -> dict[str, Any] | None:
    """A kept result; None when there is none or it was cut off while being written."""
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def version_of_code(room: Path, parts: Sequence[str]) -> str:
    """Digest of the Python code that kept results depend on: results of other code are not used.

    Comments, docstrings and layout do not count: they change no result.

    Args:
        room: a folder.
        parts: files of it, and folders of which every Python file counts.
    """
    files = [room / part for part in parts if part.endswith(".py")]
    files += [file for part in parts if not part.endswith(".py") for file in sorted((room / part).rglob("*.py"))]
    shown = [f"{file.relative_to(room)}:{_code(file)}" for file in files]
    return hashlib.sha256("\n".join(shown).encode()).hexdigest()


def _code(file: Path) -> str:
    """The syntax tree without strings that stand alone."""
    tree = ast.parse(file.read_bytes())
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            node.body = [one for one in body if not _is_text(one)] or [ast.Pass()]  # type: ignore[attr-defined]
    return hashlib.sha256(ast.dump(tree).encode()).hexdigest()


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
