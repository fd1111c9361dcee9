"""The node's keys: made once, readable by their owner only, named on the member's card."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from evidence.errors import ConflictError, ForbiddenError, MalformedError, NotFoundError
from evidence.identity import lei_from_prefix
from evidence.keys import KeyPurpose
from node import keyring
from node.chain.memory import MemoryAdmin, MemoryDirectory
from node.chain.memory_chain import ENROLLER, MemoryChain
from node.enrolment import card_of, enrol_member, read_card, write_card
from node.settings import Settings
from tests.support.market import NOW

LEI = lei_from_prefix("5299000000000000AA")


def test_keys_are_made_once_and_kept(tmp_path: Path) -> None:
    first = keyring.create(tmp_path / "keys", os.urandom)
    again = keyring.create(tmp_path / "keys", os.urandom)
    assert first.statement.public == again.statement.public
    assert (first.anchor, first.attest, first.age_identity) == (again.anchor, again.attest, again.age_identity)


def test_a_set_that_a_crash_left_incomplete_is_completed_and_nothing_replaced(tmp_path: Path) -> None:
    first = keyring.create(tmp_path, os.urandom)
    (tmp_path / "log.pem").unlink()
    (tmp_path / "log.pem.new").write_bytes(b"half")
    again = keyring.create(tmp_path, os.urandom)
    assert again.statement.public == first.statement.public
    assert again.log.public != first.log.public


def test_nobody_else_may_read_them(tmp_path: Path) -> None:
    keyring.create(tmp_path, os.urandom)
    for path in tmp_path.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    (tmp_path / "anchor.key").chmod(0o644)
    with pytest.raises(ForbiddenError) as error:
        keyring.load(tmp_path)
    assert "chmod 600" in error.value.advice


def test_a_missing_or_broken_key_is_said(tmp_path: Path) -> None:
    keyring.create(tmp_path, os.urandom)
    (tmp_path / "anchor.key").write_text("not hexadecimal")
    with pytest.raises(ConflictError):
        keyring.load(tmp_path)
    (tmp_path / "anchor.key").unlink()
    with pytest.raises(NotFoundError):
        keyring.load(tmp_path)


def test_secrets_do_not_show_in_messages(tmp_path: Path) -> None:
    keys = keyring.create(tmp_path, os.urandom)
    assert keys.anchor.hex() not in repr(keys) and keys.age_identity not in repr(keys)


def test_a_card_is_read_back_and_enrols_every_key(tmp_path: Path) -> None:
    keys = keyring.create(tmp_path / "keys", os.urandom)
    card = card_of(Settings(home=tmp_path, lei=LEI, name="Kiln Works"), keys)
    write_card(tmp_path / "member.json", card)
    assert read_card(tmp_path / "member.json") == card
    chain = MemoryChain(lambda: NOW)
    account = enrol_member(MemoryAdmin(chain, ENROLLER), card, ["supplier"])
    assert enrol_member(MemoryAdmin(chain, ENROLLER), card, ["supplier"]) == account
    record = MemoryDirectory(chain).key(keys.statement.public.key_id)
    assert record is not None and record.purpose == KeyPurpose.STATEMENT


@pytest.mark.parametrize(
    "text", ["", "{}", '{"format":"credence-member/1","lei":"x","name":"n","endpoint":"e","keys":{}}']
)
def test_a_card_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "member.json"
    path.write_text(text)
    with pytest.raises(MalformedError):
        read_card(path)
