"""QIF 2.1 and 3.0: measured values to measurement series, verdicts to inspection results, statistics to studies.

Source:
    ANSI QIF 3.0 / ISO 23952, QIF 2.1 (Results and Statistics); plans and definitions carry no values.
"""

from __future__ import annotations

from pathlib import Path

from evidence.draft import Draft
from lake.content import FileContent, Source
from lake.notes import Notes
from lake.qif_model import Model
from lake.qif_results import Results
from lake.qif_studies import Studies
from lake.qif_xml import child, children, name, parse
from lake.series import UNSTATED, series_drafts
from lake.units import UNSTATED as UNSTATED_UNIT


def read(source: Source, data: bytes, *, schemas: Path | None = None) -> FileContent:
    """Read one QIF document.

    Args:
        schemas: folder with the QIF 3.0 schema set; when given, 3.0 documents are validated against it first.
    Raises:
        ImportRefusedError: what cannot be read or contradicts itself, with its line.
        ToolMissingError: `schemas` is given, but holds no schema set.
    """
    root, version = parse(source, data, schemas)
    notes = Notes()
    with source.at("document"):
        model = Model(source, root)
    results = Results(source, model, notes)
    studies = Studies(source, model, results, notes)
    gauges = studies.is_gauge_study()
    drafts: list[Draft] = series_drafts(source, results.readings(with_limits=not gauges))
    if gauges and drafts:
        notes.add("a study of a measuring system: its values are no production, limits and verdicts are left out")
    if not gauges:
        drafts += results.verdicts.drafts(results.latest())
    drafts += studies.drafts()
    if not drafts:
        parts = ", ".join(dict.fromkeys(name(one) for one in children(root)))
        kind = "a plan" if child(root, "Plan", "MeasurementPlan") is not None else "a document"
        notes.first(f"{kind} without measured values or statistics (it holds {parts})")
    if any(draft.fields.get("unit") == UNSTATED_UNIT for draft in drafts):
        notes.add("the file names no unit (the standard would have such numbers read as SI units, metres)")
    if any(draft.fields.get("part") == UNSTATED for draft in drafts):
        notes.add("the file names no part")
    return FileContent(f"QIF {version}", tuple(drafts), notes.text())
