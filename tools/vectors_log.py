"""Write the golden vectors of the log: `python -m tools.vectors_log` writes, with `--check` it only compares.

The trees are computed here by the recursive definitions of RFC 9162 section 2.1, and notes are put together by hand, so
that the vectors judge `evidence` instead of repeating it. Python and Solidity tests read the same files.
"""

from __future__ import annotations

import json
import sys
from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

FOLDER = Path(__file__).resolve().parents[1] / "tests" / "vectors"
SIZES = (1, 2, 3, 4, 5, 6, 7, 8, 9, 13, 15, 16, 17, 31, 33, 64, 65, 255, 256, 257)
ORIGIN = "credence/5299009QN1WRHV3CPG53"


def leaf(index: int) -> bytes:
    """The hash of the entry that is `index` in four bytes, big-endian."""
    return sha256(b"\x00" + index.to_bytes(4, "big")).digest()


def split(width: int) -> int:
    """The largest power of two smaller than `width`."""
    power = 1
    while power * 2 < width:
        power *= 2
    return power


@cache
def root(low: int, high: int) -> bytes:
    """MTH(D[low:high])."""
    if low == high:
        return sha256(b"").digest()
    if high - low == 1:
        return leaf(low)
    middle = low + split(high - low)
    return sha256(b"\x01" + root(low, middle) + root(middle, high)).digest()


def inclusion(index: int, low: int, high: int) -> list[bytes]:
    """PATH(index, D[low:high])."""
    if high - low == 1:
        return []
    middle = low + split(high - low)
    if index < middle:
        return [*inclusion(index, low, middle), root(middle, high)]
    return [*inclusion(index, middle, high), root(low, middle)]


def subproof(old: int, low: int, high: int, whole: bool) -> list[bytes]:
    """SUBPROOF(old - low, D[low:high], whole)."""
    if old == high:
        return [] if whole else [root(low, high)]
    middle = low + split(high - low)
    if old <= middle:
        return [*subproof(old, low, middle, whole), root(middle, high)]
    return [*subproof(old, middle, high, False), root(low, middle)]


