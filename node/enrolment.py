"""Enrolling a member: its card with public keys, and what the consortium's administrator does with it."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from evidence.canonical import loads
from evidence.encoding import hex0x_decode, hex0x_encode
from evidence.errors import MalformedError
from evidence.identity import Lei
from evidence.json_shape import members, text
from evidence.keys import KeyPurpose
from node.blobs.recipient import recipient_bytes
from node.chain.port import MemberAdmin
from node.keyring import Keyring
from node.settings import Settings

FORMAT: Final = "credence-member/1"
_KEYS: Final = {
    "statement": KeyPurpose.STATEMENT,
    "log": KeyPurpose.LOG,
    "node": KeyPurpose.NODE,
    "anchor": KeyPurpose.ANCHOR,
    "attest": KeyPurpose.ATTEST,
    "encryption": KeyPurpose.ENCRYPTION,
}


@dataclass(frozen=True, slots=True)
class MemberCard:
    """What a new member gives the administrator: who it is, where its node is, its public keys by purpose."""

    lei: Lei
    name: str
    endpoint: str
    keys: dict[KeyPurpose, bytes]


def card_of(settings: Settings, keys: Keyring) -> MemberCard:
    """The card of a node."""
    return MemberCard(
        settings.lei,
        settings.name,
        settings.url,
        {
            KeyPurpose.STATEMENT: keys.statement.public.sec1,
            KeyPurpose.LOG: keys.log.public.raw,
            KeyPurpose.NODE: keys.node.public.raw,
            KeyPurpose.ANCHOR: address_of(keys.anchor),
            KeyPurpose.ATTEST: address_of(keys.attest),
            KeyPurpose.ENCRYPTION: recipient_bytes(keys.age_recipient),
        },
    )


def address_of(secret: bytes) -> bytes:
    """The chain address (20 bytes) of a secret."""
    from eth_keys.datatypes import PrivateKey  # late: comes with web3

    return bytes(PrivateKey(secret).public_key.to_canonical_address())


def write_card(path: Path, card: MemberCard) -> None:
    """Write the card as JSON for people to look at and send."""
    names = {purpose: name for name, purpose in _KEYS.items()}
    document = {
        "format": FORMAT,
        "lei": str(card.lei),
        "name": card.name,
        "endpoint": card.endpoint,
        "keys": {names[purpose]: hex0x_encode(key) for purpose, key in card.keys.items()},
    }
    path.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def read_card(path: Path) -> MemberCard:
    """Read a card that somebody sent; raises MalformedError with the place for anything else."""
    place = path.name
    value = members(loads(path.read_bytes(), limit=65_536), place, ("format", "lei", "name", "endpoint", "keys"))
    if value["format"] != FORMAT or not isinstance(value["keys"], dict):
        raise MalformedError(f'{place}: not a member card of format "{FORMAT}"')
    keys: dict[KeyPurpose, bytes] = {}
    for name, key in value["keys"].items():
        if name not in _KEYS or not isinstance(key, str):
            raise MalformedError(f"{place}/keys: {name[:40]!r} is no key that a member has")
        keys[_KEYS[name]] = hex0x_decode(key, limit=132)
    return MemberCard(
        Lei(text(value["lei"], f"{place}/lei")),
        text(value["name"], f"{place}/name"),
        text(value["endpoint"], f"{place}/endpoint"),
        keys,
    )


def open_admin(rpc_url: str, network: Path, secret: bytes) -> MemberAdmin:
    """The consortium's administration over a chain, with the enroller's key."""
    from node.chain.artifacts import load_artifacts
    from node.chain.evm_admin import EvmAdmin
    from node.chain.evm_chain import EvmChain, EvmSettings
    from node.chain.evm_sender import EvmSender
    from node.chain.network_file import read_network

    chain = EvmChain(EvmSettings(rpc_url=rpc_url, network=read_network(network)), load_artifacts())
    return EvmAdmin(chain, EvmSender(chain, secret))


def enrol_member(admin: MemberAdmin, card: MemberCard, roles: Collection[str], *, valid_from: int = 1) -> str:
    """Enrol `card` with `roles`, its account contract and keys; each step costs nothing when done before.

    Args:
        valid_from: from when the keys count, seconds since 1970.
    Returns:
        The account contract's address.
    """
    org = admin.enrol(card.lei, card.name, card.endpoint, roles)
    account = admin.open_account(org)
    for purpose, key in card.keys.items():
        admin.register_key(org, purpose, key, valid_from)
    return account
