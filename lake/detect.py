"""Which format a file is in, told from its content; names and endings may lie."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

from evidence.errors import ImportRefusedError

_HEAD: Final = 4096
_QIF: Final = re.compile(rb"<(?:[A-Za-z_][\w.-]{0,40}:)?QIFDocument[\s>/]")
_XML: Final = re.compile(rb"\s*<(?:[?!]|[A-Za-z_])")
_K_FIELD: Final = re.compile(r"\s*K\d{4}(?:/\d{1,9}){0,2}(?:\s|$)", re.ASCII)
_ADVICE: Final = "Read are QIF 2.1 and 3.0, Q-DAS AQDEF (.dfq), IPC-CFX messages (JSON), CSV and Excel (.xlsx)."


class Format(StrEnum):
    """The formats that have a reader."""

    QIF = "qif"
    AQDEF = "aqdef"
    CFX = "cfx"
    CSV = "csv"
    EXCEL = "excel"


def detect(name: str, data: bytes) -> Format:
    """Tell the format from the first bytes.

    Raises:
        ImportRefusedError: none of the formats that are read, naming what it looks like.
    """
    head = data[:_HEAD]
    if head.startswith(b"PK\x03\x04"):
        return Format.EXCEL
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise ImportRefusedError(name, "start", "an old binary Office file", advice="Save it as .xlsx and try again.")
    text = _text(head)
    if text is None:
        raise ImportRefusedError(name, "start", "binary data in no format that is known", advice=_ADVICE)
    plain = text.lstrip("\ufeff").lstrip()
    if _XML.match(plain.encode("utf-8", "replace")):
        # The root may stand behind long comments: look further than the head.
        if _QIF.search(data) or "QIFDocument" in text:
            return Format.QIF
        raise ImportRefusedError(name, "start", "XML, but not a QIFDocument", advice=_ADVICE)
    if plain[:1] in ("{", "["):
        return Format.CFX
    if _K_FIELD.match(plain):
        return Format.AQDEF
    if not plain:
        raise ImportRefusedError(name, "start", "nothing but white space")
    return Format.CSV


def _text(head: bytes) -> str | None:
    """The head as text, or None when it is binary."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", "replace")
    # DC4 and SI part the values of AQDEF; other control characters do not occur in text files.
    if any(byte < 32 and byte not in b"\t\n\r\x0c\x0f\x14\x1a" for byte in head):
        return None
    try:
        return head.decode("utf-8")
    except UnicodeDecodeError:
        return head.decode("iso-8859-1")
