import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.errors import LimitError, SchemaError
from spc.msa.agreement import cohen, fleiss, matched
from spc.msa.attribute_study import Judgement, attribute_study

ratings = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), min_size=3, max_size=60).filter(
    lambda pairs: len({one for pair in pairs for one in pair}) > 1
)


def test_a_worked_example_of_cohen() -> None:
    found = cohen("y" * 20 + "y" * 5 + "n" * 10 + "n" * 15, "y" * 20 + "n" * 5 + "y" * 10 + "n" * 15)
    assert (found.value, found.observed, found.expected) == pytest.approx((0.4, 0.7, 0.5))
    assert found.error == pytest.approx(0.138564, abs=1e-6)  # sqrt(pe / (n (1 - pe))), where both say yes half the time


def test_fleiss_own_example_of_psychiatric_diagnoses() -> None:
    # Fleiss, Psychological Bulletin 76 (1971), in the layout that textbooks repeat: 10 subjects, 14 raters, 5 classes.
    table = [
        (0, 0, 0, 0, 14), (0, 2, 6, 4, 2), (0, 0, 3, 5, 6), (0, 3, 9, 2, 0), (2, 2, 8, 1, 1),
        (7, 7, 0, 0, 0), (3, 2, 6, 3, 0), (2, 5, 3, 2, 2), (6, 5, 2, 1, 0), (0, 2, 2, 3, 7),
    ]  # fmt: skip
    rows = [[str(kind) for kind, count in enumerate(row) for _ in range(count)] for row in table]
    found = fleiss(rows)
    assert found.overall.value == pytest.approx(0.210, abs=5e-4)
    assert found.overall.observed == pytest.approx(0.378, abs=5e-4)
    assert found.overall.expected == pytest.approx(0.213, abs=5e-4)
    assert [name for name, _, _ in found.classes] == list("01234")


@given(ratings)
@settings(deadline=None)
def test_kappa_is_symmetric_at_most_one_and_one_only_in_full_agreement(pairs: list[tuple[str, str]]) -> None:
    first, second = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    found = cohen(first, second)
    assert found.value == pytest.approx(cohen(second, first).value)
    assert found.value <= 1 + 1e-12 and (found.value > 1 - 1e-9) == (first == second)
    assert found.interval.lower <= found.value <= max(found.interval.upper, found.value)
    assert cohen(first, first).value == pytest.approx(1) if len(set(first)) > 1 else True


def test_the_test_of_chance_rejects_as_often_as_stated() -> None:
    rng = random.Random(4)
    rejected = {"cohen": 0, "fleiss": 0}
    for _ in range(1500):
        judged = [[rng.choice("aab") for _ in range(3)] for _ in range(80)]
        pair = cohen([row[0] for row in judged], [row[1] for row in judged])
        several = fleiss(judged).overall
        assert pair.p is not None and several.p is not None
        rejected["cohen"] += pair.p < 0.05
        rejected["fleiss"] += several.p < 0.05
    for count in rejected.values():
        assert count / 1500 == pytest.approx(0.05, abs=0.02)


def test_the_interval_of_cohens_kappa_covers_about_as_stated() -> None:
    rng, held = random.Random(6), 0
    for _ in range(1000):
        first = [rng.choice("ab") for _ in range(100)]
        second = [one if rng.random() < 0.8 else ("a" if one == "b" else "b") for one in first]
        bounds = cohen(first, second).interval
        held += bounds.lower <= 0.6 <= bounds.upper  # 0.8 observed, 0.5 by chance
    assert held / 1000 == pytest.approx(0.95, abs=0.025)


def test_one_class_only_has_no_kappa() -> None:
    with pytest.raises(SchemaError, match="one class"):
        cohen("aaaa", "aaaa")
    with pytest.raises(SchemaError, match="one class"):
        fleiss(["aa", "aa"])


def test_ratings_that_do_not_line_up_are_refused() -> None:
    with pytest.raises(SchemaError):
        cohen("ab", "abc")
    with pytest.raises(SchemaError):
        fleiss(["ab", "abc"])
    with pytest.raises(SchemaError):
        matched([])
    with pytest.raises(LimitError):
        cohen([str(one) for one in range(60)], [str(one) for one in range(60)])


def test_matched_parts_come_with_exact_bounds() -> None:
    found = matched(["aa"] * 45 + ["ab"] * 5)
    assert (found.matched, found.parts, found.percent) == (45, 50, 90)
    assert (found.interval.lower, found.interval.upper) == pytest.approx((78.19, 96.67), abs=0.01)


def judgements() -> tuple[list[Judgement], dict[str, str]]:
    standard = {f"p{number}": "bad" if number % 3 == 0 else "good" for number in range(12)}
    said = []
    for appraiser in ("Ann", "Bo"):
        for trial in range(2):
            for part, true in standard.items():
                slip = appraiser == "Bo" and part == "p4" and trial == 1
                said.append(Judgement(part, appraiser, "bad" if slip else true))
    return said, standard


def test_a_study_tells_who_slipped() -> None:
    said, standard = judgements()
    found = attribute_study(said, standard)
    ann, bo = found.appraisers
    assert ann.repeats is not None and ann.repeats.percent == 100 and ann.kappa is not None and ann.kappa.value == 1
    assert bo.repeats is not None and bo.repeats.matched == 11
    assert bo.correct is not None and bo.correct.matched == 11 and bo.kappa is not None and 0.8 < bo.kappa.value < 1
    assert found.between is not None and found.between.matched == 11
    assert found.correct is not None and found.correct.matched == 11
    without = attribute_study(said)
    assert without.correct is None and without.appraisers[0].kappa is None and without.kappa == found.kappa


def test_a_study_with_gaps_is_refused() -> None:
    said, standard = judgements()
    with pytest.raises(SchemaError, match=r"appraiser 'Bo', part 'p11'"):
        attribute_study(said[:-1])
    with pytest.raises(SchemaError, match="no standard"):
        attribute_study(said, {"p0": "bad"})
    with pytest.raises(SchemaError, match="no judgement"):
        attribute_study([])
    assert standard
