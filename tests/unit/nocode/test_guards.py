"""Guards: true, false or an error that names what is missing; never anything in between."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.draft import JsonValue
from evidence.errors import CredenceError, SchemaError
from nocode.document import Node
from nocode.fields import Field, read_field
from nocode.guard_reader import GuardReader, Vocabulary
from nocode.guards import Guard, holds, may_be_missing
from tests.unit.nocode.people import BODY, SUPPLIER, words

_TYPES: dict[str, dict[str, Any]] = {
    "n": {"type": "integer", "least": -100, "most": 100},
    "d": {"type": "decimal"},
    "t": {"type": "text"},
    "c": {"type": "choice", "options": ["low", "high"]},
    "b": {"type": "boolean"},
    "day": {"type": "date"},
    "at": {"type": "instant"},
    "org": {"type": "lei"},
    "files": {"type": "digests"},
}
FIELDS: dict[str, Field] = {
    name: read_field(name, Node({**options, "title": words(name)})) for name, options in _TYPES.items()
}
FACT = read_field("f", Node({"type": "integer", "title": words("f")}))
WORDS = Vocabulary(FIELDS, {"f": FACT}, frozenset({"edit"}))
FULL: dict[str, JsonValue] = {
    "n": 5,
    "d": "1.50",
    "t": "x",
    "c": "low",
    "b": True,
    "day": "2026-11-23",
    "at": "2026-11-23T08:00:00+08:00",
    "org": SUPPLIER,
    "files": ("ab" * 32,),
}


@dataclass
class Around:
    fields: Mapping[str, JsonValue] = field(default_factory=lambda: FULL)
    facts: Mapping[str, JsonValue] = field(default_factory=lambda: {"f": 3})

    def person(self, who: str, part: str) -> str:
        return {"actor": SUPPLIER, "opener": BODY}[who] if part == "organisation" else f"usr_{who}"

    def times(self, event: str, since: Callable[[datetime], datetime] | None) -> int:
        return 2 if since is None else since(datetime(2026, 1, 1, tzinfo=UTC)).day


def read(document: Any, *, clock: bool = False) -> Guard:
    return GuardReader(WORDS, clock=clock).read(Node(document))


def ref(name: str) -> dict[str, str]:
    return {"field": name}


@pytest.mark.parametrize(
    ("guard", "expected"),
    [
        ({"eq": [ref("n"), 5]}, True),
        ({"ne": [ref("n"), 5]}, False),
        ({"lt": [ref("n"), 6]}, True),
        ({"le": [5, ref("n")]}, True),
        ({"gt": [ref("n"), ref("d")]}, True),
        ({"ge": [ref("d"), "1.5"]}, True),
        ({"eq": [ref("d"), "1.500"]}, True),
        ({"in": [ref("c"), ["high"]]}, False),
        ({"in": [ref("n"), [4, 5]]}, True),
        ({"eq": [ref("b"), True]}, True),
        ({"lt": [ref("day"), "2026-11-24"]}, True),
        ({"eq": [ref("at"), "2026-11-23T00:00:00Z"]}, True),
        ({"ge": [ref("at"), "2026-11-23T00:00:01Z"]}, False),
        ({"eq": [ref("org"), {"actor": "organisation"}]}, True),
        ({"ne": [{"actor": "organisation"}, {"opener": "organisation"}]}, True),
        ({"eq": [{"actor": "user"}, {"opener": "user"}]}, False),
        ({"eq": [{"fact": "f"}, 3]}, True),
        ({"eq": [{"size": "files"}, 1]}, True),
        ({"eq": [{"count": "edit"}, 2]}, True),
        ({"eq": [{"count": "edit", "within": "P1D"}, 31]}, True),
        ({"known": "t"}, True),
        ({"not": {"known": "t"}}, False),
        ({"all": [{"known": "t"}, {"eq": [ref("n"), 5]}]}, True),
        ({"any": [{"eq": [ref("n"), 4]}, {"eq": [ref("n"), 5]}]}, True),
        ({"any": [{"eq": [ref("n"), 4]}]}, False),
    ],
)
def test_a_guard_means_what_it_says(guard: Any, expected: bool) -> None:
    assert holds(read(guard), Around()) is expected


@pytest.mark.parametrize(
    ("guard", "place"),
    [
        ("n > 5", "/"),
        ({}, "/"),
        ({"eq": [ref("n"), 5], "ne": [ref("n"), 5]}, "/"),
        ({"call": "os.system"}, "/call"),
        ({"eq": [1, 1]}, "/eq"),
        ({"eq": [ref("n")]}, "/eq"),
        ({"eq": [ref("n"), "5"]}, "/eq/1"),
        ({"eq": [ref("n"), 101]}, "/eq/1"),
        ({"eq": [ref("n"), ref("t")]}, "/eq/1"),
        ({"eq": [ref("day"), ref("at")]}, "/eq/1"),
        ({"eq": [ref("c"), "middle"]}, "/eq/1"),
        ({"lt": [ref("c"), "high"]}, "/lt"),
        ({"lt": [ref("b"), True]}, "/lt"),
        ({"eq": [ref("files"), "ab" * 32]}, "/eq/1"),
        ({"eq": [ref("files"), ref("files")]}, "/eq"),
        ({"eq": [ref("gone"), 1]}, "/eq/0/field"),
        ({"eq": [{"fact": "gone"}, 1]}, "/eq/0/fact"),
        ({"eq": [{"size": "n"}, 1]}, "/eq/0/size"),
        ({"eq": [{"count": "gone"}, 1]}, "/eq/0/count"),
        ({"eq": [{"count": "edit", "within": "1 day"}, 1]}, "/eq/0/within"),
        ({"eq": [{"actor": "password"}, "x"]}, "/eq/0/actor"),
        ({"eq": [{"actor": "organisation"}, "x"]}, "/eq/1"),
        ({"in": [ref("c"), []]}, "/in/1"),
        ({"in": [5, [5]]}, "/in/0"),
        ({"all": []}, "/all"),
        ({"known": "gone"}, "/known"),
        ({"all": [{"eq": [ref("n"), index]} for index in range(17)]}, "/all"),
    ],
)
def test_a_guard_that_does_not_hold_together_is_refused_at_its_place(guard: Any, place: str) -> None:
    with pytest.raises(SchemaError) as refused:
        read(guard)
    assert refused.value.place == place


def test_a_guard_is_bounded_in_depth_and_size() -> None:
    deep: Any = {"known": "n"}
    for _ in range(8):
        deep = {"not": deep}
    with pytest.raises(SchemaError, match="nested deeper"):
        read(deep)
    with pytest.raises(SchemaError, match="more than 64 parts"):
        read({"all": [{"in": [ref("n"), list(range(-100, -40))]}, {"eq": [ref("n"), 1]}]})


def test_the_clock_has_no_actor_and_no_facts() -> None:
    for operand in ({"actor": "organisation"}, {"fact": "f"}):
        with pytest.raises(SchemaError, match="nobody acts"):
            read({"eq": [operand, SUPPLIER]}, clock=True)
    assert holds(read({"eq": [{"opener": "organisation"}, BODY]}, clock=True), Around())


@pytest.mark.parametrize("guard", [{"eq": [ref("n"), 5]}, {"not": {"eq": [ref("n"), 5]}}, {"in": [ref("n"), [1]]}])
def test_a_missing_field_is_an_error_with_its_name_and_never_false(guard: Any) -> None:
    with pytest.raises(SchemaError) as refused:
        holds(read(guard), Around(fields={}))
    assert refused.value.place == "/fields/n"


def test_a_missing_fact_is_an_error_with_its_name() -> None:
    with pytest.raises(SchemaError) as refused:
        holds(read({"lt": [{"fact": "f"}, 5]}), Around(facts={}))
    assert refused.value.place == "/facts/f"


@pytest.mark.parametrize(
    ("guard", "missing"),
    [
        ({"eq": [ref("n"), 5]}, "n"),
        ({"all": [{"known": "n"}, {"eq": [ref("n"), 5]}]}, None),
        ({"all": [{"eq": [ref("n"), 5]}, {"known": "n"}]}, "n"),
        ({"any": [{"not": {"known": "n"}}, {"eq": [ref("n"), 5]}]}, None),
        ({"any": [{"known": "n"}, {"eq": [ref("n"), 5]}]}, "n"),
        ({"not": {"all": [{"known": "n"}, {"eq": [ref("n"), 5]}]}}, None),
        ({"all": [{"any": [{"known": "n"}, {"known": "t"}]}, {"eq": [ref("n"), 5]}]}, "n"),
        ({"all": [{"not": {"any": [{"not": {"known": "n"}}]}}, {"eq": [ref("n"), 5]}]}, None),
        ({"ge": [{"size": "files"}, 1]}, None),
    ],
)
def test_what_may_be_missing_is_known_before_anything_runs(guard: Any, missing: str | None) -> None:
    assert may_be_missing(read(guard), frozenset()) == missing


def guards() -> st.SearchStrategy[Any]:
    leaf = st.one_of(
        st.builds(lambda name: {"known": name}, st.sampled_from(sorted(FIELDS))),
        st.builds(lambda op, value: {op: [ref("n"), value]}, st.sampled_from(["eq", "lt", "ge"]), st.integers(-9, 9)),
        st.builds(lambda value: {"eq": [ref("c"), value]}, st.sampled_from(["low", "high"])),
        st.just({"lt": [ref("d"), ref("n")]}),
    )
    return st.recursive(
        leaf,
        lambda inner: st.one_of(
            st.builds(lambda parts: {"all": parts}, st.lists(inner, min_size=1, max_size=3)),
            st.builds(lambda parts: {"any": parts}, st.lists(inner, min_size=1, max_size=3)),
            st.builds(lambda part: {"not": part}, inner),
        ),
        max_leaves=6,
    )


@given(guards(), st.sets(st.sampled_from(sorted(FIELDS))))
def test_a_guard_judged_safe_never_meets_a_missing_field(document: Any, present: set[str]) -> None:
    guard = read(document)
    around = Around(fields={name: FULL[name] for name in present})
    if may_be_missing(guard, frozenset(present)) is None:
        assert holds(guard, around) in (True, False)


@given(guards())
def test_not_is_the_contrary_of_every_guard(document: Any) -> None:
    try:
        plain, contrary = read(document), read({"not": document})
    except CredenceError:
        return
    assert holds(plain, Around()) is not holds(contrary, Around())
