"""Where a credential's revocation is looked up, and what may be known of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from evidence.draft import JsonValue
from evidence.encoding import hex0x_decode, hex0x_encode
from evidence.errors import MalformedError


class StatusAnswer(StrEnum):
    """What is known of a credential's revocation."""

    HOLDS = "holds"
    NOT_ESTABLISHED = "not established"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class StatusReference:
    """Where to look a credential's revocation up: an EAS attestation.

    Attributes:
        chain_id: EIP-155 number of the chain.
        contract: address of EAS, 20 bytes.
        uid: of the attestation, 32 bytes.
    """

    chain_id: int
    contract: bytes
    uid: bytes

    def __post_init__(self) -> None:
        if not 0 < self.chain_id < 2**53 or len(self.contract) != 20 or len(self.uid) != 32:
            raise MalformedError("a status needs a chain id, a contract of 20 bytes and a UID of 32")

    def to_json(self) -> dict[str, JsonValue]:
        """The claim `status`."""
        return {
            "eas": {
                "chain_id": self.chain_id,
                "contract": hex0x_encode(self.contract),
                "uid": hex0x_encode(self.uid),
            }
        }

    @classmethod
    def from_json(cls, value: JsonValue) -> StatusReference:
        """Read the claim `status`; raises MalformedError for any other kind of status."""
        inner = value.get("eas") if isinstance(value, Mapping) and len(value) == 1 else None
        if not isinstance(inner, Mapping) or inner.keys() != {"chain_id", "contract", "uid"}:
            raise MalformedError("the status is not a reference to an EAS attestation")
        chain_id, contract, uid = inner["chain_id"], inner["contract"], inner["uid"]
        if type(chain_id) is not int or not isinstance(contract, str) or not isinstance(uid, str):
            raise MalformedError("the status is not a reference to an EAS attestation")
        return cls(chain_id, hex0x_decode(contract, size=20), hex0x_decode(uid, size=32))
