"""Shares, masks, quantiser and keys against vectors from elsewhere, and against their own promises."""

from __future__ import annotations

import random
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.errors import InputError, LimitError, MalformedError, ProofError, SignatureError
from federated.secagg.agreement import pair_mask_key, public_of, seal, self_mask_key, unseal
from federated.secagg.identity import FederatedKey, FederatedPublicKey
from federated.secagg.quantise import Quantiser
from federated.secagg.ring import add_mask, pack, signed, unpack
from federated.secagg.shamir import PRIME, combine, split, weights_at_zero

# Key stream of AES-256 with key 0 and counter 0, 1, 2: the GCM specification (McGrew and Viega, appendix B) gives the
# same blocks as H, as the tag of test case 13, and as the cipher text of test case 14.
ZERO_KEY_STREAM = bytes.fromhex(
    "dc95c078a2408989ad48a21492842087530f8afbc74536b9a963b4f1c4cb738bcea7403d4d606b6e074ec5d3baf39d18"
)


def test_a_mask_is_the_key_stream_of_aes_256_ctr() -> None:
    words = np.zeros(6, dtype=np.uint64)
    add_mask(words, bytes(32))
    assert words.astype("<u8").tobytes() == ZERO_KEY_STREAM


@given(count=st.integers(1, 70_000), key=st.binary(min_size=32, max_size=32))
@settings(max_examples=20, deadline=None)
def test_a_mask_added_and_taken_away_leaves_nothing_at_any_length(count: int, key: bytes) -> None:
    words = np.arange(count, dtype=np.uint64)
    add_mask(words, key)
    assert count < 4 or (words != np.arange(count, dtype=np.uint64)).any()
    add_mask(words, key, negative=True)
    assert (words == np.arange(count, dtype=np.uint64)).all()


def test_a_long_mask_goes_on_where_its_first_part_ended() -> None:
    whole, first = np.zeros(200_000, dtype=np.uint64), np.zeros(70_000, dtype=np.uint64)
    add_mask(whole, b"k" * 32)
    add_mask(first, b"k" * 32)
    assert (whole[:70_000] == first).all()
    assert len(np.unique(whole)) == 200_000


@given(width=st.integers(4, 8), values=st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=30))
def test_low_bytes_travel_and_sums_commute_with_it(width: int, values: list[int]) -> None:
    words = np.array(values, dtype=np.uint64)
    back = unpack(pack(words, width), width, len(values))
    assert [int(one) for one in back] == [value % 2 ** (8 * width) for value in values]
    total = sum(int(one) for one in back) % 2 ** (8 * width)
    assert total == sum(values) % 2 ** (8 * width)


def test_other_lengths_on_the_wire_are_refused() -> None:
    for data, width, count in ((b"12345", 4, 1), (b"1234", 3, 1), (b"", 4, 1)):
        with pytest.raises(MalformedError):
            unpack(data, width, count)


@given(value=st.integers(-(2**47), 2**47 - 1))
def test_signed_words_come_back(value: int) -> None:
    assert signed(np.array([value % 2**64], dtype=np.uint64), 6)[0] == value


@given(data=st.data(), parties=st.integers(1, 40), width=st.integers(5, 8))
@settings(max_examples=80, deadline=None)
def test_the_weighted_mean_is_within_the_proven_bound_whatever_the_parties_send(
    data: st.DataObject, parties: int, width: int
) -> None:
    clip = data.draw(st.floats(0.01, 100))
    quantiser = Quantiser(3, clip, 1_000, parties, width)
    number = data.draw(st.integers(1, parties))
    edge = st.sampled_from([-clip, clip, 0.0]) | st.floats(-clip, clip)
    values = np.array([[data.draw(edge) for _ in range(3)] for _ in range(number)])
    weights = [data.draw(st.sampled_from([1, 1_000]) | st.integers(1, 1_000)) for _ in range(number)]
    total = np.zeros(4, dtype=np.uint64)
    for row, weight in zip(values, weights, strict=True):
        total += quantiser.encode(row, weight)
    mean, weight = quantiser.decode(unpack(pack(total, width), width, 4))
    wanted = (values * np.array(weights)[:, None]).sum(axis=0) / sum(weights)
    assert weight == sum(weights)
    assert np.abs(mean - wanted).max() <= quantiser.bound * (1 + 1e-9) + 1e-12


def test_the_quantiser_refuses_what_would_break_its_bound() -> None:
    quantiser = Quantiser(2, 1.0, 10, 4)
    with pytest.raises(LimitError, match="beyond the clip"):
        quantiser.encode(np.array([1.001, 0.0]), 1)
    for values, weight in (([np.nan, 0], 1), ([0, 0], 11), ([0, 0], 0), ([0], 1)):
        with pytest.raises(InputError):
            quantiser.encode(np.array(values, dtype=np.float64), weight)
    with pytest.raises(InputError, match="no room"):
        Quantiser(2, 1000.0, 2**30, 128, 4)
    with pytest.raises(ProofError, match="no set of parties"):
        quantiser.decode(np.array([1, 1, 2**40], dtype=np.uint64))


