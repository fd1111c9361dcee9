import numpy as np
import pytest

from evidence.errors import SchemaError
from rca.attribution.events import EventHabits, EventSuspect, Run, Timing, events_document, run_of

SIGNALS = ("command", "sensor", "lamp", "door")
Event = tuple[float, str, bool]


def cycle(rng: np.random.Generator, cycles: int, start: float = 0.0) -> list[Event]:
    """A command, and the sensor that answers within a second; the door as it likes."""
    found: list[Event] = [(start, name, False) for name in SIGNALS]
    now = start + 5.0
    for _ in range(cycles):
        for state in (True, False):
            found.append((now, "command", state))
            found.append((now + float(rng.uniform(0.3, 0.9)), "sensor", state))
            found.append((now + float(rng.uniform(3.0, 5.0)), "door", bool(rng.random() < 0.5)))
            now += float(rng.uniform(8.0, 12.0))
    return found


@pytest.fixture(scope="module")
def habits() -> EventHabits:
    return EventHabits(SIGNALS, [run_of(cycle(np.random.default_rng(seed), 30), SIGNALS) for seed in range(8)])


def end(events: list[Event]) -> float:
    return max(moment for moment, _, _ in events)


def test_a_sensor_that_flips_without_a_command_is_named(habits: EventHabits) -> None:
    events = cycle(np.random.default_rng(100), 10)
    moment = end(events) + 6.0
    events.append((moment, "sensor", True))
    found = habits.explain(run_of(events, SIGNALS), moment + 1.0)
    assert found[0].name == "sensor"
    assert found[0].changed > 0


def test_a_sensor_that_does_not_answer_is_named(habits: EventHabits) -> None:
    events = cycle(np.random.default_rng(101), 10)
    moment = end(events) + 6.0
    events.append((moment, "command", True))
    found = habits.explain(run_of(events, SIGNALS), moment + 3.0)
    assert found[0].name == "sensor"
    assert found[0].changed == 0.0
    assert found[0].unanswered > 0


def test_a_signal_never_seen_to_change_is_named(habits: EventHabits) -> None:
    events = cycle(np.random.default_rng(102), 10)
    moment = end(events) + 6.0
    events.append((moment, "lamp", True))
    assert habits.explain(run_of(events, SIGNALS), moment + 1.0)[0].name == "lamp"


def test_what_happens_after_the_alarm_is_not_looked_at(habits: EventHabits) -> None:
    events = cycle(np.random.default_rng(103), 10)
    alarm = end(events) + 6.0
    before = habits.explain(run_of(events, SIGNALS), alarm)
    events.append((alarm + 0.1, "lamp", True))
    assert habits.explain(run_of(events, SIGNALS), alarm) == before


def test_a_quiet_run_surprises_little(habits: EventHabits) -> None:
    scores = [
        habits.explain(run_of(events, SIGNALS), end(events) + 1.0)[0].score
        for events in (cycle(np.random.default_rng(seed), 10) for seed in range(200, 220))
    ]
    assert np.median(scores) < 6


def test_a_machine_set_up_differently_today_is_not_taken_for_broken() -> None:
    quiet = [run_of(cycle(np.random.default_rng(seed), 30), SIGNALS) for seed in range(8)]
    events = [one for one in cycle(np.random.default_rng(104), 60) if one[1] != "lamp"] + [(0.0, "lamp", True)]
    found = EventHabits(SIGNALS, quiet).explain(run_of(events, SIGNALS), end(events) + 1.0)
    assert found[0].score < 6


def test_learning_is_not_touched_by_asking(habits: EventHabits) -> None:
    events = cycle(np.random.default_rng(105), 10)
    run, alarm = run_of(events, SIGNALS), end(events) + 1.0
    assert habits.explain(run, alarm) == habits.explain(run, alarm)


def test_events_of_one_moment_are_one_change_and_unknown_signals_are_passed_over() -> None:
    run = run_of([(1.0, "a", True), (1.0, "b", False), (0.0, "a", False), (2.0, "z", True)], ("a", "b"))
    assert run.times.tolist() == [0.0, 1.0]
    assert run.states.tolist() == [[0, -1], [1, 0]]


def test_wrong_runs_are_refused(habits: EventHabits) -> None:
    with pytest.raises(SchemaError, match="no event"):
        run_of([], SIGNALS)
    with pytest.raises(SchemaError, match="rise"):
        Run(np.array([1.0, 1.0]), np.zeros((2, 1), dtype=np.int8))
    with pytest.raises(SchemaError, match="0, 1 or -1"):
        Run(np.array([1.0]), np.full((1, 1), 7, dtype=np.int8))
    with pytest.raises(SchemaError, match="4 are known"):
        habits.explain(Run(np.array([1.0]), np.zeros((1, 1), dtype=np.int8)), 2.0)
    with pytest.raises(SchemaError, match="above zero"):
        Timing(before=0.0)


def test_the_document_holds_texts() -> None:
    assert events_document([EventSuspect("a", 1.5, 0.0)]) == [{"name": "a", "changed": "1.5", "unanswered": "0.0"}]
