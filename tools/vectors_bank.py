"""Write worlds for a bank: `python -m tools.vectors_bank` writes, with `--check` it only compares.

Each world is a chain's state, in real tries, in which a credential's issuer, key and attestation stand as they should
or in one way do not. What must come of it is written down by hand; the portal's verification reads the file.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from eth_hash.auto import keccak
from trie.hexary import HexaryTrie

from evidence import credential
from evidence.credential_status import StatusReference
from evidence.draft import JsonValue
from evidence.identity import lei_from_prefix, org_id
from evidence.keys import KeyPurpose, StatementKey
from evidence.layout import KeyRecord, encode_key, key_slots
from evidence.receipt import Address
from evidence.storage import mapping_slot, slot_after, slot_at
from tests.support.bundles import entropy
from tests.support.chain_state import REGISTRY_ADDRESS, Account, ChainState, nodes_to

FILE = Path(__file__).resolve().parents[1] / "tests" / "vectors" / "bank.json"
NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
VCT = "urn:credence:vct:quality-credit:1"
EAS = Address(bytes.fromhex("e5" * 20))
SCHEMA = bytes.fromhex("5c" * 32)
UID = bytes.fromhex("0d" * 32)
ACCOUNT = bytes.fromhex("ac" * 20)
SCORER, SUPPLIER = 1 << 2, 1 << 0
DAY = 86_400


@dataclass(frozen=True)
class Told:
    """All that a world says; the first is sound, the others differ in one thing."""

    lei: str = lei_from_prefix("5299009QN1WRHV3CPG")
    about: str = lei_from_prefix("5493001KJTIIGC8Y1R")
    roles: int = SCORER
    active: bool = True
    account: bytes = ACCOUNT
    attester: bytes = ACCOUNT
    schema: bytes = SCHEMA
    expires: int = int(NOW.timestamp()) + 90 * DAY
    revoked: int = 0
    claim: dict[str, int] = field(default_factory=lambda: {"points": 87_400_000, "low": 84_000_000, "high": 90_000_000})
    subject: str = ""
    key_org: str = ""
    purpose: int = KeyPurpose.STATEMENT
    compromised: int = 0
    retired: int = 0
    attested: bool = True


def words(claim: dict[str, int], subject: bytes) -> Iterator[bytes]:
    """The claim's ABI encoding with one head, word by word, put together by hand."""
    number = [claim["points"], claim["low"], claim["high"], 1, 0]
    yield from (subject, b"\x01" * 32, *(value.to_bytes(32, "big") for value in number), b"\x02" * 32, b"\x03" * 32)
    yield from ((32 * (12 + 2 * column)).to_bytes(32, "big") for column in range(3))
    for value in (subject, (7).to_bytes(32, "big"), b"\x04" * 32):
        yield (1).to_bytes(32, "big")
        yield value


def texts(slot: bytes, value: bytes) -> dict[bytes, bytes]:
    """A Solidity `bytes` or `string` at `slot`."""
    if len(value) < 32:
        return {slot: value.ljust(31, b"\0") + bytes([2 * len(value)])}
    start = int.from_bytes(keccak(slot), "big")
    parts = [value[at : at + 32].ljust(32, b"\0") for at in range(0, len(value), 32)]
    return {slot: (2 * len(value) + 1).to_bytes(32, "big")} | {
        (start + at).to_bytes(32, "big"): part for at, part in enumerate(parts)
    }


def registry(told: Told, key: StatementKey) -> dict[bytes, bytes]:
    org = org_id(told.lei)  # type: ignore[arg-type]
    start = mapping_slot(org, slot_at(6))
    owner = org_id(told.key_org or told.lei)  # type: ignore[arg-type]
    since = int(NOW.timestamp()) - 300 * DAY
    record = KeyRecord(key.public.key_id, owner, told.purpose, since, told.retired, told.compromised)
    packed = bytes([0] * 3 + [int(told.active)]) + since.to_bytes(8, "big") + told.account
    return {
        start: org,
        **texts(slot_after(start), str(told.lei).encode()),
        **texts(slot_after(start, 2), "远山汽车 Yuanshan Vehicles".encode()),
        slot_after(start, 4): told.roles.to_bytes(32, "big"),
        slot_after(start, 5): packed,
        mapping_slot(told.account.rjust(32, b"\0"), slot_at(7)): org,
        **dict(zip(key_slots(record.key), encode_key(record), strict=True)),
        **texts(mapping_slot(record.key, slot_at(1)), key.public.sec1),
    }


def attestation(told: Told) -> dict[bytes, bytes]:
    start = mapping_slot(UID, slot_at(4))
    if not told.attested:
        return {start: bytes(32)}
    subject = org_id(told.subject or told.about)  # type: ignore[arg-type]
    made = int(NOW.timestamp()) - DAY
    return {
        start: UID,
        slot_after(start): told.schema,
        slot_after(start, 2): (made | told.expires << 64 | told.revoked << 128).to_bytes(32, "big"),
        slot_after(start, 4): b"\x07" * 32,
        slot_after(start, 5): bytes([0] * 11 + [1]) + told.attester,
        **texts(slot_after(start, 6), b"".join(words(told.claim, subject))),
    }