def merkle() -> dict[str, Any]:
    """Roots, and proofs that hold or do not."""
    return {
        "entries": "entry i is the number i in four bytes, big-endian",
        "roots": [{"size": size, "root": root(0, size).hex()} for size in (0, *SIZES, 1000, 10_000)],
        "inclusion": [
            {
                "index": index,
                "size": size,
                "leaf": leaf(index).hex(),
                "root": root(0, size).hex(),
                "path": [node.hex() for node in inclusion(index, 0, size)],
            }
            for size in (*SIZES, 10_000)
            for index in sorted({0, size // 3, size // 2, size - 1})
        ],
        "consistency": [
            case for old in SIZES for new in (*SIZES, 1000, 10_000) if old <= new for case in cases(old, new)
        ],
    }


def cases(old: int, new: int) -> list[dict[str, Any]]:
    """The proof from `old` to `new`, and for small trees what must be refused."""
    good: dict[str, Any] = {
        "old_size": old,
        "new_size": new,
        "old_root": root(0, old).hex(),
        "new_root": root(0, new).hex(),
        "path": [node.hex() for node in subproof(old, 0, new, True)],
        "holds": True,
    }
    found = [good]
    if old in (1, 3, 6, 8) and new in (3, 7, 8, 16):
        other = sha256(b"another tree").hexdigest()
        found += [
            good | {"old_root": other, "holds": False},
            good | {"new_root": other, "holds": False},
            good | {"path": [*good["path"], other], "holds": False},
        ]
        if good["path"]:
            found += [
                good | {"path": good["path"][:-1], "holds": False},
                good | {"path": [other, *good["path"][1:]], "holds": False},
                good | {"path": [], "holds": False},
            ]
    return found


def checkpoint() -> dict[str, Any]:
    """A log key and signed checkpoints, the bytes of each put together by hand."""
    key = log_key()
    public = key.public_key().public_bytes_raw()
    key_id = sha256(ORIGIN.encode() + b"\n\x01" + public).digest()[:4]
    return {
        "origin": ORIGIN,
        "public_key": public.hex(),
        "verifier_key": f"{ORIGIN}+{key_id.hex()}+{b64encode(bytes([1]) + public).decode()}",
        "checkpoints": [
            {"size": size, "root": root(0, size).hex(), "note": signed_checkpoint(size)}
            for size in (0, 1, 8, 257, 10_000)
        ],
    }


def log_key() -> Ed25519PrivateKey:
    """The key of these vectors; its seed is public, so it signs nothing else."""
    return Ed25519PrivateKey.from_private_bytes(sha256(b"log key of the vectors").digest())


def signed_checkpoint(size: int) -> str:
    """The checkpoint of the tree of `size` leaves."""
    key = log_key()
    key_id = sha256(ORIGIN.encode() + b"\n\x01" + key.public_key().public_bytes_raw()).digest()[:4]
    text = f"{ORIGIN}\n{size}\n{b64encode(root(0, size)).decode()}\n"
    return f"{text}\n\u2014 {ORIGIN} {b64encode(key_id + key.sign(text.encode())).decode()}\n"


def tlog_proof() -> dict[str, Any]:
    """`.tlog-proof` files for some leaves."""
    found = []
    for index, size in ((0, 1), (0, 8), (5, 8), (256, 257), (1234, 10_000)):
        path = [b64encode(node).decode() for node in inclusion(index, 0, size)]
        lines = ["c2sp.org/tlog-proof@v1", f"index {index}", *path]
        proof = "\n".join(lines) + "\n\n" + signed_checkpoint(size)
        found.append({"index": index, "size": size, "leaf": leaf(index).hex(), "proof": proof})
    return {"origin": ORIGIN, "public_key": log_key().public_key().public_bytes_raw().hex(), "proofs": found}


def tiles() -> dict[str, Any]:
    """Paths of tiles, and the tiles of some trees: what is served, and the SHA-256 of each."""
    return {
        "paths": [
            {"level": 0, "index": 0, "width": 256, "path": "tile/0/000"},
            {"level": 1, "index": 67, "width": 256, "path": "tile/1/067"},
            {"level": 0, "index": 1_234_067, "width": 256, "path": "tile/0/x001/x234/067"},
            {"level": 2, "index": 1_000, "width": 17, "path": "tile/2/x001/000.p/17"},
            {"level": 63, "index": 999, "width": 1, "path": "tile/63/999.p/1"},
            {"level": None, "index": 1_067, "width": 255, "path": "tile/entries/x001/067.p/255"},
        ],
        "trees": [{"size": size, "tiles": served(size)} for size in (1, 256, 257, 70_000)],
    }


def served(size: int) -> list[dict[str, Any]]:
    """Every tile of the tree of `size` leaves."""
    found = []
    level = 0
    while width := size >> (8 * level):
        span = 1 << (8 * level)
        for index in range(-(-width // 256)):
            places = range(256 * index, min(width, 256 * index + 256))
            hashes = b"".join(root(place * span, (place + 1) * span) for place in places)
            found.append({"level": level, "index": index, "width": len(places), "sha256": sha256(hashes).hexdigest()})
        level += 1
    return found


def proof_bundle() -> dict[str, Any]:
    """A complete bundle of every version of the format; later versions are added, earlier ones stay as they are."""
    from evidence.header import parse_header
    from tests.support.bundles import BundleMaker
    from tests.support.chain_state import ChainState

    maker = BundleMaker(state=ChainState(neighbours=3), others=2)
    bundle = maker.bundle()
    assert bundle.anchor is not None
    return {
        "bundles": [
            {
                "format": "credence-proof/1",
                "statement_id": maker.issued().statement_id,
                "fields": {disclosure.name: disclosure.value for disclosure in maker.issued().disclosures},
                "trusted_block": parse_header(bundle.anchor.header).hash.hex(),
                "bundle": json.loads(bundle.encode()),
            }
        ]
    }


def files() -> dict[str, str]:
    """File name and content of every vector file."""
    made = {
        "merkle": merkle(),
        "checkpoint": checkpoint(),
        "tlog_proof": tlog_proof(),
        "tiles": tiles(),
        "proof_bundle": proof_bundle(),
    }
    return {f"{name}.json": json.dumps(value, indent=1) + "\n" for name, value in made.items()}


def main(arguments: list[str]) -> int:
    """Write the files, or with `--check` say which of them differ."""
    differing = [name for name, text in files().items() if read(FOLDER / name) != text]
    for name in differing:
        if "--check" in arguments:
            print(f"tests/vectors/{name} is not what tools/vectors_log.py makes")
        else:
            (FOLDER / name).write_text(files()[name], encoding="utf-8")
            print(f"wrote tests/vectors/{name}")
    return 1 if differing and "--check" in arguments else 0


def read(path: Path) -> str:
    """The file's text, empty when it does not exist."""
    return path.read_text(encoding="utf-8") if path.exists() else ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
