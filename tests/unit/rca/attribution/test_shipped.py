from rca.attribution.shipped import shipped_figures


def test_the_map_that_ships_reads_and_says_what_it_was_learned_on() -> None:
    found = shipped_figures()
    assert "twin lines" in found.about
    assert found.cases >= 300
    top = found.explains_curve.bins[-1]
    assert top.speaks
    assert top.rate >= 0.92
