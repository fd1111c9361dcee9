"""Role names and their bits on chain."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.errors import InputError
from node.chain import roles
from tests.support.anvil import ROOT


@given(st.sets(st.sampled_from(roles.ALL)))
def test_roles_survive_the_way_to_the_chain_and_back(chosen: set[str]) -> None:
    assert roles.from_bits(roles.to_bits(chosen)) == chosen


def test_bits_are_those_of_the_contract() -> None:
    text = (ROOT / "contracts" / "src" / "types" / "Roles.sol").read_text()
    bits = {name.lower().replace("_", "-"): int(bit) for name, bit in re.findall(r"(\w+) = 1 << (\d)", text)}
    assert bits == {role: bit for bit, role in enumerate(roles.ALL)}


def test_bits_of_a_later_version_are_left_out() -> None:
    assert roles.from_bits(1 << 200 | 0b1001) == {roles.SUPPLIER, roles.BANK}


def test_an_unknown_role_is_named_with_the_known_ones() -> None:
    with pytest.raises(InputError, match="'emperor' is not a role") as caught:
        roles.to_bits(["bank", "emperor"])
    assert "accredited-body" in caught.value.advice
