from pathlib import Path

import pytest

from evidence.errors import NotFoundError
from rca.evaluate.run import SECTIONS, Request, evaluate
from tests.support.required import shared


def test_one_part_can_be_judged_and_its_lines_are_on_the_page(tmp_path: Path) -> None:
    data = shared("data", "petshop").parent
    sections, text = evaluate(Request(data, tmp_path, ("petshop",)))
    assert [section.title for section in sections] == ["PetShop"]
    assert "| PetShop quiet windows | specificity |" in text
    assert all(line.met for section in sections for line in section.lines if line.mandatory)
    again = evaluate(Request(data, tmp_path, ("petshop",)))
    assert again[1] == text


def test_unknown_parts_and_missing_data_are_named(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="'shop'") as caught:
        evaluate(Request(tmp_path, only=("shop",)))
    assert all(name in caught.value.advice for name in SECTIONS)
    with pytest.raises(NotFoundError):
        evaluate(Request(tmp_path, only=("petshop",)))
