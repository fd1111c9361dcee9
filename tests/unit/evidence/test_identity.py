"""Identities: LEIs, subjects and organisations on chain."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from evidence.errors import MalformedError
from evidence.identity import Lei, Subject, lei_from_prefix, org_id
from tests.support.fuzz import assert_refuses_cleanly
from tests.support.statements import LEI, vectors

VECTORS = vectors("identity")
PREFIXES = st.text(alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=18, max_size=18)


@pytest.mark.parametrize("lei", VECTORS["org_ids"])
def test_registered_leis_are_accepted_and_name_their_organisation_on_chain(lei: str) -> None:
    assert org_id(Lei(lei)).hex() == VECTORS["org_ids"][lei]


@pytest.mark.parametrize("text", VECTORS["refused"])
def test_damaged_leis_and_second_spellings_are_refused(text: str) -> None:
    with pytest.raises(MalformedError):
        Lei(text)


@given(PREFIXES, st.integers(0, 19), st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"))
def test_no_digit_and_no_letter_of_an_lei_can_be_mistaken_for_another(prefix: str, place: int, character: str) -> None:
    lei = lei_from_prefix(prefix)
    # A letter counts as two digits: one mistaken for a digit shifts all others, which 1 in 97 times goes unseen.
    assume(lei[place].isdigit() == character.isdigit())
    changed = lei[:place] + character + lei[place + 1 :]
    if changed == lei:
        assert Lei(changed) == lei
    else:
        with pytest.raises(MalformedError):
            Lei(changed)


@given(PREFIXES)
def test_exactly_one_pair_of_check_digits_fits(prefix: str) -> None:
    fitting = []
    for digits in range(100):
        try:
            fitting.append(Lei(f"{prefix}{digits:02d}"))
        except MalformedError:
            continue
    assert fitting == [lei_from_prefix(prefix)]


@pytest.mark.parametrize("prefix", ["", "A" * 17, "A" * 19, "a" * 18, "Ä" * 18])
def test_a_prefix_that_is_not_18_plain_characters_is_refused(prefix: str) -> None:
    with pytest.raises(MalformedError):
        lei_from_prefix(prefix)


@pytest.mark.parametrize("text", [str(LEI), f"{LEI}/A", f"{LEI}/PLANT-1", f"{LEI}/" + "9" * 20])
def test_a_subject_reads_back_as_it_was_written(text: str) -> None:
    assert str(Subject.parse(text)) == text


@pytest.mark.parametrize(
    "text", ["", "/", f"{LEI}/", f"{LEI}/a", f"{LEI}/A/B", f"{LEI}/" + "9" * 21, f"{LEI}/A ", f" {LEI}", f"{LEI}\n"]
)
def test_anything_else_is_no_subject(text: str) -> None:
    with pytest.raises(MalformedError):
        Subject.parse(text)


def test_damaged_subjects_are_refused_cleanly() -> None:
    assert assert_refuses_cleanly(lambda data: Subject.parse(data.decode("latin-1")), [f"{LEI}/PLANT-1".encode()]) > 100
