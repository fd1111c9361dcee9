"""The gaming list: splitting, duplicating, idling, re-registering, omitting, restating, befriended inspectors."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date

from evidence.draft import Kind
from evidence.identity import Subject
from scoring.facts import Fact
from tests.unit.scoring.builders import PURCHASER, SUPPLIER, fact
from tests.unit.scoring.tricks import INSPECTORS, SISTER, History, Trick, audit, case, complaint, day, lot, renumbered


def say_it_again(rng: random.Random, was: History) -> History:
    """The same record under the next number."""
    item = rng.choice(was.facts)
    return was.plus(renumbered(item, was.next(item.kind, item.issuer)))


def send_it_twice(rng: random.Random, was: History) -> History:
    """The same statement twice."""
    return was.plus(rng.choice(was.facts))


def shuffle(rng: random.Random, was: History) -> History:
    """Another order."""
    facts = list(was.facts)
    rng.shuffle(facts)
    return History(tuple(facts), was.as_of)


def split_a_lot(rng: random.Random, was: History) -> History | None:
    """One lot becomes two, all its bad units in the smaller part."""
    item = rng.choice(was.of(Kind.INSPECTION_RESULT))
    inspected, bad = (item.need(name).integer(0, 10**9) for name in ("inspected", "nonconforming"))
    if not max(1, bad) < inspected:
        return None
    cut = rng.randint(max(1, bad), inspected - 1)
    first = replace(item, fields={**item.fields, "lot": "L-a", "inspected": cut})
    rest = renumbered(item, was.next(Kind.INSPECTION_RESULT), lot="L-b", inspected=inspected - cut, nonconforming=0)
    return was.swapped(item, first).plus(rest)


def omit(rng: random.Random, was: History) -> History | None:
    """A record in the middle is not sent; what comes after it shows the gap."""
    inner = [one for one in was.facts if one.sequence < was.next(one.kind, one.issuer) - 1]
    return was.without(rng.choice(inner)) if inner else None


def one_more_bad_lot(rng: random.Random, was: History) -> History:
    """More bad evidence."""
    bad = rng.randint(1, 500)
    return was.plus(lot(rng, was.next(Kind.INSPECTION_RESULT), inspected=bad, nonconforming=bad))


def one_unit_worse(rng: random.Random, was: History) -> History | None:
    """A lot with one bad unit more."""
    item = rng.choice(was.of(Kind.INSPECTION_RESULT))
    inspected, bad = (item.need(name).integer(0, 10**9) for name in ("inspected", "nonconforming"))
    worse = replace(item, fields={**item.fields, "nonconforming": bad + 1})
    return was.swapped(item, worse) if bad < inspected else None


def one_more_late_case(rng: random.Random, was: History) -> History:
    """A case that is open for long."""
    item = case(rng, was.next(Kind.NONCONFORMANCE))
    fields = {name: value for name, value in item.fields.items() if name != "closed_at"}
    opened = {**fields, "state": "opened", "opened_at": "2026-05-01T00:00:00Z", "severity": "critical"}
    return was.plus(replace(item, fields=opened, occurred="2026-05-01T00:00:00Z"))


def one_more_unanswered_complaint(rng: random.Random, was: History) -> History:
    """A complaint that nobody answered."""
    item = complaint(rng, was.next(Kind.COMPLAINT))
    fields = {name: value for name, value in item.fields.items() if name != "responded_at"}
    return was.plus(replace(item, fields={**fields, "state": "received"}))


def restate_a_case_milder(rng: random.Random, was: History) -> History:
    """The same case, said again to be minor and younger."""
    item = rng.choice(was.of(Kind.NONCONFORMANCE))
    fields = {"severity": "minor"} | ({"opened_at": "2026-10-31T00:00:00Z"} if "closed_at" not in item.fields else {})
    return was.plus(renumbered(item, was.next(Kind.NONCONFORMANCE), **fields))


def restate_a_complaint_younger(rng: random.Random, was: History) -> History | None:
    """The same complaint, said again to have come later."""
    item = rng.choice(was.of(Kind.COMPLAINT))
    received = str(item.fields.get("responded_at", "2026-11-20T00:00:00Z"))
    return was.plus(renumbered(item, was.next(Kind.COMPLAINT), received_at=received))


def close_the_customers_case(rng: random.Random, was: History) -> History:
    """The supplier says that the purchaser's case was closed the day it was opened."""
    return was.plus(_closed_at_once(was, str(was.of(Kind.NONCONFORMANCE, PURCHASER)[0].fields["number"])))


