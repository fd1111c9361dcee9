from dataclasses import replace
from datetime import date

from evidence.statement import parse
from scoring.change import Basis, changes
from scoring.engine import score
from scoring.facts import Fact, fact_of
from scoring.observe import observe
from scoring.policy_reader import published
from tests.unit.scoring.builders import AS_OF, SUPPLIER, issued, year_of_drafts

FIRST, BALANCED = published("first-2026"), published("balanced-2026")
FACTS: list[Fact] = [fact for item in issued(year_of_drafts()) if (fact := fact_of(parse(item.sd_jwt()))) is not None]
EARLIER = date(2026, 8, 1)


def points(basis: Basis) -> int:
    card = score(observe(basis.facts, basis.policy, basis.as_of), basis.policy, basis.as_of, subject=SUPPLIER)
    return sum(line.points for line in card.lines)


def test_the_causes_sum_to_the_change_exactly() -> None:
    before, after = Basis(FACTS[:15], FIRST, EARLIER), Basis(FACTS, BALANCED, AS_OF)
    found = changes(before, after, subject=SUPPLIER)
    assert sum(change.total for change in found) == points(after) - points(before)
    assert {change.indicator for change in found} == {indicator.id for indicator in BALANCED.indicators}


def test_each_cause_alone_is_named_alone() -> None:
    basis = Basis(FACTS, FIRST, AS_OF)
    for other, cause in (
        (replace(basis, as_of=date(2027, 3, 1)), "ageing"),
        (replace(basis, facts=FACTS[:-4]), "evidence"),
        (replace(basis, policy=BALANCED), "policy"),
    ):
        for change in changes(basis, other, subject=SUPPLIER):
            assert all(getattr(change, name) == 0 for name in {"ageing", "evidence", "policy"} - {cause})
        assert any(change.total for change in changes(basis, other, subject=SUPPLIER))


def test_nothing_changed_is_nothing() -> None:
    basis = Basis(FACTS, FIRST, AS_OF)
    assert all(change.total == 0 for change in changes(basis, basis, subject=SUPPLIER))
