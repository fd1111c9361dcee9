"""Writes tests/vectors/consistency.json: consistency proofs, good and bad, with the verdict each deserves.

Roots and proofs come from the recursive definitions of RFC 9162 (2.1.1, 2.1.4.1), written apart from `evidence.merkle`,
so that Solidity and Python can both be judged by them. Run `python -m tools.vectors_consistency`.
"""

from __future__ import annotations

import json
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

TARGET = Path(__file__).resolve().parents[1] / "tests" / "vectors" / "consistency.json"
SMALL = 12
LARGE = ((1, 1000), (7, 1000), (512, 1000), (513, 1000), (999, 1000), (64, 128), (63, 64), (64, 65), (127, 129))


def main() -> None:
    """Write the file."""
    cases = good() + bad()
    TARGET.write_text(json.dumps({"consistency": cases}, indent=1) + "\n", "utf-8")
    print(f"wrote {TARGET.name}: {len(cases)} cases")


def good() -> list[dict[str, Any]]:
    """Every pair of small sizes, and larger ones around powers of two."""
    pairs = [(old, new) for new in range(1, SMALL + 1) for old in range(1, new + 1)] + list(LARGE)
    return [
        _case(f"{old} to {new}", old, _root(0, old), new, _root(0, new), _proof(old, new), True) for old, new in pairs
    ]


def bad() -> list[dict[str, Any]]:
    """What a hostile or broken log could send."""
    cases = []
    for old, new in ((1, 2), (3, 7), (4, 7), (6, 8), (8, 9), (512, 1000), (513, 1000)):
        good_proof, before, after = _proof(old, new), _root(0, old), _root(0, new)
        other = sha256(b"other").digest()
        names = {
            "old root forged": (old, other, new, after, good_proof),
            "new root forged": (old, before, new, other, good_proof),
            "roots swapped": (old, after, new, before, good_proof),
            "sizes swapped": (new, after, old, before, good_proof),
            "proof empty": (old, before, new, after, []),
            "last node missing": (old, before, new, after, good_proof[:-1]),
            "first node missing": (old, before, new, after, good_proof[1:]),
            "node too many at the end": (old, before, new, after, [*good_proof, other]),
            "node too many in front": (old, before, new, after, [other, *good_proof]),
            "last node twice": (old, before, new, after, [*good_proof, good_proof[-1]]),
            "old root in front": (old, before, new, after, [before, *good_proof]),
            "node flipped": (old, before, new, after, [*good_proof[:-1], _flip(good_proof[-1])]),
            "from size 0": (0, sha256(b"").digest(), new, after, good_proof),
            "from size 0 without proof": (0, sha256(b"").digest(), new, after, []),
            "new size doubled": (old, before, new * 2, after, good_proof),
            "same size, other root": (new, after, new, other, []),
            "same size with a proof": (new, after, new, after, good_proof),
        }
        if len(good_proof) > 1:
            names["nodes reversed"] = (old, before, new, after, good_proof[::-1])
        cases += [_case(f"{old} to {new}: {name}", *values, False) for name, values in names.items()]
    return cases + [_understated(*sizes) for sizes in ((3, 4, 7, 8), (5, 6, 13, 14), (3, 4, 15, 16), (6, 7, 14, 15))]


def _understated(old: int, new: int, real_old: int, real_new: int) -> dict[str, Any]:
    """A log that says it is smaller than it is: every hash fits, but the proof goes on above the root."""
    name = f"{old} to {new}: the proof from {real_old} to {real_new}"
    proof = _proof(real_old, real_new)
    return _case(name, old, _root(0, real_old), new, _root(0, real_new), proof, False)


def _case(
    name: str, old: int, before: bytes, new: int, after: bytes, proof: list[bytes], holds: bool
) -> dict[str, Any]:
    return {
        "name": name,
        "old_size": old,
        "old_root": before.hex(),
        "new_size": new,
        "new_root": after.hex(),
        "path": [node.hex() for node in proof],
        "holds": holds,
    }


def _flip(node: bytes) -> bytes:
    return node[:-1] + bytes([node[-1] ^ 1])


@cache
def _root(low: int, high: int) -> bytes:
    """MTH over the leaves `low` to `high`; leaf i is the decimal text of i."""
    if high - low == 1:
        return sha256(b"\x00" + str(low).encode()).digest()
    middle = low + _split(high - low)
    return sha256(b"\x01" + _root(low, middle) + _root(middle, high)).digest()


def _proof(old: int, new: int) -> list[bytes]:
    """PROOF(m, D[n])."""
    return _subproof(old, 0, new, True)


def _subproof(m: int, low: int, high: int, complete: bool) -> list[bytes]:
    width = high - low
    if m == width:
        return [] if complete else [_root(low, high)]
    k = _split(width)
    if m <= k:
        return [*_subproof(m, low, low + k, complete), _root(low + k, high)]
    return [*_subproof(m - k, low + k, high, False), _root(low, low + k)]


def _split(width: int) -> int:
    k = 1
    while k * 2 < width:
        k *= 2
    return k


if __name__ == "__main__":
    main()
