"""What a server may not do, each refused by the party itself."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from evidence.errors import ConflictError, InputError, SchemaError, SignatureError
from federated.secagg.committee import Committee, Roll
from federated.secagg.messages import Advert
from federated.secagg.party import Party
from federated.secagg.registry import MemberKey, Registry
from federated.secagg.steps import FileStepBook
from federated.secagg.terms import PartyPolicy, RoundTerms
from tests.support.secagg import CODE, MODEL, NOW, RUN, Federation, key_of, org

ME = org(0)


def advertised(number: int = 5, **settings: int) -> Federation:
    federation = Federation(number, **settings)  # type: ignore[arg-type]
    federation.advertise()
    return federation


def masked(number: int = 5) -> Federation:
    federation = advertised(number)
    federation.share()
    federation.mask(frozenset({org(number - 1)}))
    return federation


def test_a_committee_of_two_cannot_even_be_said() -> None:
    federation = advertised()
    with pytest.raises(SchemaError, match="a committee of 2"):
        Committee(federation.terms, federation.committee.adverts[:2], 2)


def test_a_committee_under_the_partys_own_minimum_is_refused() -> None:
    federation = Federation(4)
    federation.parties[ME] = Party(federation.home(0, policy=PartyPolicy(CODE, min_committee=5)), federation.terms)
    federation.advertise()
    with pytest.raises(SchemaError, match="at least 5"):
        federation.parties[ME].share(federation.committee, NOW)


def test_no_policy_goes_below_three() -> None:
    with pytest.raises(InputError):
        PartyPolicy(CODE, min_committee=2)
    with pytest.raises(InputError):
        PartyPolicy(CODE, min_sum=2)


@pytest.mark.parametrize("threshold", [0, 1, 3, 6, 10])
def test_a_threshold_that_is_not_above_two_thirds_is_refused(threshold: int) -> None:
    federation = advertised(9)
    with pytest.raises(SchemaError, match="threshold"):
        Committee(federation.terms, federation.committee.adverts, threshold)


def test_a_threshold_changed_after_sharing_makes_another_committee_and_nothing_fits() -> None:
    federation = advertised(9)
    federation.share()
    other = Committee(federation.terms, federation.committee.adverts, federation.committee.threshold + 1)
    assert other.digest != federation.committee.digest
    bundle = next(iter(federation.server._bundles.values()))
    with pytest.raises(SignatureError):
        key_of(int(bundle.org[10:18])).public.verify(bundle.signature, bundle.signed_bytes(other.digest))


def test_a_swapped_key_is_refused() -> None:
    federation = advertised()
    theirs = federation.committee.adverts
    forged = replace(theirs[1], mask_key=theirs[2].mask_key)
    with pytest.raises(SignatureError):
        federation.parties[ME].share(committee_with(federation, forged), NOW)


def test_an_advert_signed_by_a_key_outside_the_local_registry_is_refused() -> None:
    federation = advertised()
    mallory = key_of(60)
    draft = replace(federation.committee.adverts[1], key_id=mallory.public.key_id)
    forged = replace(draft, signature=mallory.sign(draft.signed_bytes(federation.terms.digest)))
    with pytest.raises(SignatureError, match="knows no key"):
        federation.parties[ME].share(committee_with(federation, forged), NOW)


def test_one_members_key_does_not_speak_for_another() -> None:
    federation = advertised()
    draft = replace(federation.committee.adverts[1], key_id=key_of(2).public.key_id)
    forged = replace(draft, signature=key_of(2).sign(draft.signed_bytes(federation.terms.digest)))
    with pytest.raises(SignatureError, match="knows no key"):
        federation.parties[ME].share(committee_with(federation, forged), NOW)


@pytest.mark.parametrize("field", ["retired_at", "compromised_at"])
def test_a_retired_or_compromised_key_is_refused(field: str) -> None:
    federation = Federation(4)
    federation.advertise()
    ended = tuple(
        MemberKey(one.org, one.key, 1, **{field: NOW}) if one.org == org(1) else one for one in federation.registry.keys
    )
    object.__setattr__(federation.parties[ME]._home, "registry", Registry(ended))
    with pytest.raises(SignatureError, match="not valid now"):
        federation.parties[ME].share(federation.committee, NOW)


def test_our_own_keys_exchanged_for_others_are_refused() -> None:
    federation = advertised()
    again = Party(federation.home(0), federation.terms)
    forged = again.advertise()
    with pytest.raises(SignatureError, match="own keys"):
        federation.parties[ME].share(committee_with(federation, replace(forged, commitment=bytes(32))), NOW)


def test_keys_of_one_round_do_not_serve_another() -> None:
    federation = advertised()
    later = replace(federation.terms, step=2)
    committee = Committee(later, federation.committee.adverts, federation.committee.threshold)
    with pytest.raises(SchemaError, match="another round"):
        federation.parties[ME].share(committee, NOW)


@pytest.mark.parametrize("field", ["run", "base", "code"])
def test_run_model_and_code_are_bound_into_the_signature_of_an_advert(field: str) -> None:
    federation = advertised()
    other = replace(federation.terms, **{field: hashlib.sha256(b"other").digest()})
    advert = federation.committee.adverts[0]
    with pytest.raises(SignatureError):
        key_of(0).public.verify(advert.signature, advert.signed_bytes(other.digest))


def test_other_code_than_the_pinned_one_is_refused() -> None:
    federation = Federation(4)
    terms = replace(federation.terms, code=bytes(32))
    with pytest.raises(SchemaError, match="pinned"):
        Party(federation.home(0), terms)


def test_a_replayed_round_is_refused(tmp_path: Path) -> None:
    book = FileStepBook(tmp_path / "steps.json")
    first = Federation(4, books={ME: book})
    first.run()
    again = Federation(4, seed=1, books={ME: FileStepBook(tmp_path / "steps.json")})
    with pytest.raises(ConflictError, match="taken already"):
        again.run()
    Federation(4, seed=1, step=2, books={ME: FileStepBook(tmp_path / "steps.json")}).run()


def test_no_step_is_done_twice_in_a_round() -> None:
    federation = masked()
    words = federation.quantiser.encode(federation.values[ME], 1)
    with pytest.raises(ConflictError, match="stands at masked"):
        federation.parties[ME].mask(MODEL, federation.sealed[ME], words)
    federation.confirm()
    federation.open()
    with pytest.raises(ConflictError):
        federation.parties[ME].open(federation.confirmations, NOW)


def test_too_few_participants_are_refused() -> None:
    federation = advertised(5)
    federation.share()
    words = federation.quantiser.encode(federation.values[ME], 1)
    few = {name: federation.sealed[ME][name] for name in sorted(federation.sealed)[:3]}
    with pytest.raises(SchemaError, match="under the threshold"):
        federation.parties[ME].mask(MODEL, few, words)


def test_overlapping_sets_are_refused() -> None:
    federation = masked()
    with pytest.raises(SchemaError, match="both in and dropped"):
        federation.parties[ME].confirm(federation.roll.receipts, federation.roll.dropped | {org(1)}, NOW)


def test_a_dropout_that_is_not_named_is_refused() -> None:
    federation = masked()
    with pytest.raises(SchemaError, match="not together the participants"):
        federation.parties[ME].confirm(federation.roll.receipts, frozenset(), NOW)


def test_a_roll_that_leaves_the_party_out_gets_no_help_from_it() -> None:
    federation = advertised(6)
    federation.share()
    federation.mask()
    others = tuple(one for one in federation.roll.receipts if one.org != ME)
    with pytest.raises(SchemaError, match="left out"):
        federation.parties[ME].confirm(others, frozenset({ME}), NOW)


def test_a_receipt_that_its_party_did_not_sign_is_refused() -> None:
    federation = masked()
    forged = (federation.roll.receipts[0], replace(federation.roll.receipts[1], vector=bytes(32)))
    with pytest.raises(SignatureError):
        federation.parties[ME].confirm((*forged, *federation.roll.receipts[2:]), federation.roll.dropped, NOW)


def test_two_stories_about_who_dropped_out_open_nothing() -> None:
    """The active server of Bonawitz et al., section 6.2: one group hears that a party is in, the other that it left."""
    federation = advertised(9)
    federation.share()
    federation.mask()
    victim = org(8)
    group = sorted(federation.roll.alive - {victim})
    told_left = Roll(
        federation.committee.digest,
        tuple(one for one in federation.roll.receipts if one.org != victim),
        frozenset({victim}),
    )
    confirmations = {}
    for place, name in enumerate(group):
        roll = told_left if place % 2 else federation.roll
        confirmations[name] = federation.parties[name].confirm(roll.receipts, roll.dropped, NOW)
    for name in group:
        with pytest.raises(SignatureError):
            federation.parties[name].open(list(confirmations.values()), NOW)


def test_one_confirmation_counted_often_is_refused() -> None:
    federation = masked()
    federation.confirm()
    once = federation.confirmations[0]
    with pytest.raises(SchemaError, match="different parties"):
        federation.parties[ME].open([once] * 5, NOW)


def test_a_false_share_stops_one_bucket_with_its_name_and_no_other() -> None:
    federation = Federation(15, bucket_size=3)
    liar = org(3)
    federation.parties[liar] = Liar(federation.home(3), federation.terms)
    federation.advertise()
    federation.share()
    federation.mask()
    federation.confirm()
    outcome = federation.open()
    assert set(outcome.closed) == federation.committee.bucket_of(liar)
    assert all(liar in reason for reason in outcome.closed.values())


def test_terms_with_buckets_of_two_are_refused() -> None:
    with pytest.raises(InputError):
        RoundTerms(RUN, 1, MODEL, CODE, 2, 6, 6)


class Liar(Party):
    """Deals shares of another seed than it committed to."""

    def share(self, committee: Committee, now_s: int):  # type: ignore[no-untyped-def]
        true, self._seed = self._seed, bytes(32)
        try:
            return super().share(committee, now_s)
        finally:
            self._seed = true


def committee_with(federation: Federation, advert: Advert) -> Committee:
    """The committee with one advert exchanged for another of the same party."""
    adverts = tuple(advert if one.org == advert.org else one for one in federation.committee.adverts)
    return Committee(federation.terms, adverts, federation.committee.threshold)
