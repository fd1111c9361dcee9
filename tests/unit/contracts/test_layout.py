"""The kernel and the contracts mean the same keys, slots and proofs."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, x25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from evidence.encoding import b64url_encode
from evidence.errors import ConsistencyError, LedgerUnreachableError, MalformedError
from evidence.identity import lei_from_prefix, org_id
from evidence.keys import KeyId, LogKey, StatementKey, thumbprint
from evidence.layout import REGISTRY_SLOT, KeyRecord, decode_address, decode_key, head_slot, key_slots, root_slot
from evidence.log import LogHead, digest
from evidence.merkle import verify_consistency
from tests.unit.contracts.conftest import ROOT
from tools.snapshot_chain import CLOCK
from tools.snapshot_scene import ENROLLER, STEPS, LeafTree, Scene

FIRST = next(iter(STEPS))
VECTORS = json.loads(Path(ROOT / "tests/vectors/consistency.json").read_text("utf-8"))["consistency"]


def storage(scene: Scene, at: str, slot: bytes) -> bytes:
    return bytes.fromhex(scene.chain.rpc("eth_getStorageAt", at, "0x" + slot.hex(), "latest")[2:])


def register(scene: Scene, key: KeyId, purpose: int, public: bytes) -> None:
    org = org_id(scene.suppliers[FIRST])
    scene.chain.send("", ENROLLER, "MemberRegistry", scene.registry, "registerKey", org, key, purpose, public, CLOCK)


@pytest.mark.anvil
def test_the_registry_takes_every_key_under_the_id_that_the_kernel_gives_it(scene: Scene) -> None:
    statement, log = StatementKey.generate(os.urandom).public, LogKey.generate(os.urandom).public
    register(scene, statement.key_id, 1, statement.sec1)
    register(scene, log.key_id, 2, log.raw)
    encryption = x25519.X25519PrivateKey.generate().public_key().public_bytes_raw()
    register(scene, thumbprint({"crv": "X25519", "kty": "OKP", "x": b64url_encode(encryption)}), 5, encryption)
    federated = ec.generate_private_key(ec.SECP384R1()).public_key()
    point = federated.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    x, y = b64url_encode(point[1:49]), b64url_encode(point[49:])
    register(scene, thumbprint({"crv": "P-384", "kty": "EC", "x": x, "y": y}), 6, point)


@pytest.mark.anvil
def test_the_registry_refuses_a_key_under_another_keys_id(scene: Scene) -> None:
    one, other = StatementKey.generate(os.urandom).public, StatementKey.generate(os.urandom).public
    with pytest.raises(LedgerUnreachableError, match="revert"):
        register(scene, one.key_id, 1, other.sec1)


@pytest.mark.anvil
def test_a_key_record_lies_in_the_slots_that_the_kernel_reads(scene: Scene) -> None:
    public = StatementKey.generate(os.urandom).public
    register(scene, public.key_id, 1, public.sec1)
    first, second = (storage(scene, scene.registry, slot) for slot in key_slots(public.key_id))
    expected = KeyRecord(public.key_id, org_id(scene.suppliers[FIRST]), 1, CLOCK, 0, 0)
    assert decode_key(public.key_id, first, second) == expected


@pytest.mark.anvil
def test_an_anchored_head_lies_in_the_slots_that_the_kernel_reads(scene: Scene) -> None:
    tree, org = LeafTree(5), org_id(scene.suppliers[FIRST])
    scene.anchor_head("", FIRST, tree.head(5), ())
    assert storage(scene, scene.log, root_slot(org, 5)) == tree.head(5).root
    packed = int.from_bytes(storage(scene, scene.log, head_slot(org)), "big")
    assert packed & (2**64 - 1) == 5
    assert packed >> 128 == 1
    assert decode_address(storage(scene, scene.log, REGISTRY_SLOT)) == bytes.fromhex(scene.registry[2:])


@pytest.mark.anvil
def test_an_organisation_has_the_same_id_on_chain(scene: Scene) -> None:
    lei = lei_from_prefix("5299000IDENTITY000")
    scene.chain.send("", ENROLLER, "MemberRegistry", scene.registry, "enrol", org_id(lei), str(lei), "Identity", "", 1)
    assert org_id(lei) == hashlib.sha256(b"credence/org/v1:" + lei.encode()).digest()


@pytest.mark.parametrize("case", VECTORS, ids=lambda case: case["name"])
def test_the_kernel_judges_consistency_as_the_contract_does(case: dict[str, object]) -> None:
    old = LogHead(int(str(case["old_size"])), digest(bytes.fromhex(str(case["old_root"]))))
    new = LogHead(int(str(case["new_size"])), digest(bytes.fromhex(str(case["new_root"]))))
    nodes = case["path"]
    assert isinstance(nodes, list)
    path = tuple(digest(bytes.fromhex(node)) for node in nodes)
    if case["holds"]:
        verify_consistency(old, new, path)
        return
    with pytest.raises((ConsistencyError, MalformedError)):
        verify_consistency(old, new, path)
