"""The file of who takes part, out of the member registry, as a party reads it."""

from __future__ import annotations

from pathlib import Path

import pytest

from evidence.errors import SignatureError
from evidence.identity import Lei
from evidence.keys import KeyPurpose
from federated.secagg.identity import FederatedKey
from federated.secagg.registry import read_registry
from node.training.federation_file import write_federation_file
from tests.ports.test_chain_memory import MemoryHarness
from tests.support.consortium import Org


def test_keys_of_active_members_are_written_with_what_became_of_them(tmp_path: Path) -> None:
    chain, keys = MemoryHarness(), [FederatedKey.generate() for _ in range(3)]
    orgs = [Org("kiln"), Org("buyer"), Org("press")]
    for org, key in zip(orgs, keys, strict=True):
        org.enrol(chain.admin, "supplier")
        chain.admin.register_key(org.org, KeyPurpose.FEDERATED, key.public.sec1, 5)
    chain.admin.retire_key(keys[1].public.key_id)
    chain.admin.set_active(orgs[2].org, False)
    file = tmp_path / "federation.json"
    write_federation_file(file, chain.directory)
    registry = read_registry(file)
    now = chain.now()
    assert registry.organisations == {Lei(orgs[0].lei), Lei(orgs[1].lei)}
    assert registry.key_of(orgs[0].lei, keys[0].public.key_id, now) == keys[0].public
    for org, key, at in ((orgs[0], keys[0], 4), (orgs[1], keys[1], now + 1), (orgs[2], keys[2], now)):
        with pytest.raises(SignatureError):
            registry.key_of(org.lei, key.public.key_id, at)
    write_federation_file(file, chain.directory, members=[orgs[1].lei])
    assert read_registry(file).organisations == {orgs[1].lei}