def test_the_field_of_the_shares_is_a_prime_one() -> None:
    odd, twos = PRIME - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for base in range(2, 42):  # Miller-Rabin: a composite passes 40 bases with probability under 4^-40
        power = pow(base, odd, PRIME)
        assert power in (1, PRIME - 1) or any(pow(power, 2**i, PRIME) == PRIME - 1 for i in range(1, twos))


@given(secret=st.binary(min_size=32, max_size=32), number=st.integers(1, 9), data=st.data())
@settings(max_examples=50, deadline=None)
def test_any_threshold_of_shares_gives_the_secret_back(secret: bytes, number: int, data: st.DataObject) -> None:
    threshold = data.draw(st.integers(1, number))
    shares = split(secret, range(1, number + 1), threshold, random.Random(1).randbytes)
    chosen = data.draw(st.permutations(range(1, number + 1)))[:threshold]
    assert combine(shares, weights_at_zero(chosen)) == secret


def test_shares_below_the_threshold_fit_every_secret() -> None:
    """Perfect secrecy: for two of three shares there is exactly one third that gives any secret one likes."""
    shares = split(b"s" * 32, [1, 2, 3], 3, random.Random(2).randbytes)
    weights = weights_at_zero([1, 2, 3])
    for wanted in (bytes(32), b"\xff" * 32):
        known = sum(weights[place] * int.from_bytes(shares[place], "big") for place in (1, 2))
        third = (int.from_bytes(wanted, "big") - known) * pow(weights[3], -1, PRIME) % PRIME
        assert combine({**shares, 3: third.to_bytes(33, "big")}, weights) == wanted


def test_a_share_of_the_textbook_polynomial() -> None:
    """1234 + 166 x + 94 x^2: Wikipedia's example of Shamir's scheme, over our field."""
    coefficients = iter([(166).to_bytes(49, "big"), (94).to_bytes(49, "big")])
    shares = split((1234).to_bytes(32, "big"), range(1, 7), 3, lambda size: next(coefficients))
    assert [int.from_bytes(share, "big") for share in shares.values()] == [1494, 1942, 2578, 3402, 4414, 5614]
    for places in combinations(range(1, 7), 3):
        assert int.from_bytes(combine(shares, weights_at_zero(places)), "big") == 1234


@pytest.mark.parametrize(("places", "threshold"), [([1, 1], 1), ([0, 1], 1), ([1, 2], 3), ([1, 2], 0)])
def test_impossible_sharings_are_refused(places: list[int], threshold: int) -> None:
    with pytest.raises(InputError):
        split(bytes(32), places, threshold, random.Random(0).randbytes)


def test_a_share_outside_the_field_is_refused() -> None:
    with pytest.raises(ProofError):
        combine({1: b"\xff" * 33}, weights_at_zero([1]))


def test_both_sides_derive_one_pair_key_and_each_committee_another() -> None:
    ours, theirs = bytes(range(32)), bytes(range(32, 64))
    key = pair_mask_key(ours, public_of(theirs), b"c" * 32)
    assert key == pair_mask_key(theirs, public_of(ours), b"c" * 32)
    others = {pair_mask_key(ours, public_of(theirs), b"d" * 32), self_mask_key(ours, b"c" * 32)}
    assert len(key) == 32 and key not in others


def test_public_keys_are_those_of_rfc_7748_section_6_1() -> None:
    alice = bytes.fromhex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a")
    assert public_of(alice).hex() == "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a"


def test_keys_of_small_order_are_refused() -> None:
    for small in (bytes(32), (1).to_bytes(32, "little")):
        with pytest.raises(SignatureError, match="small order"):
            pair_mask_key(b"s" * 32, small, b"c" * 32)


def test_a_sealed_share_opens_for_its_receiver_in_its_round_and_direction_only() -> None:
    ours, theirs = b"a" * 32, b"b" * 32
    sealed = seal(ours, public_of(theirs), b"A B", b"c" * 32, b"shares")
    assert unseal(theirs, public_of(ours), b"A B", b"c" * 32, sealed) == b"shares"
    for route, committee, changed in (
        (b"B A", b"c" * 32, sealed),
        (b"A B", b"d" * 32, sealed),
        (b"A B", b"c" * 32, sealed[:-1] + bytes([sealed[-1] ^ 1])),
    ):
        with pytest.raises(SignatureError):
            unseal(theirs, public_of(ours), route, committee, changed)


def test_an_organisations_key_is_named_as_the_registry_names_it_and_signs() -> None:
    from node.chain.keys import name_key

    key = FederatedKey.generate()
    assert key.public.key_id == name_key(6, key.public.sec1)  # type: ignore[arg-type]
    signature = key.sign(b"message")
    assert FederatedKey(key.pem()).sign(b"message") == signature
    key.public.verify(signature, b"message")
    for wrong, message in ((signature, b"other"), (bytes(96), b"message"), (signature[:-1], b"message")):
        with pytest.raises(SignatureError):
            key.public.verify(wrong, message)


@pytest.mark.parametrize("sec1", [b"", b"\x04" + bytes(96), b"\x02" + bytes(48)])
def test_bytes_that_are_no_point_are_no_key(sec1: bytes) -> None:
    with pytest.raises(SignatureError):
        FederatedPublicKey(sec1)
