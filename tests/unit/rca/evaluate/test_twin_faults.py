from pathlib import Path

from rca.evaluate.faults import Setting
from rca.evaluate.sections import twins_section
from rca.evaluate.twin_faults import EXPERT_ONLY, OURS, evaluate_twins
from rca.evaluate.work import Work
from rca.twins.recipe import Recipe

SMALL = Setting(recipe=Recipe(tiers=((0, 3), (1, 4), (2, 3))), reference=200, window=40)


def test_twins_are_judged_end_to_end_and_from_kept_cases_alike(tmp_path: Path) -> None:
    found = evaluate_twins(
        Work(tmp_path), lessons=range(100, 140), tested=range(200, 210), short=range(300, 303), setting=SMALL
    )
    assert set(found.ranks) > {OURS, EXPERT_ONLY}
    assert all(len(one.ranks) == 10 for one in found.ranks.values())
    assert found.map.cases == 40
    again = evaluate_twins(
        Work(tmp_path), lessons=range(100, 140), tested=range(200, 210), short=range(300, 303), setting=SMALL
    )
    assert again == found
    section = twins_section(found)
    assert [line.reach for line in section.lines] == [">= .72", ">= .87", ">= .90"]
