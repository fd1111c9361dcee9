"""Proof bundles of our own statements: verifiable offline, discreet, the same at any later time."""

from __future__ import annotations

import pytest

from evidence.draft import Kind
from evidence.errors import ConflictError, ForbiddenError, InputError, NotFoundError
from evidence.header import parse_header
from evidence.identity import org_id
from evidence.keys import KeyPurpose
from evidence.proof import decode
from evidence.statement import StatementId, parse
from evidence.verify import State, Trust, verify_bundle
from node.chain.memory import MemoryAdmin
from node.chain.memory_chain import ENROLLER
from node.records.port import StatementFilter
from tests.support.evidence_node import ISSUER, START, SUPPLIER, EvidenceNode, delivery, inspection, seeded


def sealed_node(*numbers: int) -> EvidenceNode:
    node = EvidenceNode()
    node.submit([delivery(number) for number in numbers] + [inspection(1)], subject=SUPPLIER)
    assert node.seal(limit=100) is not None
    return node


def ids(node: EvidenceNode, kind: Kind) -> list[StatementId]:
    return [record.statement_id for _, record in node.records.evidence.records(StatementFilter(kind=kind))]


def verified(data: bytes) -> bool:
    anchor = decode(data).anchor
    assert anchor is not None
    return verify_bundle(data, Trust(frozenset({parse_header(anchor.header).hash}))).verified


def disclosed(data: bytes) -> set[str]:
    return set(parse(decode(data).statement).fields)


def test_every_statement_of_a_sealed_log_is_proved_and_verifies_offline() -> None:
    node = sealed_node(*range(9))
    for statement_id in [*ids(node, Kind.DELIVERY), *ids(node, Kind.INSPECTION_RESULT)]:
        assert verified(node.prove(statement_id))


def test_without_a_trusted_block_only_the_header_is_not_established() -> None:
    node = sealed_node(1)
    report = verify_bundle(node.prove(ids(node, Kind.DELIVERY)[0]), Trust())
    states = {name: answer.state for name, answer in report.answers.items()}
    assert states.pop("header") is State.NOT_ESTABLISHED
    assert set(states.values()) == {State.HOLDS}


def test_by_default_exactly_the_base_fields_are_disclosed() -> None:
    node = sealed_node(1)
    assert disclosed(node.prove(ids(node, Kind.DELIVERY)[0])) == {"lot", "part", "quantity", "unit"}
    assert disclosed(node.prove(ids(node, Kind.INSPECTION_RESULT)[0])) == {
        "lot",
        "inspected",
        "nonconforming",
        "result",
    }


def test_named_fields_and_no_others_are_disclosed() -> None:
    node = sealed_node(1)
    statement_id = ids(node, Kind.DELIVERY)[0]
    for fields in (["order"], ["lot", "order"], []):
        data = node.prove(statement_id, fields=fields)
        assert disclosed(data) == set(fields)
        assert verified(data)


def test_a_sensitive_field_never_leaves_not_even_when_named() -> None:
    node = sealed_node(1)
    statement_id = ids(node, Kind.INSPECTION_RESULT)[0]
    with pytest.raises(ForbiddenError):
        node.prove(statement_id, fields=["operator", "lot"])
    assert b"Operator Seven" not in node.prove(statement_id)


def test_fields_that_are_not_there_are_refused_by_name() -> None:
    node = sealed_node(1)
    statement_id = ids(node, Kind.DELIVERY)[0]
    with pytest.raises(NotFoundError, match="customer"):
        node.prove(statement_id, fields=["customer"])
    with pytest.raises(NotFoundError, match="colour"):
        node.prove(statement_id, fields=["colour"])
    with pytest.raises(InputError):
        node.prove(statement_id, fields=[f"field {number}" for number in range(1_000)])


def test_an_unknown_statement_and_one_not_yet_anchored_are_told_apart() -> None:
    node = sealed_node(1)
    with pytest.raises(NotFoundError):
        node.prove(StatementId("ab" * 32))
    added = node.submit([delivery(2)], subject=SUPPLIER).added[0]
    with pytest.raises(ConflictError, match="not anchored"):
        node.prove(added)


def test_a_proof_stays_the_same_while_the_log_grows() -> None:
    node = sealed_node(*range(3))
    statement_id = ids(node, Kind.DELIVERY)[1]
    before = node.prove(statement_id)
    for number in range(10, 13):
        node.submit([delivery(number)], subject=SUPPLIER)
        node.seal(limit=1)
    assert node.prove(statement_id) == before


def test_an_erased_field_is_refused_and_all_other_proofs_still_hold() -> None:
    node = sealed_node(1)
    statement_id = ids(node, Kind.DELIVERY)[0]
    node.shred(statement_id, "lot", reason="withdrawn by the supplier")
    with pytest.raises(NotFoundError, match="erased"):
        node.prove(statement_id, fields=["lot"])
    data = node.prove(statement_id)
    assert disclosed(data) == {"part", "quantity", "unit"}
    assert verified(data)


def test_after_a_key_rotation_old_and_new_statements_are_both_proved() -> None:
    node = sealed_node(1)
    old_id = ids(node, Kind.DELIVERY)[0]
    new_key = seeded("the next key")
    admin = MemoryAdmin(node.chain, ENROLLER)
    admin.register_key(org_id(ISSUER), KeyPurpose.STATEMENT, new_key.public.sec1, int(START.timestamp()) - 10)
    rotated = EvidenceNode(node.records, node.chain, node.clock, key=new_key, old_keys=(node.key,))
    new_id = rotated.submit([delivery(2)], subject=SUPPLIER).added[0]
    assert rotated.seal(limit=10) is not None
    assert verified(rotated.prove(old_id))
    assert verified(rotated.prove(new_id))
    forgetful = EvidenceNode(node.records, node.chain, node.clock, key=new_key)
    with pytest.raises(NotFoundError, match="key ring"):
        forgetful.prove(old_id)


def test_a_proof_is_made_after_a_reorg_with_a_receipt_that_stands() -> None:
    node = sealed_node(1)
    node.chain.reorg(1)
    node.seal.reaffirm(depth=1)
    data = node.prove(ids(node, Kind.DELIVERY)[0])
    assert verify_bundle(data, Trust(), header_known=node.directory.header_known).verified
