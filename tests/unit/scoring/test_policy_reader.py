import copy
import hashlib
from importlib import resources
from typing import Any

import pytest

from evidence import canonical
from evidence.errors import MalformedError, NotFoundError, SchemaError
from scoring.indicators import COMPLAINT_RESPONSE, INDICATORS, SURPRISE_INSPECTION
from scoring.policy_reader import PUBLISHED, decode, published
from scoring.scale import FULL, POINT
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


HASHES = {
    "first-2026": "ba29c79ec7bcd22797596b852c60b0714e29ea7e693498be34ea544b185f9e98",
    "complaint-first-2026": "f1e26fcb2ee2ded37bba9cfacd9d00e4902595749c3942a07ff8cef303a460cf",
    "balanced-2026": "a6cc7722bbc033aa1c03750d3466118cb8acf5b73b2da323e163b9fd29650dc3",
}


def test_the_published_policies_have_the_hashes_that_were_published() -> None:
    assert {name: published(name).hash.hex() for name in PUBLISHED} == HASHES


def test_the_two_full_policies_weigh_every_indicator() -> None:
    for name in ("complaint-first-2026", "balanced-2026"):
        assert {indicator.id for indicator in published(name).indicators} == set(INDICATORS)
    weights = {indicator.id: indicator.weight for indicator in published("complaint-first-2026").indicators}
    assert (weights[COMPLAINT_RESPONSE], weights[SURPRISE_INSPECTION]) == (32 * POINT, 28 * POINT)


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
        ("/indicators/0/minimum/activity", ..., "/indicators/0/minimum"),
        ("/effort/charm", [], "/effort/charm"),
        ("/effort/capability", [], "/effort/capability"),
        ("/effort/capability/1/theta", 400_000_000, "/effort/capability/1/theta"),
        ("/effort/capability/0/effort", 0, "/effort/capability/0/effort"),
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


@pytest.mark.parametrize(
    ("name", "path", "value"),
    [
        ("surprise-inspection", "finding", {"minor": 0, "major": 0}),
        ("surprise-inspection", "issuer_cap", 0),
        ("complaint-response", "response_hours", {"minor": 0, "major": 1, "critical": 1}),
        ("repeat-problems", "within_days", 0),
        ("process-stability", "curve", [[0, 5], [1, 4]]),
        ("process-stability", "minimum_n", 3),
        ("process-risk", "surprise", 1),
    ],
)
def test_bad_options_of_every_indicator_are_refused_at_their_place(name: str, path: str, value: object) -> None:
    document: Any = canonical.loads(published("balanced-2026").encode())
    index = next(i for i, entry in enumerate(document["indicators"]) if entry["id"] == name)
    document["indicators"][index]["options"][path] = value
    with pytest.raises(SchemaError) as error:
        decode(canonical.encode(document))
    assert error.value.place.startswith(f"/indicators/{index}/options/{path}")
