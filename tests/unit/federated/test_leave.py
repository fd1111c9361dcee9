"""A party leaves: what knows of it is withdrawn, a new run goes on from before it, and an auditor can tell."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from evidence.errors import ConflictError, MalformedError, ProofError
from evidence.model_round import NO_RECORD
from federated.audit import recompute
from federated.courier import Letter
from federated.leave import ASKED, ask, asked, carry_out, lineage, told, touched
from federated.model_bytes import model_digest
from federated.rounds import Rounds
from federated.secagg.committee import Committee
from federated.secagg.messages import Advert
from federated.secagg.party import Party
from federated.secagg.terms import least_threshold
from federated.store import RunStore
from node.chain.memory_models import MemoryModels
from tests.ports.test_chain_memory import MODELS_ADMIN, MemoryHarness
from tests.support.consortium import Org
from tests.support.federated_net import Net, plan
from tests.support.secagg import CODE, org


def trained(folder: Path, rounds: int = 6, **settings: Any) -> tuple[Net, RunStore]:
    """Five parties; the fifth is there from round 3 on."""
    run = plan(rounds, **settings)
    net = Net(5, folder / run.run.hex()[:32])
    net.dead.add(4)
    net.fault = lambda node, kind: comes(net)
    net.rounds(run).run()
    return net, RunStore(net.folder)


def comes(net: Net) -> bool:
    if 4 in net.dead and len(RunStore(net.folder).rounds()) >= 1:
        net.revive(4)
    return False


def go_on(net: Net, store: RunStore) -> None:
    """Train a run to its end, with every party of the net asking to take part."""
    net.folder, net.fault = store.folder, lambda node, kind: False
    made: Rounds = net.rounds(store.plan())
    made.run()


def first_round_of(store: RunStore, party: str) -> int:
    return next(one.round for one in store.rounds() if party in one.contributors)


def test_the_checkpoint_before_its_first_round_is_where_a_new_run_starts(tmp_path: Path) -> None:
    net, old = trained(tmp_path)
    first = first_round_of(old, org(4))
    assert first > 1
    assert ask(old, org(4), wanted=False)
    made = carry_out(old, CODE)
    assert made is not None and asked(old) is None
    again = made.plan().retrain
    assert again is not None and (again.of, again.round, again.left) == (old.plan().run, first - 1, (org(4),))
    assert again.record == old.rounds()[first - 2].digest
    assert (made.model(0) == old.model(first - 1)).all() and made.plan().rounds == 6 - first + 1
    go_on(net, made)
    records = made.rounds()
    assert len(records) == 6 - first + 1 and all(org(4) not in touched(one) for one in lineage(made))
    assert records[0].model_before == old.rounds()[first - 2].model_after
    refused = [event for event in net.events if "left" in str(event.get("message"))]
    assert refused, "the party that left is refused, and says so itself"


def test_what_knows_of_the_party_is_withdrawn_by_every_name_that_it_has(tmp_path: Path) -> None:
    _, old = trained(tmp_path)
    first = first_round_of(old, org(4))
    ask(old, org(4), wanted=False)
    made = carry_out(old, CODE)
    assert made is not None
    (document,) = old.withdrawn()
    assert isinstance(document, dict) and document["retrain"] == made.folder.name
    lost = old.rounds()[first - 1 :]
    assert document["records"] == ["0x" + one.digest.hex() for one in lost]
    assert document["models"] == ["0x" + one.model_after.hex() for one in lost]
    answer = told(old, org(4), CODE)
    assert answer["withdrawn"] == [one.model_after.hex() for one in lost] and answer["run"] == made.folder.name
    with pytest.raises(ConflictError, match="withdrawn"):
        old.add(lost[0], old.model(1), old.sums(1), old.witness(1))  # type: ignore[arg-type]


def test_the_answer_is_the_same_before_and_after_it_is_carried_out(tmp_path: Path) -> None:
    _, old = trained(tmp_path)
    ask(old, org(4), wanted=False)
    before = told(old, org(4), CODE)
    carry_out(old, CODE)
    assert {**before, "state": "done"} == told(old, org(4), CODE)
    assert not ask(old, org(4), wanted=False)


def test_an_auditor_follows_the_retraining_back_and_finds_every_change(tmp_path: Path) -> None:
    net, old = trained(tmp_path)
    ask(old, org(4), wanted=False)
    made = carry_out(old, CODE)
    assert made is not None
    go_on(net, made)
    found = recompute(made.folder)
    assert isinstance(found["before"], dict) and found["before"]["left"] == [org(4)]
    shutil.copy(old.model_path(1), made.model_path(0))
    with pytest.raises(ProofError, match="checkpoint"):
        recompute(made.folder)


def test_a_retraining_that_goes_back_too_short_is_found(tmp_path: Path) -> None:
    net, old = trained(tmp_path)
    ask(old, org(4), wanted=False)
    made = carry_out(old, CODE)
    assert made is not None
    again, first = made.plan().retrain, first_round_of(old, org(4))
    assert again is not None
    lie = replace(again, round=first, record=old.rounds()[first - 1].digest, model=model_digest(old.model(first)))
    false = replace(made.plan(), retrain=lie)
    store = old.beside(false.run)
    store.create(false, old.model(first))
    go_on(net, store)
    with pytest.raises(ProofError, match="knows of it"):
        recompute(store.folder)


@pytest.mark.parametrize("crash", range(1, 5))
def test_a_crash_at_any_write_leaves_a_leave_that_is_finished_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, crash: int
) -> None:
    _, old = trained(tmp_path)
    ask(old, org(4), wanted=True)
    from federated import leave, store

    true, count = store.write_whole, {"writes": 0}

    def write(path: Path, data: bytes) -> None:
        count["writes"] += 1
        if count["writes"] == crash:
            raise KeyboardInterrupt
        true(path, data)

    for module in (leave, store):
        monkeypatch.setattr(module, "write_whole", write)
    try:
        carry_out(old, CODE)
    except KeyboardInterrupt:
        assert asked(old) is not None
        carry_out(old, CODE)
    assert asked(old) is None and len(old.withdrawn()) == 1
    assert len(list(tmp_path.glob("*/plan.json"))) == 2


def test_a_second_leave_goes_back_through_the_first_ones_run(tmp_path: Path) -> None:
    net, old = trained(tmp_path)
    ask(old, org(4), wanted=False)
    one = carry_out(old, CODE)
    assert one is not None
    go_on(net, one)
    with pytest.raises(ConflictError, match="withdrawn already"):
        ask(old, org(0), wanted=False)
    ask(one, org(0), wanted=False)
    two = carry_out(one, CODE)
    assert two is not None
    again = two.plan().retrain
    assert again is not None and again.left == tuple(sorted((org(0), org(4))))
    assert (again.of, again.round, again.record) == (old.plan().run, 0, NO_RECORD)
    assert (two.model(0) == old.model(0)).all()
    assert len(old.withdrawn()) == 2 and len(one.withdrawn()) == 1
    go_on(net, two)
    assert len(two.rounds()) == 6 and recompute(two.folder)["rounds"] == 6
    answer = told(one, org(0), CODE)
    assert answer["first"] == 1 and answer["again"] == 6


def test_whoever_is_in_no_model_leaves_without_retraining(tmp_path: Path) -> None:
    _, old = trained(tmp_path)
    assert not ask(old, org(9), wanted=False) and not (old.folder / ASKED).exists()
    assert told(old, org(9), CODE)["again"] == 0
    assert ask(old, org(9), wanted=True) and carry_out(old, CODE) is None and old.withdrawn() == []
    fresh = old.beside(b"f" * 32)
    fresh.create(replace(old.plan(), nonce=b"n" * 32), old.model(0))
    assert told(fresh, org(0), CODE)["first"] == 0


def test_a_run_that_was_to_go_on_trains_its_missing_rounds_too(tmp_path: Path) -> None:
    run = plan(9)
    net = Net(5, tmp_path / run.run.hex()[:32])
    rounds = net.rounds(run)
    rounds.stop = lambda: len(RunStore(net.folder).rounds()) >= 4
    rounds.run()
    store = RunStore(net.folder)
    ask(store, org(1), wanted=True)
    assert told(store, org(1), CODE)["run"] == ""
    made = carry_out(store, CODE)
    assert made is not None and made.plan().rounds == 9


def test_too_few_that_would_be_left_and_nonsense_are_refused(tmp_path: Path) -> None:
    run = plan(2)
    Net(3, tmp_path / run.run.hex()[:32]).rounds(run).run()
    store = RunStore(tmp_path / run.run.hex()[:32])
    with pytest.raises(ConflictError, match="2 parties would be left"):
        ask(store, org(0), wanted=False)
    with pytest.raises(MalformedError):
        ask(store, "nobody", wanted=False)
    with pytest.raises(ConflictError, match="nobody leaves"):
        carry_out(store, CODE)


def test_one_leave_at_a_time(tmp_path: Path) -> None:
    _, old = trained(tmp_path)
    assert ask(old, org(0), wanted=False) and ask(old, org(0), wanted=False)
    with pytest.raises(ConflictError, match="is leaving"):
        ask(old, org(1), wanted=False)


def test_parties_refuse_a_committee_that_holds_who_left(tmp_path: Path) -> None:
    """A server and a party that take no notice of the plan: the others see the name in the committee and stay out."""
    net, old = trained(tmp_path)
    ask(old, org(4), wanted=False)
    made = carry_out(old, CODE)
    assert made is not None
    run = made.plan()
    terms = run.terms(1, model_digest(made.model(0)))
    request = Letter(({"ask": "advert", "terms": terms.to_json(), "plan": run.to_json()},))
    (refusal,) = net.desks[4].answer(request).parts
    assert "this party left" in str(refusal["message"])
    answers = [net.desks[place].answer(request).parts[0] for place in range(4)]
    adverts = [Advert.from_json(one["advert"]) for one in answers]
    back = Party(net.desks[4].home, terms).advertise()
    for names, refused in ((adverts, False), ([*adverts, back], True)):
        ordered = tuple(sorted(names, key=lambda one: one.org))
        committee = Committee(terms, ordered, least_threshold(len(ordered)))
        (answer,) = net.desks[int(refused)].answer(Letter(({"ask": "share", "committee": committee.to_json()},))).parts
        assert ("left" in str(answer.get("message"))) == refused


def test_the_ledger_takes_the_rounds_of_a_retraining_as_a_run_of_its_own(tmp_path: Path) -> None:
    chain = MemoryHarness()
    steward = Org("buyer")
    steward.enrol(chain.admin, "scorer", "purchaser")
    MemoryModels(chain.chain, MODELS_ADMIN).set_steward(steward.org, True)
    ledger = chain.models(steward)
    net, old = trained(tmp_path)
    ask(old, org(4), wanted=False)
    made = carry_out(old, CODE)
    assert made is not None
    go_on(net, made)
    for record in (*old.rounds(), *made.rounds()):
        ledger.record(steward.org, record)
    assert [one.record for one in ledger.rounds(made.plan().run)] == [one.digest for one in made.rounds()]
    checkpoint = ledger.rounds(old.plan().run)[first_round_of(old, org(4)) - 2]
    assert ledger.rounds(made.plan().run)[0].model_before == checkpoint.model_after
