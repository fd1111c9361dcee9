"""The attack that breaks Flower's SecAgg+ (28 effective bits), kept against ours.

Stock derivation, as in flwr 1.41: a pair's key is base64 text; its 4-byte pieces, xored, seed numpy's RandomState.
Base64 text has 64 values a byte, all below 128, so the seed has 28 bits, and the server, with one known entry of the
vector, searches them all. The search here walks a window of that space around the true seed: all takes a minute.
"""

from __future__ import annotations

import base64
import hashlib

import numpy as np
from numpy.typing import NDArray

from federated.secagg.agreement import pair_mask_key, public_of
from federated.secagg.ring import add_mask

Integers = NDArray[np.int64]
RANGE = 1 << 24
WINDOW = 1 << 12
ENTRIES = 8


def stock_seed(key: bytes) -> int:
    """`pseudo_rand_gen` of flwr.common.secure_aggregation.secaggplus_utils: the seed that is left of a key."""
    seed = 0
    for start in range(0, len(key), 4):
        seed ^= int.from_bytes(key[start : start + 4], "little")
    return seed


def stock_mask(seed: int, count: int) -> Integers:
    return np.random.RandomState(seed).randint(0, RANGE - 1, count, dtype=np.int64)


def attack(masked: Integers, known: int, candidates: range) -> Integers | None:
    """What the server does: try every seed until the first entry, which it knows, comes out right."""
    for seed in candidates:
        mask = stock_mask(seed, len(masked))
        if (masked[0] - mask[0]) % RANGE == known:
            return (masked - mask) % RANGE
    return None


def update() -> Integers:
    """A plant's quantised update; the server knows its first entry (a parameter that no gradient reaches)."""
    values = np.arange(1_000, 1_000 + ENTRIES, dtype=np.int64)
    values[0] = 0
    return values


def test_the_stock_derivation_leaves_28_bits() -> None:
    bits = 0
    for place in range(256):
        text = base64.urlsafe_b64encode(hashlib.sha256(bytes([place])).digest())
        bits |= stock_seed(text)
    assert bits & ~0x7F7F7F7F == 0


def test_the_faithful_model_agrees_with_the_installed_flower() -> None:
    from flwr.common.secure_aggregation.secaggplus_utils import pseudo_rand_gen

    key = base64.urlsafe_b64encode(b"k" * 32)
    assert (pseudo_rand_gen(key, RANGE, [(ENTRIES,)])[0] == stock_mask(stock_seed(key), ENTRIES)).all()


def test_the_attack_recovers_an_update_from_the_stock_masks() -> None:
    key = base64.urlsafe_b64encode(hashlib.sha256(b"the pair's key").digest())
    seed = stock_seed(key)
    masked = (update() + stock_mask(seed, ENTRIES)) % RANGE
    start = seed // WINDOW * WINDOW
    found = attack(masked, 0, range(start, start + WINDOW))
    assert found is not None and (found == update()).all()


def test_the_same_attack_recovers_nothing_from_ours() -> None:
    ours, theirs, committee = hashlib.sha256(b"us").digest(), hashlib.sha256(b"them").digest(), bytes(32)
    key = pair_mask_key(ours, public_of(theirs), committee)
    words = update().astype(np.uint64)
    add_mask(words, key)
    masked = (words % np.uint64(RANGE)).astype(np.int64)
    # Around the seed that the stock derivation would make of our key, as base64 and as it is.
    for text in (base64.urlsafe_b64encode(key), key):
        start = stock_seed(text) % 2**32 // WINDOW * WINDOW
        found = attack(masked, 0, range(start, min(start + WINDOW, 2**32)))
        assert found is None or not (found[1:] == update()[1:]).any()


def test_keys_of_ours_keep_their_256_bits() -> None:
    """No byte or bit of a mask key is constant, and none repeats: nothing was cut on the way."""
    keys = [
        pair_mask_key(hashlib.sha256(bytes([place])).digest(), public_of(b"t" * 32), bytes(32)) for place in range(200)
    ]
    rows = np.unpackbits(np.frombuffer(b"".join(keys), dtype=np.uint8).reshape(200, 32), axis=1)
    assert rows.shape == (200, 256) and len(set(keys)) == 200
    # 256 bits at 200 draws: five standard deviations around the half.
    assert np.abs(rows.mean(axis=0) - 0.5).max() < 5 * 0.5 / 200**0.5
