"""What is signed is computed here, and is what the contracts would have said."""

from __future__ import annotations

from hashlib import sha256

import pytest

from evidence.receipt import Address
from node.chain.eip712 import claim_id, co_sign_digest, message_digest
from tests.support.chain import EvmHarness
from tests.support.consortium import Org

pytestmark = pytest.mark.anvil
CLAIM, EVIDENCE, SCOPE = (sha256(text).digest() for text in (b"claim", b"evidence", b"scope"))


def test_digests_and_claim_names_are_those_of_the_contracts(chain: EvmHarness, kiln: Org, buyer: Org) -> None:
    evm = chain.chain()
    chain_id, book = chain.network.chain_id, chain.network.contracts["RepairBook"]
    for deadline in (0, 1_800_000_000, 2**64 - 1):
        told = evm.read("RepairBook", "coSignDigest", CLAIM, buyer.org, EVIDENCE, deadline)
        assert co_sign_digest(chain_id, book, CLAIM, buyer.org, EVIDENCE, deadline) == bytes(told)
    account = evm.read("MemberRegistry", "accountOf", kiln.org)
    told = evm.read("OrgAccount", "messageDigest", CLAIM, to=account)
    assert message_digest(chain_id, Address(bytes.fromhex(account[2:])), CLAIM) == bytes(told)
    assert claim_id(kiln.org, EVIDENCE, SCOPE) == bytes(evm.read("RepairBook", "claimId", kiln.org, EVIDENCE, SCOPE))