def world(told: Told, key: StatementKey) -> dict[str, Any]:
    """Header and the proofs of every slot that a page may ask for."""
    state = ChainState(neighbours=0)
    accounts = {REGISTRY_ADDRESS: state.registry, EAS: Account(EAS)}
    slots = {REGISTRY_ADDRESS: registry(told, key), EAS: attestation(told)}
    for place, account in accounts.items():
        for slot, value in slots[place].items():
            account.write(slot, value)
    state.others.append(accounts[EAS])
    tries: HexaryTrie = state.state()
    header = state.header(number=77, timestamp=int(NOW.timestamp()) - 60)
    asked = {place: {*found, *_absent(found)} for place, found in slots.items()}
    nodes: dict[bytes, int] = {}

    def places(proof: tuple[bytes, ...]) -> list[int]:
        return [nodes.setdefault(node, len(nodes)) for node in proof]

    contracts = {
        "0x" + place.hex(): {
            "account_proof": places(nodes_to(tries, keccak(place))),
            "slots": {"0x" + slot.hex(): places(account.prove(slot).nodes) for slot in sorted(asked[place])},
        }
        for place, account in accounts.items()
    }
    # Proofs name their nodes by place, since most share the upper ones.
    return {"header": "0x" + header.hex(), "contracts": contracts, "nodes": ["0x" + node.hex() for node in nodes]}


def _absent(found: dict[bytes, bytes]) -> set[bytes]:
    """Slots of the attestation that a page asks for also where there is none."""
    start = mapping_slot(UID, slot_at(4))
    return {slot_after(start, at) for at in (0, 1, 2, 4, 5, 6)} if start in found else set()


def cases() -> list[tuple[str, Told, dict[str, str]]]:
    """Name, what the world says, and the class of each part's refusal (`open` where nothing is left to compare)."""
    sound = Told()
    signature, storage = {"issuer": "SignatureError"}, {"issuer": "StorageProofError"}
    attestation, values = {"attestation": "ProofError", "values": "open"}, {"values": "ProofError"}
    more = {**sound.claim, "points": 80_000_000, "low": 70_000_000}
    other = lei_from_prefix("7LTWFZYICNSX8D621K")
    return [
        ("a credential that stands", sound, {}),
        ("one whose issuer may not score", replace(sound, roles=SUPPLIER), signature),
        ("one whose issuer was suspended", replace(sound, active=False), signature),
        ("one signed with a key of somebody else", replace(sound, key_org=sound.about), storage),
        ("one signed with a key for logs", replace(sound, purpose=2), signature | {"credential": "SignatureError"}),
        ("one whose key was compromised", replace(sound, compromised=5), signature),
        ("one whose key was retired before", replace(sound, retired=9), storage),
        ("one that was never attested", replace(sound, attested=False), attestation),
        ("one attested by another account", replace(sound, attester=bytes.fromhex("99" * 20)), attestation),
        ("one of another schema", replace(sound, schema=b"\x11" * 32), attestation),
        ("one that was revoked", replace(sound, revoked=9), attestation),
        ("one whose attestation ended", replace(sound, expires=9), attestation),
        ("one about the issuer itself", replace(sound, subject=sound.lei), attestation),
        ("one attested about another", replace(sound, subject=other), values),
        ("one with more points than attested", replace(sound, claim=more), values),
    ]


def made() -> dict[str, Any]:
    key = StatementKey.generate(entropy("bank worlds"))
    sound = Told()
    claims: dict[str, JsonValue] = {
        "sub": str(sound.about), "policy": "01" * 32, "card": "03" * 32, "state": "rated", "band": "B", **sound.claim,
    }  # fmt: skip
    text = credential.issue(
        claims,
        vct=VCT,
        issuer=str(sound.lei),
        issued=NOW - timedelta(days=1),
        expires=NOW + timedelta(days=89),
        key=key,
        entropy=entropy("bank salts"),
        always_open=("sub", "policy", "card", "state"),
        status=StatusReference(31337, EAS, UID),
    )
    network = {
        "format": "credence-network/1",
        "name": "vectors",
        "chain_id": 31337,
        "genesis": "0x" + "00" * 32,
        "contracts": {"EAS": "0x" + EAS.hex(), "MemberRegistry": "0x" + REGISTRY_ADDRESS.hex()},
        "schemas": {"CreditClaim": "0x" + SCHEMA.hex()},
    }
    return {
        "now": int(NOW.timestamp()),
        "network": network,
        "credential": text,
        "uid": "0x" + UID.hex(),
        "cases": [{"name": name, "errors": errors, "world": world(told, key)} for name, told, errors in cases()],
    }


def main(arguments: list[str]) -> int:
    """Write the file, or with `--check` say whether it differs."""
    text = json.dumps(made(), separators=(",", ":"), ensure_ascii=False) + "\n"
    if FILE.exists() and FILE.read_text(encoding="utf-8") == text:
        return 0
    if "--check" in arguments:
        print(f"tests/vectors/{FILE.name} is not what tools/vectors_bank.py makes")
        return 1
    FILE.write_text(text, encoding="utf-8")
    print(f"wrote tests/vectors/{FILE.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
