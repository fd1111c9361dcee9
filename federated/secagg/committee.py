"""The committee of a round: who takes part with which keys, under which threshold, in which buckets."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from evidence.canonical import encode
from evidence.draft import JsonValue
from evidence.encoding import hex0x_encode
from evidence.errors import SchemaError
from evidence.json_shape import integer, items, members
from federated.secagg.messages import Advert, Receipt
from federated.secagg.registry import Registry
from federated.secagg.terms import MAX_COMMITTEE, RoundTerms, least_threshold, sealed_digest, signing_bytes


@dataclass(frozen=True, slots=True)
class Committee:
    """The parties of a round in the order of their names, and how many of them it takes to open anything.

    Raises:
        SchemaError: a party twice, too few or too many, not in order, or a threshold that is not above two thirds.
    """

    terms: RoundTerms
    adverts: tuple[Advert, ...]
    threshold: int
    digest: bytes = field(init=False, compare=False)
    buckets: tuple[frozenset[str], ...] = field(init=False, compare=False)
    _places: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        names = [advert.org for advert in self.adverts]
        if names != sorted(set(names)):
            raise SchemaError("a committee lists every party once, in the order of their names")
        if not 3 <= len(names) <= MAX_COMMITTEE:
            raise SchemaError(f"a committee of {len(names)}: 3 to {MAX_COMMITTEE} parties are needed")
        # Above two thirds, no two groups that are both large enough to open something can be told different stories
        # unless a third of the parties lies.
        if not least_threshold(len(names)) <= self.threshold <= len(names):
            raise SchemaError(f"a threshold of {self.threshold} is not above two thirds of {len(names)} parties")
        object.__setattr__(self, "digest", sealed_digest("committee", self.to_json()))
        object.__setattr__(self, "_places", {name: place for place, name in enumerate(names, start=1)})
        object.__setattr__(self, "buckets", self._draw_buckets(names))

    def _draw_buckets(self, names: list[str]) -> tuple[frozenset[str], ...]:
        size = self.terms.bucket_size
        number = max(1, len(names) // size) if size else 1
        # Drawn from every party's fresh keys: nobody can choose its bucket, and everybody draws the same.
        order = sorted(names, key=lambda name: hashlib.sha256(self.digest + name.encode("ascii")).digest())
        return tuple(frozenset(order[start::number]) for start in range(number))

    @property
    def names(self) -> frozenset[str]:
        """The parties."""
        return frozenset(self._places)

    def place(self, org: str) -> int:
        """Where the party's shares are evaluated, from 1 on."""
        return self._places[org]

    def advert(self, org: str) -> Advert:
        """The party's advert."""
        return self.adverts[self._places[org] - 1]

    def bucket_of(self, org: str) -> frozenset[str]:
        """The bucket that the party is in."""
        return next(bucket for bucket in self.buckets if org in bucket)

    def check_signatures(self, registry: Registry, now_s: int) -> None:
        """Check every advert against the local registry; raises SignatureError."""
        terms = self.terms.digest
        for advert in self.adverts:
            key = registry.key_of(advert.org, advert.key_id, now_s)
            key.verify(advert.signature, advert.signed_bytes(terms))

    def to_json(self) -> dict[str, JsonValue]:
        """For the wire."""
        adverts: list[JsonValue] = [advert.to_json() for advert in self.adverts]
        return {"terms": self.terms.to_json(), "adverts": adverts, "threshold": self.threshold}

    @classmethod
    def from_json(cls, value: JsonValue) -> Committee:
        """From the wire; raises MalformedError or SchemaError."""
        fields = members(value, "committee", ("terms", "adverts", "threshold"))
        adverts = tuple(Advert.from_json(one) for one in items(fields["adverts"], "adverts", limit=MAX_COMMITTEE))
        return cls(RoundTerms.from_json(fields["terms"]), adverts, integer(fields["threshold"], "threshold"))

    def size(self) -> int:
        """Bytes on the wire."""
        return len(encode(self.to_json()))


@dataclass(frozen=True, slots=True)
class Roll:
    """Who is in the sums and who dropped out after sharing; disjoint, and together all participants.

    Raises:
        SchemaError: the sets overlap, a receipt is given twice, or receipts speak of different sets or models.
    """

    committee: bytes
    receipts: tuple[Receipt, ...]
    dropped: frozenset[str]
    digest: bytes = field(init=False, compare=False)

    def __post_init__(self) -> None:
        names = [receipt.org for receipt in self.receipts]
        if names != sorted(set(names)) or not names:
            raise SchemaError("the receipts of a round stand once each, in the order of their parties")
        if self.dropped & set(names):
            raise SchemaError("a party is said to be both in and dropped out: both of its masks would be opened")
        if len({(receipt.model, receipt.participants) for receipt in self.receipts}) != 1:
            raise SchemaError("the parties were told different models or different participants")
        object.__setattr__(self, "digest", sealed_digest("roll", self._body()))

    @property
    def alive(self) -> frozenset[str]:
        """The parties whose masked vectors are in."""
        return frozenset(receipt.org for receipt in self.receipts)

    @property
    def confirmed_bytes(self) -> bytes:
        """What a confirmation signs."""
        return signing_bytes("roll", self._body())

    def _body(self) -> dict[str, JsonValue]:
        rows: dict[str, JsonValue] = {one.org: hex0x_encode(one.vector) for one in self.receipts}
        return {
            "committee": hex0x_encode(self.committee),
            "model": hex0x_encode(self.receipts[0].model),
            "participants": hex0x_encode(self.receipts[0].participants),
            "vectors": rows,
            "dropped": sorted(self.dropped),
        }
