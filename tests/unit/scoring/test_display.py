from hypothesis import given
from hypothesis import strategies as st

from scoring.display import largest_remainder, shown
from tests.unit.scoring.test_engine import mixed, scored


@given(st.lists(st.integers(-(10**8), 10**8), min_size=1, max_size=12), st.sampled_from([1, 10, 10**4, 10**6]))
def test_rounded_parts_sum_to_the_nearest_whole_of_their_total(parts: list[int], unit: int) -> None:
    rounded = largest_remainder(parts, unit)
    assert abs(sum(rounded) * unit - sum(parts)) * 2 <= unit
    assert all(value in (part // unit, part // unit + 1) for part, value in zip(parts, rounded, strict=True))


def test_what_is_shown_sums_to_what_is_shown() -> None:
    for seed in range(20):
        card = scored(mixed(seed))
        for decimals in range(7):
            display = shown(card, decimals)
            assert display.reference + sum(display.contributions) == display.points
            assert display.low * 10 ** (6 - decimals) <= card.low <= card.high <= display.high * 10 ** (6 - decimals)


def test_values_read_as_people_write_them() -> None:
    display = shown(scored(mixed()), 2)
    assert (display.text(9340), display.text(-20), display.text(5)) == ("93.40", "-0.20", "0.05")
    assert shown(scored(mixed()), 0).text(-7) == "-7"


def test_nothing_is_shown_of_a_subject_that_is_not_rated() -> None:
    display = shown(scored([]))
    assert (display.points, display.reference, set(display.contributions)) == (0, 0, {0})
