"""QIF's XML is read without DTD, entities or network, and within bounds."""

from __future__ import annotations

import pytest

from evidence.errors import ImportRefusedError
from tests.support.lake_files import QIF3, qif, qif_results, read, series

BOMB = '<!DOCTYPE q [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    "declaration",
    [BOMB, '<!DOCTYPE q SYSTEM "file:///etc/passwd">', '<!doctype q [<!entity x SYSTEM "http://127.0.0.1/">]>'],
)
def test_any_dtd_is_refused_before_it_is_parsed(declaration: str) -> None:
    document = qif().replace("<QIFDocument", f"{declaration}<QIFDocument", 1)
    with pytest.raises(ImportRefusedError, match="DTD or entity"):
        read("a.qif", document)
    with pytest.raises(ImportRefusedError, match="DTD or entity"):
        read("a.qif", b"\xff\xfe" + document.replace('<?xml version="1.0"?>', "").encode("utf-16-le"))


def test_an_undeclared_entity_is_refused() -> None:
    with pytest.raises(ImportRefusedError, match="line 1"):
        read("a.qif", qif().replace('label="Bracket"', 'label="&evil;"'))


def test_a_tree_too_deep_is_refused() -> None:
    deep = "<A>" * 100 + "</A>" * 100
    with pytest.raises(ImportRefusedError, match="deeper"):
        read("a.qif", qif(tail=deep))


def test_a_broken_document_is_refused_with_its_line() -> None:
    with pytest.raises(ImportRefusedError, match="line 3: not well-formed"):
        read("a.qif", f'<QIFDocument xmlns="{QIF3}">\n<A>\n</B></QIFDocument>')


def test_elements_of_other_namespaces_never_pass_for_qif() -> None:
    rows = qif_results([("10.05", "PASS")])
    foreign = rows.replace("<Value>10.05</Value>", '<Value xmlns="urn:x">9</Value><Value>10.05</Value>')
    foreign = foreign.replace("<MeasuredCharacteristics>", '<x xmlns="urn:x" id="4"/><MeasuredCharacteristics>')
    (one,) = series(read("a.qif", qif(foreign)))
    assert (one["values"], one["upper_limit"]) == (["10.05"], "10.1")


def test_utf_16_documents_are_read() -> None:
    document = qif().replace('<?xml version="1.0"?>', '<?xml version="1.0" encoding="UTF-16"?>')
    assert read("a.qif", document.encode("utf-16")).format == "QIF 3.0"
