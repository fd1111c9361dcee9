"""A small consortium on a chain of its own, whose members act in order: what the snapshots measure."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any, Final

from eth_abi.abi import decode, encode

from evidence.identity import Lei, OrgId, lei_from_prefix, org_id
from evidence.log import Digest, LogHead
from evidence.merkle import prove_consistency, tree_root
from tools.snapshot_chain import CLOCK, MeasuredChain

STEPS: Final = {
    "1k leaves": (999, 1_136),
    "100k leaves": (99_999, 100_136),
    "1M leaves": (999_999, 1_000_136),
    "1M leaves, longest proof": (524_287, 1_000_136),
}
"""From which size to which a log grows; the last pair needs the most nodes (21) and hashes (38) at its size."""

FIRST_SUPPLIER: Final = next(iter(STEPS))
"""The scene names its suppliers after the size of their logs."""

ADMIN, ENROLLER, PAUSER = ("0x" + bytes(19).hex() + last for last in ("a1", "a2", "a3"))
SCORER_OPERATOR = "0x" + "c5" * 20
P256_KEY: Final = bytes.fromhex(
    "0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
    "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299"
)
"""RFC 6979 appendix A.2.5; `P256_ID` is its RFC 7638 thumbprint."""
P256_ID: Final = bytes.fromhex("0cebf1bc9880748a95588905b79843b42ba75cb174055e3e246bf87fe00b4a6d")
SUPPLIER_BIT, SCORER_BIT = 1, 4
ANCHOR, ATTEST, STATEMENT = 3, 4, 1
_CLAIM_TYPES: Final = (
    *("bytes32", "bytes32", "uint32", "uint32", "uint32", "uint8", "uint8"),
    *("bytes32", "bytes32", "bytes32[]", "uint64[]", "bytes32[]"),
)


@dataclass(slots=True)
class LeafTree:
    """Every node of a tree whose leaf number i is the decimal text of i; a `NodeSource`."""

    size: int
    levels: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        sha256 = hashlib.sha256
        level = b"".join(sha256(b"\x00%d" % index).digest() for index in range(self.size))
        while level:
            self.levels.append(level)
            whole = len(level) // 64 * 64
            level = b"".join(sha256(b"\x01" + level[at : at + 64]).digest() for at in range(0, whole, 64))

    def node(self, level: int, index: int) -> Digest:
        """The root of the perfect subtree `index` of `level`."""
        return Digest(self.levels[level][index * 32 : index * 32 + 32])

    def head(self, size: int) -> LogHead:
        """The head after `size` leaves."""
        return LogHead(size, tree_root(self, size))


class Scene:
    """Suppliers with logs of several sizes and one scorer, acting in order."""

    def __init__(self, chain: MeasuredChain) -> None:
        self.chain = chain
        self.suppliers: dict[str, Lei] = {
            name: lei_from_prefix(f"5299000SUPPLY{n:05d}") for n, name in enumerate(STEPS)
        }
        self.scorer = lei_from_prefix("5299000SCORER00000")
        self.heads: list[tuple[OrgId, LogHead]] = []

    def deploy(self) -> None:
        """All contracts, as a network has them."""
        chain = self.chain
        self.registry = chain.deploy(
            "MemberRegistry", ADMIN, ["uint48", "address", "address", "address"], [172_800, ADMIN, ENROLLER, PAUSER]
        )
        self.log = chain.deploy("EvidenceLog", ADMIN, ["address"], [self.registry])
        self.schemas = schemas = chain.deploy("SchemaRegistry", ADMIN)
        self.eas = chain.deploy("EAS", ADMIN, ["address"], [schemas])
        self.resolver = chain.deploy("CreditResolver", ADMIN, ["address", "address"], [self.eas, self.log])
        (schema,) = decode(["string"], chain.read("CreditResolver", self.resolver, "schema"))
        chain.send("register schema", ADMIN, "SchemaRegistry", schemas, "register", schema, self.resolver, True)
        self.schema = chain.read("CreditResolver", self.resolver, "schemaUid")
        self.account = chain.deploy("OrgAccount", ADMIN, ["address", "bytes32"], [self.registry, org_id(self.scorer)])

    def enrol(self) -> None:
        """Members and the keys that act below."""
        for number, (name, lei) in enumerate(self.suppliers.items()):
            first = number == 0
            self._register("enrol" if first else "", "enrol", lei, f"Supplier {name}", SUPPLIER_BIT)
            self._key("register address key" if first else "", lei, anchor_holder(name), ANCHOR)
        self._register("", "enrol", self.scorer, "Scorer", SCORER_BIT)
        self._send_registry("set account", "setAccount", org_id(self.scorer), self.account)
        self._key("", self.scorer, SCORER_OPERATOR, ATTEST)
        first_supplier = next(iter(self.suppliers.values()))
        self._send_registry(
            "register P-256 key", "registerKey", org_id(first_supplier), P256_ID, STATEMENT, P256_KEY, CLOCK
        )

    def anchor(self) -> None:
        """A first head, and one that extends it, in logs of each size."""
        tree = LeafTree(max(new for _, new in STEPS.values()))
        for name, (old_size, new_size) in STEPS.items():
            org = org_id(self.suppliers[name])
            old, new = tree.head(old_size), tree.head(new_size)
            path = prove_consistency(tree, old_size, new_size).path
            self.anchor_head("" if self.heads else "anchor first head", name, old, ())
            self.anchor_head(f"anchor at {name}", name, new, path)
            self.heads += [(org, old), (org, new)]
        self.anchor_head("anchor again", name, new, path)

    def anchor_head(self, label: str, name: str, head: LogHead, path: tuple[Digest, ...]) -> None:
        """Anchor one head of the supplier `name`."""
        values = (org_id(self.suppliers[name]), head.size, head.root, path)
        self.chain.send(label, anchor_holder(name), "EvidenceLog", self.log, "anchor", *values)

    def attest(self) -> None:
        """Scores on one and on six heads, one that supersedes, and a revocation."""
        first = self._attest("attest with 1 head", 1, bytes(32))
        self._attest("attest with 6 heads", 6, bytes(32))
        second = self._attest("attest superseding", 1, first)
        self._execute("revoke", self.chain.call_data("EAS", "revoke", (self.schema, (second, 0))))

    def disown(self) -> None:
        """What is done in an emergency."""
        key = bytes(12) + bytes.fromhex(anchor_holder("1k leaves")[2:])
        self._send_registry("retire key", "retireKey", key)
        self._send_registry("declare key compromised", "declareCompromised", key, CLOCK)
        self.chain.send("pause", PAUSER, "MemberRegistry", self.registry, "pause")

    def _attest(self, label: str, heads: int, supersedes: bytes) -> bytes:
        claim = self.claim(heads, digest_of("policy"))
        terms = ("0x" + "00" * 20, CLOCK + 90 * 86_400, True, supersedes, claim, 0)
        receipt = self._execute(label, self.chain.call_data("EAS", "attest", (self.schema, terms)))
        attested = next(entry for entry in receipt["logs"] if entry["address"] == self.eas)
        return bytes.fromhex(attested["data"][2:])

    def claim(self, heads: int, policy: bytes) -> bytes:
        """A score of the first supplier on the first `heads` heads, as an attestation carries it."""
        chosen = self.heads[:heads]
        return encode(
            _CLAIM_TYPES,
            [
                *(chosen[0][0], policy, 81_250_000, 78_000_000, 84_000_000, 2, 0),
                *(digest_of("inputs"), digest_of("card")),
                *([org for org, _ in chosen], [head.size for _, head in chosen], [head.root for _, head in chosen]),
            ],
        )

    def _execute(self, label: str, data: bytes) -> Any:
        return self.chain.send(label, SCORER_OPERATOR, "OrgAccount", self.account, "execute", self.eas, 0, data)

    def _register(self, label: str, method: str, lei: Lei, name: str, roles: int) -> None:
        self._send_registry(label, method, org_id(lei), str(lei), name, "https://node.example:8443", roles)

    def _key(self, label: str, lei: Lei, holder: str, purpose: int) -> None:
        key = bytes(12) + bytes.fromhex(holder[2:])
        self._send_registry(label, "registerKey", org_id(lei), key, purpose, b"", CLOCK)

    def _send_registry(self, label: str, method: str, *values: Any) -> None:
        self.chain.send(label, ENROLLER, "MemberRegistry", self.registry, method, *values)


def anchor_holder(name: str) -> str:
    """The address whose key may anchor for the supplier `name`."""
    return "0x" + digest_of(f"anchor {name}")[:20].hex()


def digest_of(text: str) -> bytes:
    """SHA-256 of a text, for values that only need to be fixed."""
    return hashlib.sha256(text.encode()).digest()
