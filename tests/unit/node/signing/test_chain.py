"""The chain of signatures shows every change, removal and swap."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.errors import ConsistencyError
from node.signing.chain import chain, check_signatures
from node.signing.memory import MemorySignatures
from node.signing.port import EMPTY, Meaning, SignatureEntry, SignatureHead
from tests.ports.test_signing import OTHER_RUN, RUN, signature

SIGNED = [signature(number) for number in range(6)]


def entries(size: int) -> list[SignatureEntry]:
    kept = MemorySignatures()
    return [kept.append(each, RUN) for each in SIGNED[:size]]


@settings(deadline=None)
@given(st.integers(1, 6), st.data())
def test_any_change_of_one_part_of_one_entry_is_found(size: int, data: st.DataObject) -> None:
    kept = entries(size)
    place = data.draw(st.integers(0, size - 1))
    entry = kept[place]
    signed = entry.signature
    kept[place] = data.draw(
        st.sampled_from(
            [
                replace(entry, number=entry.number + 1),
                replace(entry, previous=b"x" * 32),
                replace(entry, digest=b"x" * 32),
                replace(entry, run=OTHER_RUN),
                replace(entry, signature=signature(99)),
                replace(entry, signature=replace(signed, name="Ben")),
                replace(entry, signature=replace(signed, meaning=Meaning.REJECTION)),
                replace(entry, signature=replace(signed, at=signed.at + timedelta(seconds=1))),
                replace(entry, signature=replace(signed, sealed="x")),
            ]
        )
    )
    with pytest.raises(ConsistencyError):
        check_signatures(kept)


@settings(deadline=None)
@given(st.integers(2, 6), st.data())
def test_a_removed_or_swapped_entry_is_found(size: int, data: st.DataObject) -> None:
    kept = entries(size)
    place = data.draw(st.integers(0, size - 2))
    with pytest.raises(ConsistencyError):
        check_signatures(kept[:place] + kept[place + 1 :])
    kept[place], kept[place + 1] = kept[place + 1], kept[place]
    with pytest.raises(ConsistencyError):
        check_signatures(kept)


def test_entries_cut_off_the_end_are_found_with_a_known_head() -> None:
    kept = entries(5)
    known = SignatureHead(5, kept[4].digest)
    assert check_signatures(kept, known) == known
    check_signatures(kept[:4])
    with pytest.raises(ConsistencyError, match="entry 5"):
        check_signatures(kept[:4], known)


def test_an_id_used_twice_is_found_even_when_the_chain_holds() -> None:
    first = chain(EMPTY, signature(1), RUN)
    second = chain(SignatureHead(1, first.digest), signature(1), RUN)
    with pytest.raises(ConsistencyError, match="used before"):
        check_signatures([first, second])
