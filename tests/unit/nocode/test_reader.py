"""Definitions: every fault is refused, at the exact place."""

from __future__ import annotations

import json
import random
from importlib import resources
from typing import Any

import jsonschema
import pytest

from evidence import canonical
from evidence.errors import LimitError, MalformedError, NotFoundError, SchemaError
from nocode.reader import MAX_BYTES, SHIPPED, decode, parse, shipped
from tests.support.fuzz import assert_refuses_cleanly, mutations
from tests.unit.nocode.people import changed, read, small_flow, words

SCHEMA = json.loads((resources.files("nocode") / "schema" / "flow.1.json").read_text(encoding="utf-8"))
RELEASE = "/states/review/signatures/release"
HANDLER = small_flow()["states"]["draft"]["on"]["submit"]

FAULTS: list[tuple[str, str, object, str]] = [
    # where it is changed, into what (None removes it), and where the refusal points
    ("unknown format", "/format", "credence-flow/2", "/format"),
    ("unknown member", "/colour", "red", "/colour"),
    ("missing member", "/title", None, "/"),
    ("one language", "/title", {"en": "x"}, "/title"),
    ("version zero", "/version", 0, "/version"),
    ("version true", "/version", True, "/version"),
    ("bad id", "/id", "Repair Claim", "/id"),
    ("no roles", "/roles", {}, "/roles"),
    ("clock as a role", "/roles/clock", words("c"), "/roles"),
    ("list as a fact", "/facts/files", {"type": "digests", "title": words("f")}, "/facts"),
    ("unknown state", "/states/draft/on/submit/ways/0/to", "reviewed", "/states/draft/on/submit/ways/0/to"),
    ("unknown state at the opening", "/opening/ways/0/to", "x", "/opening/ways/0/to"),
    ("unknown state after signing", RELEASE + "/to", "x", RELEASE + "/to"),
    ("unknown role", "/states/draft/on/submit/by", ["boss"], "/states/draft/on/submit/by/0"),
    ("nobody", "/states/draft/on/submit/by", [], "/states/draft/on/submit/by"),
    ("clock with others", "/states/review/on/lapse/by", ["clock", "author"], "/states/review/on/lapse/by"),
    ("form of the clock", "/states/review/on/lapse/form", {"required": ["text"]}, "/states/review/on/lapse/form"),
    ("unknown field", "/opening/form/required", ["text", "gone"], "/opening/form/required/1"),
    ("field twice", "/opening/form", {"required": ["text"], "optional": ["text"]}, "/opening/form"),
    ("no way", "/states/draft/on/submit/ways", [], "/states/draft/on/submit/ways"),
    ("unreachable state", "/states/island", {"title": words("i"), "end": True}, "/states/island"),
    ("a state cut off", "/states/draft/on/submit/ways/0/to", "draft", "/states/lapsed"),
    ("an end that goes on", "/states/lapsed/on", {"back": HANDLER}, "/states/lapsed/on"),
    ("opening twice", "/states/draft/on/open", HANDLER, "/states/draft/on/open"),
    ("deadline without handler", "/states/review/on/lapse", None, "/states/review/deadlines/1/event"),
    ("deadline handled by people", "/states/review/on/lapse/by", ["author"], "/states/review/deadlines/1/event"),
    ("handler without deadline", "/states/review/deadlines", None, "/states/review/on/lapse"),
    ("two deadlines, one event", "/states/review/deadlines/0/event", "lapse", "/states/review/deadlines/1/event"),
    ("no duration", "/states/review/deadlines/0/after", "2 days", "/states/review/deadlines/0/after"),
    ("signature without meaning", RELEASE + "/meaning", None, RELEASE),
    ("signature without role", RELEASE + "/role", None, RELEASE),
    ("unknown meaning", RELEASE + "/meaning", "ok", RELEASE + "/meaning"),
    ("signed by no role", RELEASE + "/role", "x", RELEASE + "/role"),
    ("no signature at all", RELEASE + "/count", 0, RELEASE + "/count"),
    ("unknown other step", RELEASE + "/not_signers_of", ["x"],
     RELEASE + "/not_signers_of/0"),
    ("fewer people than needed", "/states/released/needs/people", 3, RELEASE + "/to"),
    ("another meaning than needed", "/states/released/needs/meaning", "approval", RELEASE + "/to"),
    ("past the signatures", "/states/draft/on/submit/ways/0/to", "released", "/states/draft/on/submit/ways/0/to"),
    ("opened as released", "/opening/ways/0/to", "released", "/opening/ways/0/to"),
    ("guard over what may be missing", "/states/draft/on/submit/ways/0/if", {"lt": [{"field": "count"}, 5]},
     "/states/draft/on/submit/ways/0/if"),
    ("guard of another type", "/opening/ways/0/if", {"lt": [{"fact": "open"}, "3"]}, "/opening/ways/0/if/lt/1"),
    ("deadline that can be refused", "/states/review/on/lapse/ways/0/if", {"known": "text"},
     "/states/review/on/lapse/ways/0/if"),
    ("way never tried", "/states/draft/on/submit/ways", [{"to": "review"}, {"to": "review"}],
     "/states/draft/on/submit/ways/1"),
    ("unknown command", "/states/draft/on/submit/ways/0/commands", [{"do": "run"}],
     "/states/draft/on/submit/ways/0/commands/0/do"),
    ("notify nobody known", "/states/draft/on/submit/ways/0/commands",
     [{"do": "notify", "roles": ["x"], "text": words("t")}], "/states/draft/on/submit/ways/0/commands/0/roles/0"),
    ("score of a text", "/states/draft/on/submit/ways/0/commands",
     [{"do": "recompute-score", "subject": {"field": "text"}}], "/states/draft/on/submit/ways/0/commands/0/subject"),
    ("statement without its fields", "/states/draft/on/submit/ways/0/commands",
     [{"do": "submit-statement", "kind": "repair", "subject": {"case": "opener"}, "fields": {"claim": {"case": "id"}}}],
     "/states/draft/on/submit/ways/0/commands/0/fields"),
    ("statement with a foreign field", "/states/draft/on/submit/ways/0/commands",
     [{"do": "submit-statement", "kind": "repair", "subject": {"case": "opener"}, "fields": {"x": {"case": "id"}}}],
     "/states/draft/on/submit/ways/0/commands/0/fields/x"),
    ("author alone", RELEASE,
     {**small_flow()["states"]["review"]["signatures"]["release"], "count": 1, "author": "allowed"},
     RELEASE + "/author"),
    ("author twice", RELEASE,
     {**small_flow()["states"]["review"]["signatures"]["release"], "different_people": False, "author": "allowed"},
     RELEASE + "/author"),
]  # fmt: skip


