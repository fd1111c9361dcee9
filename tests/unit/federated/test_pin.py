"""The pin covers every file of the client code, and any change to one of them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from evidence.errors import ForbiddenError, StorageError
from federated import pin
from federated.pin import check_pin, client_files, code_hash


def copy_of_the_code(folder: Path) -> Path:
    return Path(shutil.copytree(Path(pin.__file__).parent, folder / "federated"))


def test_every_named_part_exists_and_what_a_plant_imports_of_ours_is_among_them() -> None:
    names = {name for name, _ in client_files()}
    assert {"desk.py", "trainer.py", "secagg/party.py", "learning/local.py", "flower/supernode.py"} <= names
    imported = set()
    for name, path in client_files():
        for line in path.read_text().splitlines():
            words = line.split()
            if words[:1] == ["from"] and words[1].startswith("federated"):
                imported.add((name, words[1], tuple(word.strip(",()") for word in words[3:])))
    root = Path(pin.__file__).parent
    for name, module, parts in imported:
        for dotted in (module, *(f"{module}.{part}" for part in parts)):
            path = "/".join(dotted.split(".")[1:]) + ".py"
            if (root / path).is_file():
                assert path in names, f"{name} imports {path}, which is not pinned"


def test_one_changed_byte_an_added_and_a_missing_file_change_the_hash(tmp_path: Path) -> None:
    code = copy_of_the_code(tmp_path)
    first = code_hash(code)
    assert first == code_hash() == code_hash(code)
    desk = code / "desk.py"
    desk.write_bytes(desk.read_bytes() + b"\n")
    changed = code_hash(code)
    (code / "secagg" / "more.py").write_text("")
    assert len({first, changed, code_hash(code)}) == 3
    desk.unlink()
    with pytest.raises(StorageError):
        code_hash(code)


def test_other_code_than_the_pinned_is_refused_with_both_hashes() -> None:
    assert check_pin(code_hash()) == code_hash()
    with pytest.raises(ForbiddenError, match="not the pinned 0x00"):
        check_pin(bytes(32))
