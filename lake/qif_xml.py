"""QIF documents as trees: parsed without DTD, entities or network, bounded, and checked before anything is believed.

Source:
    ANSI QIF 3.0 / ISO 23952; QIF 2.1. Attacks stopped: entity expansion and external entities (no DTD at all), trees
    too deep or too large, and lists cut short (their `n` is held against what is there).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Final

from lxml import etree

from evidence.errors import MalformedError, ToolMissingError
from lake.content import Source

Element = etree._Element

NAMESPACES: Final = {"http://qifstandards.org/xsd/qif3": "3.0", "http://qifstandards.org/xsd/qif2": "2.1"}
_MAX_BYTES: Final = 32 * 1024 * 1024
_MAX_ELEMENTS: Final = 1_000_000
_MAX_DEPTH: Final = 60
_COUNTED: Final = frozenset(
    {
        "MeasurementResultsSet", "CharacteristicMeasurements", "CharacteristicActuals", "CharacteristicDefinitions",
        "CharacteristicNominals", "CharacteristicItems", "StatisticalStudiesResults", "CharacteristicsStats",
        "Subgroups", "SubgroupValues", "Ids", "ActualComponentSets", "ActualComponentSet", "ActualComponentIds",
        "PartSet",
    }
)  # fmt: skip
"""Lists whose attribute `n` is the number of their children."""
_DOCTYPE: Final = re.compile(r"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


def parse(source: Source, data: bytes, schemas: Path | None) -> tuple[Element, str]:
    """The root of a QIF document and its version ("3.0" or "2.1").

    Args:
        schemas: folder with the QIF 3.0 schema set (top file QIFDocument.xsd); 3.0 documents are validated against it.
    Raises:
        ImportRefusedError: not well-formed, with a DTD, too large or deep, not QIF, cut short, or against the schema.
    """
    if len(data) > _MAX_BYTES:
        raise source.refusal("end", f"longer than {_MAX_BYTES // 2**20} MiB", "Split it into smaller files.")
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "iso-8859-1"
    if b"\0" in data[:200] and encoding != "utf-16":
        raise source.refusal("start", "an encoding that is not read", "Save it as UTF-8.")
    if _DOCTYPE.search(data.decode(encoding, "replace")):
        raise source.refusal("start", "a DTD or entity declaration", "QIF needs none: save it without.")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, attribute_defaults=False,
        huge_tree=False, remove_comments=True, remove_pis=True, recover=False,
    )  # fmt: skip
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise source.refusal(f"line {error.lineno}", f"not well-formed XML: {error.msg}") from error
    except (ValueError, LookupError) as error:
        raise source.refusal("start", f"not readable as XML: {error}") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise source.refusal("start", "a DTD", "QIF needs none: save it without.")
    namespace = etree.QName(root).namespace or ""
    version = NAMESPACES.get(namespace)
    if etree.QName(root).localname != "QIFDocument" or version is None:
        raise source.refusal(
            place(root), f"the root is {root.tag!r}, not a QIFDocument of version 2 or 3", "Export it as QIF 3.0."
        )
    _check_structure(source, root, namespace)
    if schemas is not None and version == "3.0":
        _validate(source, root, schemas)
    return root, version


def _check_structure(source: Source, root: Element, namespace: str) -> None:
    """Bound the tree; hold `n` against the children; ids must be unique."""
    ids: set[str] = set()
    prefix = f"{{{namespace}}}"
    stack = [(root, 0)]
    count = 0
    while stack:
        element, depth = stack.pop()
        count += 1
        if depth > _MAX_DEPTH or count > _MAX_ELEMENTS:
            raise source.refusal(place(element), f"more than {_MAX_ELEMENTS} elements or deeper than {_MAX_DEPTH}")
        if not isinstance(element.tag, str):
            raise source.refusal(place(element), "an entity reference", "Write the text itself.")
        if not element.tag.startswith(prefix):
            continue  # user attributes may hold XML of their own
        identity = element.get("id")
        if identity is not None:
            if identity in ids:
                raise source.refusal(place(element), f"the id {identity!r} is given twice")
            ids.add(identity)
        announced = element.get("n")
        if announced is not None and name(element) in _COUNTED and announced.strip() != str(len(element)):
            raise source.refusal(
                place(element), f"{name(element)} announces n={announced!r}, {len(element)} are there: cut short?"
            )
        stack.extend((child, depth + 1) for child in element)


def _validate(source: Source, root: Element, folder: Path) -> None:
    schema = _schema(str(folder))
    if not schema.validate(root):
        try:
            schema.assertValid(root)
            line, message = 1, "no reason given"
        except etree.DocumentInvalid as error:
            line, message = getattr(error, "lineno", None) or 1, str(error)
        raise source.refusal(f"line {line}", f"against the QIF 3.0 schema: {message[:300]}")


@lru_cache(maxsize=2)
def _schema(folder: str) -> etree.XMLSchema:
    top = Path(folder) / "QIFDocument.xsd"
    try:
        return etree.XMLSchema(etree.parse(str(top), etree.XMLParser(no_network=True, resolve_entities=False)))
    except (OSError, etree.LxmlError) as error:
        raise ToolMissingError(
            f"the QIF schema set cannot be read from {top}: {error}",
            advice="Point to the folder that holds QIFDocument.xsd and the files it includes, or leave it out.",
        ) from error


def name(element: Element) -> str:
    """The element's name without QIF's namespace; other namespaces stay in it, so that none passes for QIF."""
    tag = str(element.tag)
    space, _, local = tag.rpartition("}")
    return local if space.removeprefix("{") in NAMESPACES else tag


def place(element: Element) -> str:
    """Where the element stands: its line and its name."""
    return f"line {element.sourceline} ({name(element)})"


def child(element: Element | None, *names: str) -> Element | None:
    """The first child with one of the names."""
    if element is None:
        return None
    return next((one for one in element if name(one) in names), None)


def children(element: Element | None, *names: str) -> Iterator[Element]:
    """The children with one of the names; all of them when no name is given."""
    if element is not None:
        yield from (one for one in element if not names or name(one) in names)


def path(element: Element | None, *steps: str) -> Element | None:
    """Follow first children by name."""
    for step in steps:
        element = child(element, step)
    return element


def text(element: Element | None) -> str | None:
    """The element's text, tidied; None when there is none.

    Raises:
        MalformedError: it holds elements where text is needed.
    """
    if element is None:
        return None
    if len(element):
        raise MalformedError(f"{name(element)} holds elements, text is needed")
    return " ".join(str(element.text or "").split()) or None
