import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

import pytest

from evidence import canonical
from evidence.draft import Draft, Tier
from evidence.errors import MalformedError, SchemaError
from evidence.identity import Subject
from evidence.log import digest
from evidence.merkle import prove_inclusion, tree_root
from evidence.schema import tier_of
from evidence.statement import parse
from scoring.bundle import Attester, Place, ScoreBundle, ScoredStatement, decode
from scoring.engine import score
from scoring.evidence_tuples import EvidenceHead
from scoring.facts import fact_of
from scoring.observe import observe
from scoring.policy_reader import published
from scoring.recompute import Outcome, recompute
from tests.support.fuzz import assert_refuses_cleanly
from tests.unit.scoring.builders import AS_OF, PURCHASER, SUPPLIER, Tree, issued, signing_key, year_of_drafts

FIRST = published("first-2026")


@cache
def bundle() -> ScoreBundle:
    """A year of a supplier, anchored and scored."""
    return bundle_of(year_of_drafts())


def bundle_of(drafts: Sequence[Draft]) -> ScoreBundle:
    """Signed, anchored and scored."""
    statements = issued(drafts)
    tree = Tree([statement.leaf for statement in statements])
    size = len(statements)
    heads = [EvidenceHead(SUPPLIER.lei, size, bytes(tree_root(tree, size)))]
    scored = []
    for index, statement in enumerate(statements):
        parsed = parse(statement.sd_jwt())
        names = [name for name in parsed.disclosed if tier_of(parsed.kind, name) is Tier.BASE]
        scored.append(ScoredStatement(statement.sd_jwt(names), Place(0, prove_inclusion(tree, index, size))))
    facts = [fact for item in scored if (fact := fact_of(parse(item.sd_jwt))) is not None]
    card = score(observe(facts, FIRST, AS_OF), FIRST, AS_OF, subject=SUPPLIER, heads=heads)
    assert not card.blockers
    return ScoreBundle.of(card, FIRST, scored, heads, [signing_key().public])


def with_statement(index: int, statement: ScoredStatement) -> ScoreBundle:
    statements = list(bundle().statements)
    statements[index] = statement
    return replace(bundle(), statements=tuple(statements))


def test_a_bundle_recomputes_to_the_last_bit_after_travelling() -> None:
    answer = recompute(decode(bundle().encode()))
    assert answer.equal
    assert answer.outcome is Outcome.EQUAL
    assert (answer.proved, answer.erased, answer.differences) == (len(bundle().statements), 0, ())
    assert answer.heads == bundle().heads
    assert answer.keys == (signing_key().public.key_id,)


def test_no_restricted_value_travels_in_a_bundle() -> None:
    for item in bundle().statements:
        assert "values" not in parse(item.sd_jwt).fields


def test_the_order_of_statements_changes_nothing() -> None:
    assert recompute(replace(bundle(), statements=bundle().statements[::-1])).equal


@pytest.mark.parametrize("name", ["points", "low", "band", "reference", "inputs", "engine"])
def test_a_changed_card_differs_at_its_place(name: str) -> None:
    card: Any = json.loads(canonical.encode(bundle().card))
    card[name] = "x" if isinstance(card[name], str) else card[name] + 1
    answer = recompute(replace(bundle(), card=card))
    assert answer.outcome is Outcome.DIFFERS
    assert [difference.place for difference in answer.differences] == [f"/card/{name}"]


def test_a_deep_change_differs_at_its_deep_place() -> None:
    card: Any = json.loads(canonical.encode(bundle().card))
    card["lines"][1]["theta"][0] += "1"
    (difference,) = recompute(replace(bundle(), card=card)).differences
    assert difference.place == "/card/lines/1/theta/0"


def test_leaving_out_a_statement_changes_the_card() -> None:
    answer = recompute(replace(bundle(), statements=bundle().statements[1:]))
    assert "/card/inputs" in {difference.place for difference in answer.differences}


def test_another_day_policy_or_commodity_is_another_card() -> None:
    for other in (
        replace(bundle(), as_of=date(2026, 11, 22)),
        replace(bundle(), policy=replace(FIRST, version=2)),
        replace(bundle(), commodity="pcb"),
    ):
        assert recompute(other).outcome is Outcome.DIFFERS


