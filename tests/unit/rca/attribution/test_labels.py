import numpy as np
import pytest

from rca.attribution.attribute import attribute
from rca.attribution.dags import one_graph
from rca.attribution.labels import labelled_frame
from rca.columns import Column, Kind
from rca.table import Table, table_of

SUPPLIERS = ("north", "south", "east")


def lots(seed: int, rows: int, south: float, order: tuple[int, ...] = (0, 1, 2)) -> Table:
    rng = np.random.default_rng(seed)
    supplier = rng.choice(3, rows, p=[(1 - south) / 2, south, (1 - south) / 2])
    leak = 3.0 * (supplier == 1) + rng.normal(size=rows)
    names = tuple(SUPPLIERS[place] for place in order)
    codes = np.array([names.index(SUPPLIERS[one]) for one in supplier], dtype=float)
    columns = [Column("supplier", Kind.CATEGORICAL, categories=names), Column("noise"), Column("leak", tier=1)]
    return table_of(columns, [codes, rng.normal(size=rows), leak])


def test_a_changed_mix_of_suppliers_is_found() -> None:
    frame = labelled_frame(lots(0, 400, 0.2), lots(1, 60, 0.9), "leak")
    dags = one_graph(frame.names, [("supplier", "leak"), ("noise", "leak")])
    found = attribute(frame, dags)
    assert found.causes[0].name == "supplier"
    assert found.causes[0].share > 0.5


def test_the_order_of_labels_changes_nothing() -> None:
    one = labelled_frame(lots(0, 400, 0.2), lots(1, 60, 0.9), "leak")
    other = labelled_frame(lots(0, 400, 0.2, (2, 0, 1)), lots(1, 60, 0.9, (2, 0, 1)), "leak")
    assert np.allclose(one.window, other.window)


def test_a_label_never_seen_before_stands_at_the_overall_mean() -> None:
    before = lots(0, 400, 0.2)
    values = np.array(before.values)
    values[values[:, 0] == 2, 0] = 0.0
    frame = labelled_frame(Table(before.columns, values), lots(1, 60, 0.0), "leak")
    unseen = lots(1, 60, 0.0).column("supplier") == 2
    assert frame.window[unseen, 0] == pytest.approx(float(values[:, 2].mean()))


def test_a_table_without_labels_is_left_alone_and_a_labelled_target_becomes_yes_or_no() -> None:
    table = lots(0, 400, 0.2)
    plain = table.select(["noise", "leak"])
    assert np.array_equal(labelled_frame(plain, plain, "leak").reference, plain.values)
    frame = labelled_frame(table, lots(1, 60, 0.9), "supplier")
    assert set(np.unique(frame.window[:, 0])) == {0.0, 1.0}


def test_of_very_many_rows_evenly_spaced_ones_stand_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rca.attribution.labels.MOST_CELLS", 300)
    table = lots(0, 400, 0.2)
    frame = labelled_frame(table, lots(1, 60, 0.9), "leak")
    assert frame.reference.shape == (100, 3) and frame.window.shape == (60, 3)
    leak = table.column("leak")
    assert set(frame.reference[:, frame.place("leak")]) <= set(leak) and frame.reference[-1, 2] == leak[-1]
