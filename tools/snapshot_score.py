"""What the score adds to the measured consortium: votes, months, gates, repairs and objections."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from eth_abi.abi import decode, encode
from eth_keys.datatypes import PrivateKey
from eth_utils.crypto import keccak

from evidence.identity import Lei, lei_from_prefix, org_id
from tools.snapshot_chain import CLOCK
from tools.snapshot_scene import ADMIN, ATTEST, ENROLLER, SCORER_OPERATOR, Scene, digest_of

PURCHASER_BIT: Final = 2
BODY_BIT: Final = 32
ACCREDITOR: Final = "0x" + bytes(19).hex() + "a4"
NOBODY: Final = bytes(32)
DELAY, PERIOD, QUORUM_PERCENT, TIMELOCK_DELAY = 1, 60, 10, 60
"""Seconds, seconds, percent, seconds: one of seven members is a quorum here."""
CLAIMS_PER_DAY, CO_SIGNS_PER_DAY = 10, 10
POLICY_NAME: Final = "balanced-2026"
MONTH: Final = 2096 * 12 + 9
"""The running month at `CLOCK` (October 2096) as the contracts count it."""
GOOD: Final = 1_800_000
_MONTH_TYPES: Final = ("bytes32", "bytes32", "uint32", "uint32", "int64", "int64", "bytes32", "uint64", "bytes32")


class ScoreScene:
    """Acts on top of `scene`, whose contracts are deployed and members enrolled."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.chain = scene.chain
        self.at: dict[str, str] = {}
        self.accounts: dict[str, str] = {"scorer": scene.account}
        self.operators: dict[str, str] = {"scorer": SCORER_OPERATOR}
        self.orgs = {"scorer": org_id(scene.scorer), "supplier": org_id(next(iter(scene.suppliers.values())))}
        self.policy = digest_of("the adopted policy")
        self.head = (self.orgs["supplier"], 0, NOBODY)
        self.uid = NOBODY

    def deploy(self) -> None:
        """Every contract of the score, as a network has them; their addresses lie in `at`."""
        scene, at, address = self.scene, self.at, "address"
        self._deploy("MemberVotes", [address], [scene.registry])
        terms = [at["MemberVotes"], DELAY, PERIOD, QUORUM_PERCENT, TIMELOCK_DELAY]
        self._deploy("MemberGovernor", [address, "uint48", "uint32", "uint8", "uint256"], terms)
        at["MemberTimelock"] = self.read_address("MemberGovernor", "timelock")
        self._deploy("PolicyRegistry", [address, address], [scene.registry, at["MemberTimelock"]])
        self._deploy("PolicyCreditResolver", [address] * 3, [scene.eas, scene.log, at["PolicyRegistry"]])
        self._deploy("CapabilityResolver", [address] * 2, [scene.eas, scene.log])
        roles = [scene.registry, 172_800, ADMIN, ACCREDITOR]
        self._deploy("AccreditationRegistry", [address, "uint48", address, address], roles)
        limits = [at["AccreditationRegistry"], CLAIMS_PER_DAY, CO_SIGNS_PER_DAY]
        self._deploy("RepairBook", [address, "uint32", "uint32"], limits)
        self._deploy("ObjectionBook", [address] * 2, [scene.eas, scene.registry])
        parts = [at["PolicyCreditResolver"], at["CapabilityResolver"], at["RepairBook"]]
        self._deploy("QualificationGate", [address] * 3, parts)
        self.schemas = {name: self._register_schema(name) for name in ("PolicyCreditResolver", "CapabilityResolver")}

    def enrol(self) -> None:
        """A purchaser, an accredited body, and an account for the first supplier."""
        for name, prefix, roles in (
            ("purchaser", "5299000PURCHASE000", PURCHASER_BIT),
            ("body", "5299000ACCREDIT000", BODY_BIT),
        ):
            lei = lei_from_prefix(prefix)
            self.orgs[name] = org_id(lei)
            values = (org_id(lei), str(lei), name, "", roles)
            self.chain.send("", ENROLLER, "MemberRegistry", self.scene.registry, "enrol", *values)
            self._open_account(name, lei)
        self._open_account("supplier", next(iter(self.scene.suppliers.values())))

    def adopt(self) -> None:
        """A policy handed in, voted on, and adopted behind the timelock."""
        document = (self.policy, POLICY_NAME, 1, "ipfs://" + "b" * 59, CLOCK, CLOCK + 700 * 86_400)
        self.act("submit policy", "scorer", "PolicyRegistry", "submit", document)
        policy = self.chain.read("PolicyRegistry", self.at["PolicyRegistry"], "policyAt", 0)
        why = "adopt balanced-2026"
        call = self.chain.call_data("PolicyRegistry", "adopt", policy)
        proposal = ([self.at["PolicyRegistry"]], [0], [call])
        self.wait(2)
        self.act("propose adoption", "scorer", "MemberGovernor", "propose", *proposal, why)
        number = int.from_bytes(
            keccak(encode(("address[]", "uint256[]", "bytes[]", "bytes32"), (*proposal, keccak(text=why)))), "big"
        )
        self.wait(DELAY + 1)
        self.act("vote", "scorer", "MemberGovernor", "castVote", number, 1)
        self.wait(PERIOD + 1)
        governor = self.at["MemberGovernor"]
        self.chain.send("queue adoption", ADMIN, "MemberGovernor", governor, "queue", *proposal, keccak(text=why))
        self.wait(TIMELOCK_DELAY + 1)
        self.chain.send("adopt policy", ADMIN, "MemberGovernor", governor, "execute", *proposal, keccak(text=why))

    def attest(self) -> None:
        """Scores under the adopted policy, months of capability, and an objection."""
        self.head = (self.scene.heads[0][0], self.scene.heads[0][1].size, self.scene.heads[0][1].root)
        for label in ("attest under adopted policy", "attest again under adopted policy"):
            self.uid = self._attest_score(label)
        uid = self.attest_months("attest capability month", digest_of("bore"), {MONTH - 1: (GOOD, GOOD)})[0]
        restated = self._request(digest_of("bore"), MONTH - 1, GOOD, GOOD, uid)
        self._eas("restate capability month", "attest", (self.schemas["CapabilityResolver"], restated))
        year = {MONTH - 1 - back: (GOOD, GOOD) for back in range(12)}
        self.attest_months("attest 12 capability months", digest_of("shaft"), year)
        self.act("file objection", "supplier", "ObjectionBook", "file", self.uid, digest_of("reason"))
        self.act("withdraw objection", "supplier", "ObjectionBook", "withdraw", self.uid)

    def qualify(self) -> None:
        """A purchaser's rule for a supplier: one characteristic and a floor."""
        self.set_rule("set gate rule", (0, 0, 1, 70_000_000, NOBODY, POLICY_NAME, [digest_of("shaft")]))

    def repair(self) -> None:
        """A repair claim that an accredited body co-signs."""
        scope, evidence, deadline = digest_of("scope"), digest_of("evidence"), CLOCK + 86_400
        accreditations = self.at["AccreditationRegistry"]
        granted = (self.orgs["body"], [scope], CLOCK + 365 * 86_400)
        self.chain.send("accredit body", ACCREDITOR, "AccreditationRegistry", accreditations, "grant", *granted)
        self.act("open repair", "supplier", "RepairBook", "open", digest_of("claim"), scope, CLOCK + 90 * 86_400)
        book = self.at["RepairBook"]
        claim = self.chain.read("RepairBook", book, "claimAt", self.orgs["supplier"], 0)
        signed = (claim, self.orgs["body"], evidence, deadline)
        digest = self.chain.read("RepairBook", book, "coSignDigest", *signed)
        digest = self.chain.read("OrgAccount", self.accounts["body"], "messageDigest", digest)
        signature = _operator_key("body").sign_msg_hash(digest).to_bytes()
        signature = signature[:64] + bytes([signature[64] + 27])
        self.chain.send("co-sign repair", ADMIN, "RepairBook", book, "coSign", *signed, signature)

    def act(self, label: str, who: str, contract: str, method: str, *values: Any) -> Mapping[str, Any]:
        """Call a contract of the score as the organisation `who`."""
        return self.execute(label, who, self.at[contract], self.chain.call_data(contract, method, *values))

    def execute(self, label: str, who: str, target: str, data: bytes) -> Mapping[str, Any]:
        """Call `target` through the account of `who`."""
        return self.chain.send(label, self.operators[who], "OrgAccount", self.accounts[who], "execute", target, 0, data)

    def set_rule(self, label: str, rule: tuple[Any, ...]) -> None:
        """What the purchaser asks of the supplier; fields as in `GateRule`."""
        self.act(label, "purchaser", "QualificationGate", "setRule", self.orgs["supplier"], rule)

    def attest_months(self, label: str, characteristic: bytes, months: Mapping[int, tuple[int, int]]) -> list[bytes]:
        """Attest months that nobody attested yet, by their number, as (Cpk, upper bound) in millionths; their UIDs."""
        requests = [self._request(characteristic, month, *values, NOBODY) for month, values in months.items()]
        return self._eas(label, "multiAttest", [(self.schemas["CapabilityResolver"], requests)])

    def read_address(self, contract: str, method: str) -> str:
        """An address that a contract of the score names."""
        (found,) = decode(["address"], self.chain.read(contract, self.at[contract], method))
        return str(found)

    def wait(self, seconds: int) -> None:
        """Let the chain's clock go on."""
        block = self.chain.rpc("eth_getBlockByNumber", "latest", False)
        self.chain.rpc("evm_setNextBlockTimestamp", int(block["timestamp"], 16) + seconds)
        self.chain.rpc("evm_mine")

    def _deploy(self, name: str, types: list[str], values: list[Any]) -> None:
        self.at[name] = self.chain.deploy(name, ADMIN, types, values)

    def _register_schema(self, resolver: str) -> bytes:
        (schema,) = decode(["string"], self.chain.read(resolver, self.at[resolver], "schema"))
        values = (schema, self.at[resolver], True)
        self.chain.send("", ADMIN, "SchemaRegistry", self.scene.schemas, "register", *values)
        return self.chain.read(resolver, self.at[resolver], "schemaUid")

    def _open_account(self, name: str, lei: Lei) -> None:
        types, values = ["address", "bytes32"], [self.scene.registry, org_id(lei)]
        self.accounts[name] = self.chain.deploy("OrgAccount", ADMIN, types, values)
        self.operators[name] = _operator_key(name).public_key.to_address()
        registry, key = self.scene.registry, bytes(12) + bytes.fromhex(self.operators[name][2:])
        self.chain.send("", ENROLLER, "MemberRegistry", registry, "setAccount", org_id(lei), self.accounts[name])
        self.chain.send("", ENROLLER, "MemberRegistry", registry, "registerKey", org_id(lei), key, ATTEST, b"", CLOCK)

    def _request(self, characteristic: bytes, month: int, cpk: int, upper: int, over: bytes) -> tuple[Any, ...]:
        claim = encode(_MONTH_TYPES, (self.orgs["supplier"], characteristic, month, 50, cpk, upper, *self.head))
        return (self.accounts["supplier"], 0, True, over, claim, 0)

    def _attest_score(self, label: str) -> bytes:
        claim = self.scene.claim(1, self.policy)
        terms = (self.accounts["supplier"], CLOCK + 90 * 86_400, True, NOBODY, claim, 0)
        return self._eas(label, "attest", (self.schemas["PolicyCreditResolver"], terms))[0]

    def _eas(self, label: str, method: str, request: Any) -> list[bytes]:
        receipt = self.execute(label, "scorer", self.scene.eas, self.chain.call_data("EAS", method, request))
        return [bytes.fromhex(one["data"][2:]) for one in receipt["logs"] if one["address"] == self.scene.eas]


def _operator_key(name: str) -> PrivateKey:
    return PrivateKey(digest_of(f"operator of {name}"))