def test_the_small_flow_is_sound() -> None:
    flow = read(small_flow())
    assert flow.document == canonical.encode(small_flow())
    assert len(flow.digest) == 64


@pytest.mark.parametrize(
    ("where", "value", "place"), [fault[1:] for fault in FAULTS], ids=[fault[0] for fault in FAULTS]
)
def test_a_faulty_definition_is_refused_at_the_exact_place(where: str, value: object, place: str) -> None:
    with pytest.raises(SchemaError) as refused:
        read(changed(small_flow(), where, value))
    assert refused.value.place == place, refused.value.message
    assert refused.value.advice


def test_a_state_that_only_turns_in_circles_is_refused() -> None:
    trap = {"title": words("Trap"), "on": {"stay": {"by": ["author"], "title": words("s"), "ways": [{"to": "trap"}]}}}
    document = changed(small_flow(), "/states/trap", trap)
    document["states"]["draft"]["on"]["fall"] = {"by": ["author"], "title": words("f"), "ways": [{"to": "trap"}]}
    with pytest.raises(SchemaError, match="no way from here to an end") as refused:
        read(document)
    assert refused.value.place == "/states/trap"


def test_deadlines_that_drive_each_other_for_ever_are_refused() -> None:
    document = small_flow()
    back = {"by": ["clock"], "title": words("b"), "ways": [{"to": "review"}]}
    document["states"]["pause"] = {
        "title": words("p"),
        "on": {"back": back},
        "deadlines": [{"after": "P1D", "event": "back"}],
    }
    document["states"]["review"]["on"]["remind"]["ways"][0]["to"] = "pause"
    with pytest.raises(SchemaError, match="without end"):
        read(document)


def test_one_name_for_two_signature_steps_is_refused() -> None:
    document = small_flow()
    document["states"]["draft"]["signatures"] = {"reject": document["states"]["review"]["signatures"]["reject"]}
    with pytest.raises(SchemaError, match="another signature step"):
        read(document)


def test_only_canonical_bytes_are_decoded_and_any_layout_is_parsed_to_the_same_digest() -> None:
    pretty = json.dumps(small_flow(), indent=2).encode()
    with pytest.raises(MalformedError):
        decode(pretty)
    assert parse(pretty).digest == read(small_flow()).digest


def test_a_definition_that_is_too_large_is_refused() -> None:
    with pytest.raises(LimitError):
        decode(b" " * (MAX_BYTES + 1))


def test_two_definitions_that_differ_anywhere_have_different_digests() -> None:
    assert read(changed(small_flow(), "/title/en", "Other")).digest != read(small_flow()).digest


@pytest.mark.parametrize("name", SHIPPED)
def test_what_ships_is_sound_and_named_after_what_it_says(name: str) -> None:
    flow = shipped(name)
    assert f"{flow.id}.{flow.version}" == name
    assert decode(flow.document) == flow


def test_every_definition_in_the_folder_is_listed() -> None:
    files = [file.name for file in (resources.files("nocode") / "flows").iterdir() if file.name.endswith(".json")]
    assert sorted(files) == sorted(f"{name}.json" for name in SHIPPED)


def test_an_unknown_definition_is_not_found() -> None:
    with pytest.raises(NotFoundError, match="no flow"):
        shipped("../../etc/passwd")


def test_damaged_definitions_are_refused_cleanly() -> None:
    seeds = [canonical.encode(small_flow()), *(shipped(name).document for name in SHIPPED)]
    assert assert_refuses_cleanly(decode, seeds) > 100
    assert assert_refuses_cleanly(parse, seeds) > 100


def _valid(document: object) -> bool:
    return not any(jsonschema.Draft202012Validator(SCHEMA).iter_errors(document))


def test_the_published_schema_is_a_schema_and_takes_every_sound_definition() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    for document in (small_flow(), *(json.loads(shipped(name).document) for name in SHIPPED)):
        assert _valid(document)


def test_what_the_published_schema_refuses_is_refused() -> None:
    refused = 0
    for document in [changed(small_flow(), where, value) for _, where, value, _ in FAULTS]:
        if not _valid(document):
            refused += 1
            with pytest.raises(SchemaError):
                read(document)
    for data in mutations([canonical.encode(small_flow())], random.Random(7), 300):
        try:
            flow: Any = parse(data)
        except (SchemaError, MalformedError, LimitError):
            continue
        refused += 1
        assert _valid(json.loads(flow.document)), "the reader took what the schema refuses"
    assert refused > 20
