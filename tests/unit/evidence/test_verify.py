"""Four questions about a bundle, answered apart, and no byte of it that does not count."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from evidence.errors import LedgerUnreachableError, MalformedError
from evidence.keys import LogKey, StatementKey
from evidence.network import Network
from evidence.note import SignedNote, sign_note
from evidence.proof import ProofBundle
from evidence.statement import parse
from evidence.tlog_proof import TlogProof
from evidence.verify import UNPINNED, State, Trust, VerificationReport, verify_bundle
from tests.support.bundles import BLOCK_TIME, NETWORK, BundleMaker, entropy, without_anchor
from tests.support.chain_state import LOG_ADDRESS, REGISTRY_ADDRESS, ChainState

MAKER = BundleMaker(state=ChainState(neighbours=3), others=2)
BUNDLE = MAKER.bundle()
TRUST = MAKER.trust(BUNDLE)


def states(report: VerificationReport) -> str:
    """The four answers as letters: holds, fails, not established."""
    return "".join(answer.state.value[0] for answer in report.answers.values())


def answered(bundle: ProofBundle, trust: Trust = TRUST) -> str:
    return states(verify_bundle(bundle.encode(), trust))


def test_a_sound_bundle_is_verified_and_says_what_it_is_about() -> None:
    report = verify_bundle(BUNDLE.encode(), TRUST)
    assert report.verified
    assert states(report) == "hhhh"
    assert report.warnings == ()
    assert report.about is not None and report.block is not None
    assert report.about.statement_id == MAKER.issued().statement_id
    assert report.about.fields == {"lot": "L-2026-0417", "inspected": 500, "nonconforming": 3, "result": "pass"}
    assert report.block.timestamp == BLOCK_TIME
    assert "PLANT-1" in report.statement.detail


def variants(data: bytes) -> Iterator[bytes]:
    """Every byte changed in several ways, left out, doubled, and put before others."""
    for place in range(len(data)):
        before, after = data[:place], data[place + 1 :]
        for value in {data[place] ^ 1, data[place] ^ 0x20, data[place] ^ 0x80, 0x20} - {data[place]}:
            yield before + bytes([value]) + after
        yield before + after
        yield data[: place + 1] + data[place:]
        yield before + b" " + data[place:]
    yield data + b"\n"
    yield data + b" "
    yield data + b"\x00"


def test_no_byte_of_a_bundle_can_change_be_left_out_or_added() -> None:
    data = BUNDLE.encode()
    tried = 0
    for changed in variants(data):
        if changed != data:
            report = verify_bundle(changed, TRUST)
            assert not report.verified, changed
            tried += 1
    assert tried > 6 * len(data)


def test_no_hexadecimal_digit_of_an_anchor_can_become_another() -> None:
    # All of them, where a digit more or less would be hardest to notice: inside the trie nodes of a key's record.
    data = BUNDLE.encode()
    start = data.index(b'"terms_slot":[')
    for place in range(start, start + 200):
        if data[place : place + 1] in b"0123456789abcdef":
            for digit in b"0123456789abcdefABCDEF":
                if digit != data[place]:
                    changed = data[:place] + bytes([digit]) + data[place + 1 :]
                    assert not verify_bundle(changed, TRUST).verified


def test_fewer_disclosures_are_another_bundle_that_holds_as_well() -> None:
    statement = parse(BUNDLE.statement)
    report = verify_bundle(replace(BUNDLE, statement=statement.sd_jwt(["result"])).encode(), TRUST)
    assert report.verified
    assert report.about is not None and report.about.fields == {"result": "pass"}


def test_an_unanchored_statement_is_logged_but_not_verified() -> None:
    report = verify_bundle(without_anchor(BUNDLE).encode(), TRUST)
    assert states(report) == "hhnn"
    assert not report.verified
    assert "no anchor" in report.storage.detail


def test_an_unknown_header_proves_nothing_and_says_which_block_to_trust() -> None:
    report = verify_bundle(BUNDLE.encode(), Trust())
    assert states(report) == "hhhn"
    assert report.block is not None
    assert report.block.hash.hex() in report.header.detail


def test_a_chain_can_be_asked_for_the_header() -> None:
    asked: list[bytes] = []

    def known(block: bytes) -> bool:
        asked.append(block)
        return True

    report = verify_bundle(BUNDLE.encode(), Trust(network=NETWORK), header_known=known)
    assert report.verified
    assert asked == list(TRUST.trusted_blocks)
    assert states(verify_bundle(BUNDLE.encode(), Trust(), header_known=lambda block: False)) == "hhhf"


def test_a_chain_that_does_not_answer_establishes_nothing() -> None:
    def down(block: bytes) -> bool:
        raise LedgerUnreachableError("connection refused")

    report = verify_bundle(BUNDLE.encode(), Trust(), header_known=down)
    assert states(report) == "hhhn"
    assert "connection refused" in report.header.detail
    assert verify_bundle(BUNDLE.encode(), TRUST, header_known=down).verified


def test_contracts_are_pinned_by_the_network_file_and_else_the_report_says_so() -> None:
    unpinned = verify_bundle(BUNDLE.encode(), MAKER.trust(BUNDLE, pinned=False))
    assert unpinned.verified
    assert unpinned.warnings == (UNPINNED,)
    assert UNPINNED in unpinned.storage.detail
    for contracts in (
        {"EvidenceLog": REGISTRY_ADDRESS, "MemberRegistry": REGISTRY_ADDRESS},
        {"EvidenceLog": LOG_ADDRESS, "MemberRegistry": LOG_ADDRESS},
        {"EvidenceLog": LOG_ADDRESS},
        {},
    ):
        other = replace(TRUST, network=Network("other", 1, bytes(32), contracts))
        assert answered(BUNDLE, other) == "hhfh"


def test_a_statement_signed_by_another_key_fails_alone() -> None:
    other = StatementKey.generate(entropy("another key"))
    report = verify_bundle(replace(BUNDLE, statement_key=other.public).encode(), TRUST)
    assert states(report) == "fhfh"


def test_a_log_key_that_did_not_sign_fails_the_log_and_leaves_storage_open() -> None:
    other = LogKey.generate(entropy("another log key"))
    assert answered(replace(BUNDLE, log_key=other.public)) == "hfnh"


def test_another_statement_of_the_issuer_is_not_in_the_log() -> None:
    other = BundleMaker(statement_key=StatementKey.generate(entropy("another key")))
    assert answered(replace(BUNDLE, statement=other.issued().sd_jwt())) == "ffnh"


def test_what_is_no_statement_leaves_nothing_to_look_for() -> None:
    assert answered(replace(BUNDLE, statement="nothing")) == "fnnh"


def test_what_is_no_header_leaves_storage_open() -> None:
    assert BUNDLE.anchor is not None
    assert answered(replace(BUNDLE, anchor=replace(BUNDLE.anchor, header=b"\xc0"))) == "hhnf"


def test_bytes_that_are_no_bundle_fail_without_raising() -> None:
    for data in (b"", b"{}", b"\xff", b"null", b"[" * 100_000):
        report = verify_bundle(data, TRUST)
        assert states(report) == "fnnn"
        assert not report.verified


def test_a_bundle_carries_nothing_that_a_reader_of_logs_would_ignore() -> None:
    proof = TlogProof.parse(BUNDLE.tlog_proof)
    witness = LogKey.generate(entropy("witness"))
    cosigned = sign_note(proof.checkpoint.text, "witness.example", witness)
    both = SignedNote(proof.checkpoint.text, proof.checkpoint.signatures + cosigned.signatures)
    for changed in (replace(proof, extra=b"anything"), replace(proof, checkpoint=both)):
        report = verify_bundle(replace(BUNDLE, tlog_proof=changed.encode()).encode(), TRUST)
        assert report.log.state is State.FAILS
        assert "what nobody checks" in report.log.detail


def test_a_statement_from_after_its_block_is_pointed_out() -> None:
    maker = BundleMaker(state=ChainState(neighbours=1))
    bundle = maker.bundle(timestamp=BLOCK_TIME - 3_600)
    report = verify_bundle(bundle.encode(), maker.trust(bundle))
    assert report.verified
    assert ["a clock is wrong" in warning for warning in report.warnings] == [True]


def test_a_trusted_block_is_a_whole_hash() -> None:
    with pytest.raises(MalformedError):
        Trust(frozenset({bytes(31)}))
