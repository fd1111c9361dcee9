"""EAS on our chain is the published one, byte for byte."""

from __future__ import annotations

import json
from typing import Any

import pytest

from evidence.errors import ToolMissingError
from tests.support.required import skip_or_fail
from tools.fetch_eas import CONTRACTS, GENERATED, INTEGRITY, VERSION, fetch, immutable_places, render
from tools.snapshot_scene import Scene


def committed(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((GENERATED / f"{name}.json").read_text("utf-8"))
    return content


@pytest.mark.node_js
def test_the_committed_contracts_are_those_of_the_npm_package() -> None:
    try:
        archive = fetch()
    except ToolMissingError as error:
        skip_or_fail(error.message)
    assert render(archive) == {path.name: path.read_text("utf-8") for path in GENERATED.iterdir()}


def test_each_file_says_which_package_it_comes_from() -> None:
    for name in CONTRACTS:
        assert (committed(name)["version"], committed(name)["integrity"]) == (VERSION, INTEGRITY)


@pytest.mark.anvil
def test_what_the_chain_holds_differs_from_the_package_only_in_what_constructors_fill_in(scene: Scene) -> None:
    on_chain = bytes.fromhex(scene.chain.rpc("eth_getCode", scene.eas, "latest")[2:])
    published = bytes.fromhex(committed("EAS")["deployedBytecode"][2:])
    filled = {at + offset for at, width in committed("EAS")["immutableReferences"] for offset in range(width)}
    assert len(on_chain) == len(published)
    differing = {at for at, (one, other) in enumerate(zip(on_chain, published, strict=True)) if one != other}
    assert differing
    assert differing <= filled


def test_immutables_are_found_by_reading_code_and_not_data() -> None:
    push32_zero = b"\x7f" + bytes(32)
    assert immutable_places(push32_zero) == [(1, 32)]
    # The byte 0x7f as the operand of a one-byte push begins nothing.
    assert immutable_places(b"\x60\x7f" + bytes(32)) == []
    assert immutable_places(b"\x7f" + bytes(31) + b"\x01") == []
    assert immutable_places(b"\x5f" + push32_zero + push32_zero) == [(2, 32), (35, 32)]
