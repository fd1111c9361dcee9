"""What the account contracts and the repair book have signed (EIP-712), computed here.

Never asked of an RPC: whoever serves it could have us sign something else.
"""

from __future__ import annotations

from typing import Final

from evidence.identity import OrgId
from evidence.receipt import Address

_DOMAIN: Final = b"EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
_CO_SIGN: Final = b"RepairCoSign(bytes32 claim,bytes32 body,bytes32 evidence,uint64 deadline)"
_MESSAGE: Final = b"OrgMessage(bytes32 hash)"


def co_sign_digest(chain_id: int, book: Address, claim: bytes, body: OrgId, evidence: bytes, deadline: int) -> bytes:
    """The digest that a body's co-sign is about, as `RepairBook.coSignDigest` gives it."""
    return _typed("Credence RepairBook", chain_id, book, _CO_SIGN, claim, bytes(body), evidence, _word(deadline))


def message_digest(chain_id: int, account: Address, digest: bytes) -> bytes:
    """What an operator of `account` signs, so that the account owns `digest`; as `OrgAccount.messageDigest`."""
    return _typed("Credence OrgAccount", chain_id, account, _MESSAGE, digest)


def claim_id(subject: OrgId, document: bytes, scope: bytes) -> bytes:
    """The name of a repair claim, as `RepairBook.claimId` gives it."""
    return _keccak(bytes(subject) + document + scope)


def _typed(name: str, chain_id: int, contract: Address, kind: bytes, *words: bytes) -> bytes:
    place = bytes(contract).rjust(32, b"\0")
    domain = _keccak(_keccak(_DOMAIN) + _keccak(name.encode()) + _keccak(b"1") + _word(chain_id) + place)
    return _keccak(b"\x19\x01" + domain + _keccak(_keccak(kind) + b"".join(words)))


def _word(number: int) -> bytes:
    return number.to_bytes(32, "big")


def _keccak(data: bytes) -> bytes:
    from eth_hash.auto import keccak

    return bytes(keccak(data))
