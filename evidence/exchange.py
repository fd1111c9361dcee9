"""Exchange pages: statements that one member gives another, with proof that they are in its log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from evidence import merkle
from evidence.canonical import decode_canonical
from evidence.canonical import encode as encode_canonical
from evidence.checkpoint import log_origin, open_checkpoint
from evidence.encoding import b64_decode, b64_encode
from evidence.errors import MalformedError
from evidence.identity import Lei
from evidence.keys import LogPublicKey
from evidence.log import InclusionProof, LogHead, digest
from evidence.note import NoteKey, parse_note

FORMAT: Final = "credence-exchange/1"
MEDIA_TYPE: Final = "application/vnd.credence.exchange+json"
MAX_ITEMS: Final = 500


@dataclass(frozen=True, slots=True)
class ExchangeItem:
    """A statement with the disclosures given, its place in the log, and its inclusion path under the page's head."""

    index: int
    statement: str
    path: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class ExchangePage:
    """Some of an issuer's statements under one signed head.

    Attributes:
        issuer: whose log it is.
        log_key: the key that signed the checkpoint; the reader checks it against the member registry.
        checkpoint: the signed note.
        items: in log order.
        next: log position to ask behind next; None when this page is the last.
    """

    issuer: Lei
    log_key: LogPublicKey
    checkpoint: str
    items: Sequence[ExchangeItem]
    next: int | None

    def head(self) -> LogHead:
        """The head that the checkpoint signs, after its signature was checked.

        Raises:
            SignatureError: not signed by `log_key` for this issuer's log.
        """
        key = NoteKey(log_origin(self.issuer), self.log_key)
        return open_checkpoint(parse_note(self.checkpoint), key).checkpoint.head

    def encode(self) -> bytes:
        """RFC 8785 canonical JSON."""
        return encode_canonical(
            {
                "format": FORMAT,
                "issuer": str(self.issuer),
                "log_key": b64_encode(self.log_key.raw),
                "checkpoint": self.checkpoint,
                "items": [
                    {"index": item.index, "path": [b64_encode(node) for node in item.path], "statement": item.statement}
                    for item in self.items
                ],
                "next": self.next,
            }
        )


def decode_page(data: bytes, *, limit: int) -> ExchangePage:
    """Read a page of at most `limit` bytes; signatures and proofs are not checked yet.

    Raises:
        MalformedError: not exactly what `encode` writes for it.
    """
    document = decode_canonical(data, limit=limit)
    try:
        if not isinstance(document, Mapping) or document["format"] != FORMAT:
            raise MalformedError(f'Not an exchange page of format "{FORMAT}"')
        items = document["items"]
        if not isinstance(items, list) or len(items) > MAX_ITEMS:
            raise MalformedError(f"An exchange page with more than {MAX_ITEMS} items")
        page = ExchangePage(
            issuer=Lei(_text(document["issuer"])),
            log_key=LogPublicKey(b64_decode(_text(document["log_key"]))),
            checkpoint=_text(document["checkpoint"]),
            items=tuple(_item(item) for item in items),
            next=None if document["next"] is None else _number(document["next"]),
        )
    except (KeyError, TypeError) as error:
        raise MalformedError(f"An exchange page without {error}") from error
    if page.encode() != data:
        raise MalformedError("An exchange page with something besides its fields")
    return page


def check_item(item: ExchangeItem, head: LogHead, leaf: bytes) -> InclusionProof:
    """Check that `leaf` is at the item's place under `head`; gives the proof that holds.

    Raises:
        InclusionError: it is not.
    """
    proof = InclusionProof(item.index, head.size, tuple(digest(node) for node in item.path))
    merkle.verify_inclusion(merkle.leaf_hash(leaf), proof, head.root)
    return proof


def _item(value: Any) -> ExchangeItem:
    path = value["path"]
    if not isinstance(path, list):
        raise MalformedError("An exchange item whose path is no list")
    return ExchangeItem(
        index=_number(value["index"]),
        statement=_text(value["statement"]),
        path=tuple(b64_decode(_text(node)) for node in path),
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise MalformedError(f"An exchange page with {value!r:.40} where a text belongs")
    return value


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise MalformedError(f"An exchange page with {value!r:.40} where a number belongs")
    return value
