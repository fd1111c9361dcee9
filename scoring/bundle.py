"""The score bundle: everything that another member needs to recompute a score, in one canonical file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from evidence import canonical
from evidence.draft import JsonValue
from evidence.encoding import b64_decode, b64_encode
from evidence.identity import Lei, Subject
from evidence.keys import StatementPublicKey
from evidence.log import Digest, InclusionProof
from scoring.card import ScoreCard
from scoring.document import Node
from scoring.evidence_tuples import EvidenceHead
from scoring.owners import NOBODY_OWNED, Owners, read_owners
from scoring.policy import Policy
from scoring.policy_reader import read as read_policy

FORMAT: Final = "credence-score/1"
"""What the member `format` of a bundle says."""

MAX_BYTES: Final = 64 * 1024 * 1024
"""Longest bundle read, bytes."""

STOPPED: Final = "stopped:"
"""How reasons begin for which a policy rates nobody, or not this subject."""

MAX_STATEMENTS: Final = 50_000
"""Most statements in one bundle."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a statement stands in a log: which of the bundle's heads, and the proof that its leaf is under it."""

    head: int
    proof: InclusionProof


@dataclass(frozen=True, slots=True)
class ScoredStatement:
    """One statement of a bundle.

    Attributes:
        sd_jwt: the signed part with the disclosures that are still there.
        place: its inclusion under an anchored head; None leaves it unproved.
        erased: fields that were scored and have been erased since; they are no longer proved by the signature.
    """

    sd_jwt: str
    place: Place | None = None
    erased: Mapping[str, JsonValue] | None = None


@dataclass(frozen=True, slots=True)
class Attester:
    """Who attested this score on chain: the organisation, its account contract and the attestation's UID, as 0x-hex."""

    org: Lei
    account: str
    uid: str


@dataclass(frozen=True, slots=True)
class ScoreBundle:
    """A score with all that it follows from.

    Attributes:
        policy: by which policy.
        subject, commodity, as_of: of whom, with whose priors, on which day.
        statements: the evidence.
        heads: anchored heads that the evidence is in; whoever recomputes asks the chain whether they are anchored.
        keys: statement keys that signed it, in order of their id; the registry says whose they are.
        card: the score card as claimed, a `credence-card/1` document; `recompute` says whether it follows.
        attesters: who attested it, and where; a policy says how many independent ones make it count.
        owners: which organisations of all of these were taken as one.
        stops: why nobody, or this subject, was to be rated by the policy then.
    """

    policy: Policy
    subject: Subject
    commodity: str
    as_of: date
    statements: tuple[ScoredStatement, ...]
    heads: tuple[EvidenceHead, ...]
    keys: tuple[StatementPublicKey, ...]
    card: JsonValue
    attesters: tuple[Attester, ...] = ()
    owners: Owners = NOBODY_OWNED
    stops: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        card: ScoreCard,
        policy: Policy,
        statements: Sequence[ScoredStatement],
        heads: Sequence[EvidenceHead],
        keys: Sequence[StatementPublicKey],
        owners: Owners = NOBODY_OWNED,
        stops: Sequence[str] = (),
    ) -> ScoreBundle:
        """The bundle of a fresh score, not attested yet."""
        return cls(
            policy=policy,
            subject=card.subject,
            commodity=card.commodity,
            as_of=card.as_of,
            statements=tuple(statements),
            heads=tuple(heads),
            keys=tuple(sorted(keys, key=lambda key: key.key_id)),
            card=card.to_json(),
            owners=owners,
            stops=tuple(stops),
        )

    def attested_by(self, attester: Attester) -> ScoreBundle:
        """The same bundle with one more attester; adding one twice changes nothing."""
        if attester in self.attesters:
            return self
        return replace(self, attesters=(*self.attesters, attester))

    def encode(self) -> bytes:
        """The canonical bytes."""
        document: dict[str, JsonValue] = {} if not self.owners.ultimate else {"owners": self.owners.to_json()}
        if self.stops:
            document["stops"] = list(self.stops)
        return canonical.encode(
            document
            | {
                "as_of": self.as_of.isoformat(),
                "attesters": [
                    {"account": attester.account, "org": str(attester.org), "uid": attester.uid}
                    for attester in self.attesters
                ],
                "card": self.card,
                "commodity": self.commodity,
                "format": FORMAT,
                "heads": [{"org": str(head.org), "root": head.root.hex(), "size": head.size} for head in self.heads],
                "keys": [b64_encode(key.sec1) for key in self.keys],
                "policy": self.policy.to_json(),
                "statements": [_statement_json(statement) for statement in self.statements],
                "subject": str(self.subject),
            }
        )


