from pathlib import Path

import pytest

from evidence.errors import StorageError
from rca.evaluate.work import Work, version_of_code


def test_finished_cases_are_not_run_again(tmp_path: Path) -> None:
    ran = []

    def run(key: str) -> dict[str, float]:
        ran.append(key)
        return {"value": len(key) / 3}

    work = Work(tmp_path / "kept", "1")
    first = work.each("cases", ["a", "bb"], run)
    assert work.each("cases", ["a", "bb", "ccc"], run)[:2] == first
    assert ran == ["a", "bb", "ccc"]


def test_other_code_other_parts_and_cut_off_files_run_again(tmp_path: Path) -> None:
    ran = []

    def run(key: str) -> dict[str, int]:
        ran.append(key)
        return {"n": len(ran)}

    Work(tmp_path, "1").each("cases", ["a"], run)
    Work(tmp_path, "2").each("cases", ["a"], run)
    Work(tmp_path, "1").each("others", ["a"], run)
    for file in tmp_path.iterdir():
        file.write_text("{", encoding="utf-8")
    Work(tmp_path, "1").each("cases", ["a"], run)
    assert len(ran) == 4


def test_progress_is_told_and_a_folder_that_cannot_be_is_an_error(tmp_path: Path) -> None:
    told = []
    Work(None, progress=lambda what, done, of: told.append((what, done, of))).each("cases", ["a"], lambda key: {})
    assert told == [("cases", 0, 1), ("cases", 1, 1)]
    blocked = tmp_path / "file"
    blocked.write_text("", encoding="utf-8")
    with pytest.raises(StorageError, match="cannot write"):
        Work(blocked, "1").each("cases", ["a"], lambda key: {})


def test_the_version_follows_the_code(tmp_path: Path) -> None:
    (tmp_path / "part").mkdir()
    (tmp_path / "one.py").write_text("a = 1", encoding="utf-8")
    (tmp_path / "part" / "two.py").write_text("b = 1", encoding="utf-8")
    before = version_of_code(tmp_path, ["one.py", "part"])
    assert version_of_code(tmp_path, ["one.py", "part"]) == before
    (tmp_path / "part" / "two.py").write_text("b = 2", encoding="utf-8")
    assert version_of_code(tmp_path, ["one.py", "part"]) != before
    assert version_of_code(tmp_path, ["one.py"]) != before


def test_comments_and_docstrings_are_no_other_code(tmp_path: Path) -> None:
    file = tmp_path / "one.py"
    file.write_text('"""Says."""\n\n\ndef one() -> int:\n    """Gives."""\n    return 1  # why\n', encoding="utf-8")
    before = version_of_code(tmp_path, ["one.py"])
    file.write_text('"""Says more."""\n\n\ndef one() -> int:\n    return 1\n', encoding="utf-8")
    assert version_of_code(tmp_path, ["one.py"]) == before
    file.write_text("def one() -> int:\n    return 2\n", encoding="utf-8")
    assert version_of_code(tmp_path, ["one.py"]) != before