def close_a_case_of_ones_own(rng: random.Random, was: History) -> History:
    """The same case under a number of one's own: what the supplier could state anyhow."""
    return was.plus(_closed_at_once(was, "N-OWN"))


def _closed_at_once(was: History, number: str) -> Fact:
    item = was.of(Kind.NONCONFORMANCE, PURCHASER)[0]
    opened = str(item.fields["opened_at"])
    fields = {**item.fields, "number": number, "state": "closed", "closed_at": opened}
    return fact(Kind.NONCONFORMANCE, opened, fields, sequence=was.next(Kind.NONCONFORMANCE))


def drop_defect_codes(rng: random.Random, was: History) -> History:
    """Without codes nobody sees a repetition, or so they think."""

    def dropped(name: str, it: object) -> bool:
        return name == "defect_code" and rng.random() < 0.5

    facts = [replace(it, fields={n: v for n, v in it.fields.items() if not dropped(n, v)}) for it in was.facts]
    return History(tuple(facts), was.as_of)


def widen_a_limit(rng: random.Random, was: History) -> History:
    """A further series of the newest month, its limits wide."""
    return was.plus(_one_more_series(was, upper_limit="99.00"))


def measure_once_more(rng: random.Random, was: History) -> History:
    """The same further series with the limits as they are."""
    return was.plus(_one_more_series(was))


def _one_more_series(was: History, **fields: str) -> Fact:
    item = was.of(Kind.MEASUREMENT_SERIES)[-1]
    return renumbered(item, was.next(Kind.MEASUREMENT_SERIES), lot="again", **fields)


def one_more_good_lot(rng: random.Random, was: History) -> History:
    """More good evidence."""
    return was.plus(lot(rng, was.next(Kind.INSPECTION_RESULT), nonconforming=0))


def one_more_clean_inspection_of_the_same_owner(rng: random.Random, was: History) -> History:
    """A second company of one owner also finds everything in order, in the same month."""
    one = one_clean_inspection(rng, was)
    number = was.next(Kind.AUDIT, INSPECTORS[3])
    return one.plus(audit("2026-09-11T12:00:00Z", number, INSPECTORS[3], name="Z1"))


def one_clean_inspection(rng: random.Random, was: History) -> History:
    """One company of that owner finds everything in order."""
    number = was.next(Kind.AUDIT, INSPECTORS[2])
    return was.plus(audit("2026-09-10T12:00:00Z", number, INSPECTORS[2], name="Z0"))


def skip_the_newest_month(rng: random.Random, was: History) -> History | None:
    """The last month's series is never stated; the running month cannot be missed yet, so it is no trick there."""
    *others, last = was.of(Kind.MEASUREMENT_SERIES)
    if last.occurred[:7] == was.as_of.isoformat()[:7] or not others or others[-1].occurred[:7] == last.occurred[:7]:
        return None
    return was.without(last)


def go_idle(rng: random.Random, was: History) -> History:
    """Nothing happens for months."""
    return History(was.facts, rng.choice((date(2027, 2, 1), date(2027, 6, 1), date(2027, 11, 1), date(2028, 12, 31))))


def move_to_a_new_plant(rng: random.Random, was: History) -> History:
    """The newest record of a kind is stated about a plant with a new name; the organisation answers for it."""
    item = rng.choice(was.of(rng.choice((Kind.INSPECTION_RESULT, Kind.COMPLAINT, Kind.NONCONFORMANCE)))[-1:])
    return was.swapped(item, replace(item, subject=Subject(SUPPLIER.lei, "NEW"), sequence=1))


