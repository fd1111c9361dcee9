"""Counts ride along: their sums are exact over everybody who is in, and open for all buckets together or not at all."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evidence.errors import InputError, MalformedError
from federated.secagg.agreement import pair_mask_key, pair_tally_key, public_of, self_mask_key, self_tally_key
from federated.secagg.ring import add_mask, signed
from federated.secagg.terms import MAX_TALLY, RoundTerms, least_threshold
from tests.support.secagg import HOPS, Federation, org


def check(federation: Federation, outcome: object) -> None:
    tally = outcome.tally  # type: ignore[attr-defined]
    wanted = np.sum([federation.counts[name] for name in federation.roll.alive], axis=0)
    assert signed(tally, federation.terms.width).tolist() == wanted.tolist()
    for one in outcome.sums:  # type: ignore[attr-defined]
        mean, weight = federation.quantiser.decode(one.words)
        clear, total = federation.mean_of(one.parties)
        assert weight == total and np.abs(mean - clear).max() <= federation.quantiser.bound + 1e-12


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data(), number=st.integers(3, 20), seed=st.integers(0, 1_000))
def test_counts_are_exact_for_three_to_twenty_parties_with_dropouts_at_every_hop(
    data: st.DataObject, number: int, seed: int
) -> None:
    federation = Federation(number, seed=seed, tally=30)
    gone = data.draw(st.lists(st.integers(0, number - 1), max_size=number - least_threshold(number), unique=True))
    silent: dict[str, frozenset[str]] = {}
    for place in gone:
        hop = data.draw(st.sampled_from(HOPS))
        silent[hop] = silent.get(hop, frozenset()) | {org(place)}
    check(federation, federation.run(silent))


@settings(max_examples=10, deadline=None)
@given(number=st.integers(15, 20), seed=st.integers(0, 1_000))
def test_with_buckets_the_counts_are_still_one_sum_over_everybody(number: int, seed: int) -> None:
    federation = Federation(number, bucket_size=3, seed=seed, tally=20)
    check(federation, federation.run())


def test_a_party_that_drops_out_of_a_bucket_of_four_takes_its_counts_with_it() -> None:
    federation = Federation(16, bucket_size=4, tally=20)
    outcome = federation.run({"mask": frozenset({org(5)})})
    assert not outcome.closed and org(5) not in federation.roll.alive
    check(federation, outcome)


def test_no_counts_open_while_a_bucket_stays_closed() -> None:
    federation = Federation(15, bucket_size=3, tally=20)
    outcome = federation.run({"mask": frozenset({org(4)})})
    assert outcome.closed and outcome.sums and outcome.tally is None


def test_counts_of_one_bucket_alone_stay_masked_when_its_own_masks_are_taken_off() -> None:
    """What a server could try: the counts of three parties, by their opened seeds, without the others'."""
    federation = Federation(15, bucket_size=3, tally=400)
    federation.run()
    committee = federation.committee
    bucket = committee.buckets[0]
    total = np.zeros(400, dtype=np.uint64)
    from federated.secagg.ring import unpack

    for name in bucket:
        words = unpack(federation.vectors[name], federation.terms.width, federation.terms.words)
        total += federation.terms.parts(words)[1]
        seed = federation.home(int(name[10:18]))  # a fresh home draws the same seed first
        add_mask(total, self_tally_key(seed.entropy(32), committee.digest), negative=True)
    wanted = np.sum([federation.counts[name] for name in bucket], axis=0)
    assert (signed(total, federation.terms.width) != wanted).mean() > 0.99


def test_values_and_counts_are_never_masked_with_the_same_stream() -> None:
    secret, peer, committee = b"\x01" * 32, public_of(b"\x02" * 32), b"c" * 32
    keys = {
        pair_mask_key(secret, peer, committee),
        pair_tally_key(secret, peer, committee),
        self_mask_key(secret, committee),
        self_tally_key(secret, committee),
    }
    assert len(keys) == 4
    assert pair_tally_key(secret, peer, committee) == pair_tally_key(b"\x02" * 32, public_of(secret), committee)


def test_terms_without_counts_are_named_as_they_always_were_and_have_one_form() -> None:
    plain, counting = Federation(3).terms, Federation(3, tally=20).terms
    assert "tally" not in plain.to_json() and RoundTerms.from_json(counting.to_json()) == counting
    assert plain.digest != counting.digest
    with pytest.raises(MalformedError):
        RoundTerms.from_json({**plain.to_json(), "tally": 0})
    for wrong in (-1, MAX_TALLY + 1, counting.words - 1):
        with pytest.raises(InputError):
            replace(counting, tally=wrong)