def test_a_statement_by_an_unknown_key_or_about_another_subject_is_named() -> None:
    answer = recompute(replace(bundle(), keys=()))
    assert {difference.place for difference in answer.differences} > {"/statements/0", "/statements/5"}
    other = recompute(replace(bundle(), subject=Subject(PURCHASER)))
    assert any("not about" in str(difference.found) for difference in other.differences)


def test_a_statement_that_is_there_twice_is_named() -> None:
    doubled = replace(bundle(), statements=(*bundle().statements, bundle().statements[3]))
    (difference,) = recompute(doubled).differences
    assert difference.place == f"/statements/{len(bundle().statements)}"


def test_a_statement_under_a_wrong_head_is_named() -> None:
    first = bundle().statements[0]
    assert first.place is not None
    for place in (replace(first.place, head=1), Place(0, replace(first.place.proof, index=1))):
        answer = recompute(with_statement(0, replace(first, place=place)))
        assert answer.differences[0].place == "/statements/0"
    foreign = replace(bundle(), heads=(replace(bundle().heads[0], org=PURCHASER),))
    assert recompute(foreign).proved == 0
    forged = replace(bundle(), heads=(replace(bundle().heads[0], root=bytes(digest(b"\x07" * 32))),))
    assert recompute(forged).proved == 0


def test_a_statement_without_a_place_is_counted_as_unproved() -> None:
    answer = recompute(with_statement(0, replace(bundle().statements[0], place=None)))
    assert answer.equal
    assert answer.proved == answer.statements - 1


def test_erased_evidence_is_replayed_from_its_aggregate_and_never_called_equal() -> None:
    first = bundle().statements[0]
    parsed = parse(first.sd_jwt)
    kept = [name for name in parsed.disclosed if name != "aggregate"]
    erased = ScoredStatement(parsed.sd_jwt(kept), first.place, {"aggregate": parsed.fields["aggregate"]})
    answer = recompute(decode(with_statement(0, erased).encode()))
    assert answer.outcome is Outcome.REPLAYED_FROM_AGGREGATE
    assert not answer.equal
    assert answer.erased == 1


@pytest.mark.parametrize(
    "erased",
    [
        {"aggregate": {"n": "1"}},
        {"part": "P9"},
        {"operator": "somebody"},
    ],
)
def test_erased_fields_can_neither_replace_nor_add_nor_break_the_schema(erased: dict[str, Any]) -> None:
    first = bundle().statements[0]
    parsed = parse(first.sd_jwt)
    kept = [name for name in parsed.disclosed if name != "aggregate"]
    answer = recompute(with_statement(0, ScoredStatement(parsed.sd_jwt(kept), first.place, erased)))
    assert answer.differences[0].place == "/statements/0"


@pytest.mark.parametrize("withheld", ["aggregate", "lower_limit", "subgroup_size"])
def test_a_withheld_base_field_is_named_whether_the_score_reads_it_or_not(withheld: str) -> None:
    first = bundle().statements[0]
    parsed = parse(first.sd_jwt)
    assert withheld in parsed.disclosed
    kept = [name for name in parsed.disclosed if name != withheld]
    answer = recompute(with_statement(0, ScoredStatement(parsed.sd_jwt(kept), first.place)))
    assert answer.differences[0].place == "/statements/0"
    assert "withheld" in str(answer.differences[0].found)


def test_attesters_are_listed_once_each() -> None:
    attester = Attester(PURCHASER, "0x" + "11" * 20, "0x" + "22" * 32)
    attested = bundle().attested_by(attester).attested_by(attester)
    assert decode(attested.encode()).attesters == (attester,)
    assert recompute(attested).equal


def test_a_bundle_in_another_spelling_or_format_is_refused() -> None:
    with pytest.raises(MalformedError):
        decode(bundle().encode() + b" ")
    document: Any = canonical.loads(bundle().encode())
    document["format"] = "credence-score/9"
    with pytest.raises(SchemaError) as error:
        decode(canonical.encode(document))
    assert error.value.place == "/format"


def test_any_mutation_of_a_bundle_is_read_or_refused() -> None:
    small = replace(bundle(), statements=bundle().statements[:2])

    def replay(data: bytes) -> None:
        recompute(decode(canonical.encode(canonical.loads(data))))

    assert assert_refuses_cleanly(replay, [small.encode()]) > 100