def register_again(rng: random.Random, was: History) -> History:
    """A new legal entity, without any past."""
    return History((), was.as_of)


def leave_a_slot_unopened(rng: random.Random, was: History) -> History | None:
    """The opening never comes."""
    openings = [it for it in was.of(Kind.INSPECTION_SLOT, PURCHASER) if it.fields["state"] == "opened"]
    return was.without(rng.choice(openings)) if openings else None


def buy_time_for_a_slot(rng: random.Random, was: History) -> History:
    """The promise is restated with a later term."""
    promise = was.of(Kind.INSPECTION_SLOT, PURCHASER)[0]
    number = was.next(Kind.INSPECTION_SLOT, PURCHASER)
    return was.plus(renumbered(promise, number, due_at="2027-10-01T00:00:00Z"))


def choose_the_inspector(rng: random.Random, was: History) -> History | None:
    """The slot is opened with another inspector than the one drawn."""
    openings = [it for it in was.of(Kind.INSPECTION_SLOT, PURCHASER) if it.fields["state"] == "opened"]
    if not openings:
        return None
    item = rng.choice(openings)
    friend = rng.choice([lei for lei in INSPECTORS if str(lei) != item.fields["inspector"]])
    report = audit(f"{item.fields['day']}T12:00:00Z", 1, friend, "pass", str(item.fields["audit"]))
    opened = was.swapped(item, replace(item, fields={**item.fields, "inspector": str(friend)}))
    drawn = [it for it in was.facts if it.kind is Kind.AUDIT and it.fields["number"] == item.fields["audit"]]
    return opened.without(*drawn).plus(report)


def choose_the_day(rng: random.Random, was: History) -> History | None:
    """The slot is opened with another day than the one committed to."""
    openings = [it for it in was.of(Kind.INSPECTION_SLOT, PURCHASER) if it.fields["state"] == "opened"]
    if not openings:
        return None
    item = rng.choice(openings)
    other = f"{str(item.fields['day'])[:8]}{'28' if not str(item.fields['day']).endswith('28') else '01'}"
    return was.swapped(item, replace(item, fields={**item.fields, "day": other}))


def ask_a_sister(rng: random.Random, was: History) -> History:
    """A company of the same owner finds everything in order."""
    return was.plus(audit(day(rng), 1, SISTER))


def praise_oneself(rng: random.Random, was: History) -> History:
    """One's own node, or a sister's, says that one trained with the others."""
    issuer = rng.choice((SUPPLIER.lei, SISTER))
    fields = {"name": "federated-learning", "value": "1", "unit": "1", "period": "2026-10"}
    return was.plus(fact(Kind.KPI, day(rng), fields, issuer=issuer, sequence=was.next(Kind.KPI, issuer)))


TRICKS: tuple[Trick, ...] = (
    say_it_again,
    send_it_twice,
    shuffle,
    split_a_lot,
    omit,
    one_more_bad_lot,
    one_unit_worse,
    one_more_late_case,
    one_more_unanswered_complaint,
    restate_a_case_milder,
    restate_a_complaint_younger,
    drop_defect_codes,
    skip_the_newest_month,
    go_idle,
    move_to_a_new_plant,
    register_again,
    leave_a_slot_unopened,
    buy_time_for_a_slot,
    choose_the_day,
    ask_a_sister,
    praise_oneself,
)
"""None of them raises a score."""
WITH_SLOTS: tuple[Trick, ...] = (choose_the_inspector,)
"""None of them raises a score where clean inspections count only in promised slots."""
PAIRS: tuple[tuple[Trick, Trick], ...] = (
    (measure_once_more, widen_a_limit),
    (close_a_case_of_ones_own, close_the_customers_case),
    (one_clean_inspection, one_more_clean_inspection_of_the_same_owner),
)
"""The second never scores above the first."""
GOOD: tuple[Trick, ...] = (one_more_good_lot,)
"""These never lower a score."""
EQUAL: tuple[Trick, ...] = (send_it_twice, shuffle)
"""These change nothing at all."""
