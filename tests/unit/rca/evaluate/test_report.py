from rca.evaluate.report import Line, Section, page, table


def test_what_was_to_be_reached_stands_beside_what_was_seen() -> None:
    lines = (
        Line("shop", "top-1", ".65", ">= .75", "0.80", True, mandatory=True),
        Line("shop", "top-3", ".87", ">= .92", "0.90", False),
        Line("shop", "peer", "", "", "0.50", None),
    )
    text = page([Section("Shop", lines, "Body.")])
    assert "| shop | top-1 | .65 | >= .75 | 0.80 | reached (mandatory) |" in text
    assert "| shop | top-3 | .87 | >= .92 | 0.90 | not reached |" in text
    assert "| shop | peer |  |  | 0.50 |  |" in text
    assert "## Shop\n\nBody.\n" in text


def test_a_bar_in_a_cell_does_not_break_the_table() -> None:
    assert "a\\|b" in table(("x",), [("a|b",)])