def decode(data: bytes) -> ScoreBundle:
    """Read a bundle from its canonical bytes; nothing is recomputed or proved yet.

    Raises:
        MalformedError, LimitError: not canonical, too large, or a part that does not parse.
        SchemaError: against the format; `place` is the JSON pointer.
    """
    top = Node(canonical.decode_canonical(data, limit=MAX_BYTES)).members(
        ("as_of", "attesters", "card", "commodity", "format", "heads", "keys", "policy", "statements", "subject"),
        ("owners", "stops"),
    )
    if top["format"].text(40) != FORMAT:
        raise top["format"].refuse(f"{FORMAT} is expected")
    return ScoreBundle(
        policy=read_policy(top["policy"]),
        subject=Subject.parse(top["subject"].text(50)),
        commodity=top["commodity"].text(60),
        as_of=top["as_of"].day(),
        statements=tuple(_statement(node) for node in top["statements"].items(0, MAX_STATEMENTS)),
        heads=tuple(_head(node) for node in top["heads"].items(0, 1000)),
        keys=tuple(StatementPublicKey.from_sec1(b64_decode(node.text(100))) for node in top["keys"].items(0, 1000)),
        card=top["card"].value,
        attesters=tuple(_attester(node) for node in top["attesters"].items(0, 100)),
        owners=read_owners(top["owners"]) if "owners" in top else NOBODY_OWNED,
        stops=tuple(_stop(node) for node in top["stops"].items(1, 64)) if "stops" in top else (),
    )


def _statement_json(statement: ScoredStatement) -> JsonValue:
    document: dict[str, JsonValue] = {"sd_jwt": statement.sd_jwt}
    if statement.place is not None:
        proof = statement.place.proof
        document["place"] = {
            "head": statement.place.head,
            "index": proof.index,
            "path": [b64_encode(node) for node in proof.path],
            "size": proof.size,
        }
    if statement.erased is not None:
        document["erased"] = dict(statement.erased)
    return document


def _statement(node: Node) -> ScoredStatement:
    members = node.members(("sd_jwt",), ("place", "erased"))
    erased = members.get("erased")
    return ScoredStatement(
        sd_jwt=members["sd_jwt"].text(4 * 1024 * 1024),
        place=_place(members["place"]) if "place" in members else None,
        erased=None if erased is None else {name: item.value for name, item in erased.entries(maximum=100).items()},
    )


def _place(node: Node) -> Place:
    members = node.members(("head", "index", "path", "size"))
    path = tuple(Digest(b64_decode(item.text(60))) for item in members["path"].items(0, 128))
    proof = InclusionProof(members["index"].integer(0, 2**53 - 1), members["size"].integer(1, 2**53 - 1), path)
    return Place(members["head"].integer(0, 999), proof)


def _head(node: Node) -> EvidenceHead:
    members = node.members(("org", "root", "size"))
    return EvidenceHead(
        org=Lei(members["org"].text(20)),
        size=members["size"].integer(1, 2**53 - 1),
        root=bytes.fromhex(members["root"].digest()),
    )


def _stop(node: Node) -> str:
    text = node.text(100)
    if not text.startswith(STOPPED):
        raise node.refuse(f"a reason that begins with {STOPPED} is expected")
    return text


def _attester(node: Node) -> Attester:
    members = node.members(("account", "org", "uid"))
    return Attester(org=Lei(members["org"].text(20)), account=members["account"].text(42), uid=members["uid"].text(66))
