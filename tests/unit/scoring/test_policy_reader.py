import copy
import hashlib
from importlib import resources
from typing import Any

import pytest

from evidence import canonical
from evidence.errors import MalformedError, NotFoundError, SchemaError
from scoring.policy_reader import PUBLISHED, decode, published
from scoring.scale import FULL
from tests.support.fuzz import assert_refuses_cleanly

FIRST = published("first-2026")


def changed(path: str, value: object) -> bytes:
    """The first policy with one place replaced (or, with `...`, removed)."""
    document: Any = copy.deepcopy(canonical.loads(FIRST.encode()))
    *parents, last = path.strip("/").split("/")
    holder = document
    for name in parents:
        holder = holder[int(name) if isinstance(holder, list) else name]
    if value is ...:
        del holder[last]
    else:
        holder[int(last) if isinstance(holder, list) else last] = value
    return canonical.encode(document)


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_published_policy_is_canonical_and_its_hash_is_that_of_its_file(name: str) -> None:
    data = resources.files("scoring").joinpath("policies", f"{name}.json").read_bytes()
    policy = decode(data)
    assert policy.name == name
    assert policy.encode() == data
    assert policy.hash == hashlib.sha256(data).digest()
    assert sum(indicator.weight for indicator in policy.indicators) == FULL


def test_the_first_policy_has_the_hash_that_was_published() -> None:
    assert FIRST.hash.hex() == "66bab21cc328fbf5c13cb374522e99d8077362368deec2c4d2afddd489e01a79"


@pytest.mark.parametrize(
    ("path", "value", "place"),
    [
        ("/indicators/0/weight", 1, "/indicators"),
        ("/indicators/0/weight", 0, "/indicators/0/weight"),
        ("/indicators/0/id", "charm", "/indicators/0/id"),
        ("/indicators/1/id", "capability", "/indicators/1/options"),
        ("/indicators/1/curve/3", [40_000, 1], "/indicators/1/curve/4"),
        ("/indicators/1/curve/3/0", 20_000, "/indicators/1/curve/3"),
        ("/indicators/1/curve/0/0", -1, "/indicators/1/curve/0/0"),
        ("/indicators/1/curve", [[0, 0], [10, 5]], "/indicators/1/curve"),
        ("/indicators/1/curve", [[0, 0]], "/indicators/1/curve"),
        ("/indicators/0/options/sigma", "robust", "/indicators/0/options/sigma"),
        ("/indicators/0/options/minimum_n", 1, "/indicators/0/options/minimum_n"),
        ("/indicators/0/options/curve/1/1", 700_000, "/indicators/0/options/curve/2"),
        ("/indicators/2/options/deadline_days/major", ..., "/indicators/2/options/deadline_days"),
        ("/indicators/2/options/deadline_days/major", True, "/indicators/2/options/deadline_days/major"),
        ("/decay/table/3", 0, "/decay/table/3"),
        ("/decay/half_life", 11, "/decay/table/1"),
        ("/bands/1/floor", 95_000_000, "/bands/1/floor"),
        ("/bands/4/floor", 1, "/bands/4/floor"),
        ("/bands/1/name", "A", "/bands/1/name"),
        ("/priors/*", ..., "/priors"),
        ("/priors/*/closure-time", ..., "/priors/*"),
        ("/priors/*/closure-time/bad", 0, "/priors/*/closure-time/bad"),
        ("/priors/pcb", {"charm": {"bad": 1, "good": 1}}, "/priors/pcb/charm"),
        ("/priors/a~b", {"x": 1}, "/priors/a~0b/x"),
        ("/confidence_ppm", 900_001, "/confidence_ppm"),
        ("/valid/until", "2025-01-01", "/valid/until"),
        ("/valid/until", "2026-02-30", "/valid/until"),
        ("/eligibility/floor", FULL + 1, "/eligibility/floor"),
        ("/missing", "renormalise", "/missing"),
        ("/format", "credence-policy/2", "/format"),
        ("/surprise", 1, "/surprise"),
        ("/title/zh", "", "/title/zh"),
        ("/name", ..., "/"),
    ],
)
def test_a_bad_policy_is_refused_at_the_exact_place(path: str, value: object, place: str) -> None:
    with pytest.raises(SchemaError) as error:
        decode(changed(path, value))
    assert error.value.place == place


def test_an_indicator_named_twice_is_refused() -> None:
    document: Any = canonical.loads(FIRST.encode())
    document["indicators"].append(document["indicators"][1])
    with pytest.raises(SchemaError) as error:
        decode(canonical.encode(document))
    assert error.value.place in ("/indicators", "/indicators/3")


def test_a_policy_that_is_not_canonical_is_refused() -> None:
    with pytest.raises(MalformedError):
        decode(FIRST.encode() + b"\n")


def test_an_unknown_name_says_which_policies_there_are() -> None:
    with pytest.raises(NotFoundError) as error:
        published("first-1926")
    assert "first-2026" in error.value.advice


def test_any_mutation_of_a_policy_is_read_or_refused() -> None:
    def read(data: bytes) -> None:
        assert decode(canonical.encode(canonical.loads(data))).encode()

    assert assert_refuses_cleanly(decode, [FIRST.encode()]) > 400
    assert assert_refuses_cleanly(read, [FIRST.encode()]) > 200
