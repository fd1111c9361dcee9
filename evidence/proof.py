"""Proof bundles: one file with everything that shows a statement to be in an anchored log, checked without network.

Source:
    `docs/architecture.md`, format `credence-proof/1`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from evidence.canonical import decode_canonical
from evidence.canonical import encode as encode_canonical
from evidence.draft import JsonValue
from evidence.encoding import hex0x_encode
from evidence.errors import LimitError, MalformedError
from evidence.json_shape import members, octets, text
from evidence.keys import LogPublicKey, StatementPublicKey
from evidence.receipt import AnchorReceipt

FORMAT: Final = "credence-proof/1"
MAX_BYTES: Final = 5 * 1024 * 1024
"""Room for the longest statement (4 MiB with all its disclosures) and for what proves it, which is about 20 KiB."""


@dataclass(frozen=True, slots=True)
class ProofBundle:
    """A statement with the fields that its holder discloses, its place in the log, and the log's anchor.

    Attributes:
        statement: the SD-JWT.
        tlog_proof: the `.tlog-proof` text.
        statement_key: the key that signed the statement; believed only because the registry's state names it.
        log_key: the key that signed the checkpoint, believed likewise.
        anchor: None for a statement that is logged but not anchored yet.
    """

    statement: str
    tlog_proof: str
    statement_key: StatementPublicKey
    log_key: LogPublicKey
    anchor: AnchorReceipt | None

    def encode(self) -> bytes:
        """The bundle as canonical JSON.

        Raises:
            LimitError: larger than a reader accepts.
        """
        value: Mapping[str, JsonValue] = {
            "format": FORMAT,
            "statement": self.statement,
            "tlog_proof": self.tlog_proof,
            "keys": {
                "statement": hex0x_encode(self.statement_key.sec1),
                "log": hex0x_encode(self.log_key.raw),
            },
            "anchor": None if self.anchor is None else self.anchor.to_json(),
        }
        data = encode_canonical(value)
        if len(data) > MAX_BYTES:
            raise LimitError(f"a proof bundle has at most {MAX_BYTES} bytes, this one {len(data)}")
        return data


def decode(data: bytes) -> ProofBundle:
    """Read a bundle; nothing is verified yet: see `evidence.verify`.

    Raises:
        MalformedError: anything that would not encode back to `data`.
        LimitError: more or longer than any honest bundle.
        SignatureError: a public key that no honest signer has.
    """
    value = decode_canonical(data, limit=MAX_BYTES)
    bundle = members(value, "bundle", ("format", "statement", "tlog_proof", "keys", "anchor"))
    if bundle["format"] != FORMAT:
        raise MalformedError(f"not a proof bundle of the format {FORMAT}")
    keys = members(bundle["keys"], "keys", ("statement", "log"))
    return ProofBundle(
        text(bundle["statement"], "statement"),
        text(bundle["tlog_proof"], "tlog_proof"),
        StatementPublicKey(octets(keys["statement"], "keys/statement", limit=65, size=65)),
        LogPublicKey(octets(keys["log"], "keys/log", limit=32, size=32)),
        None if bundle["anchor"] is None else AnchorReceipt.from_json(bundle["anchor"]),
    )
