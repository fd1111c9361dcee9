"""What parties and server say to each other, signed by organisation keys and read from the wire within bounds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from evidence.draft import JsonValue
from evidence.encoding import hex0x_encode
from evidence.errors import MalformedError
from evidence.identity import Lei
from evidence.json_shape import items, members, octets, text
from federated.secagg.agreement import KEY_BYTES, TAG_BYTES
from federated.secagg.identity import SIGNATURE_BYTES
from federated.secagg.shamir import SHARE_BYTES
from federated.secagg.terms import DIGEST_BYTES, MAX_COMMITTEE, sealed_digest, signing_bytes

SEALED_BYTES: Final = 2 * SHARE_BYTES + TAG_BYTES


@dataclass(frozen=True, slots=True)
class Advert:
    """A party's fresh keys for one round.

    Attributes:
        org: its LEI; key_id: the organisation key that signed.
        seal_key, mask_key: X25519 keys for sealing shares and for pair masks.
        commitment: SHA-256 of its own mask's seed, so that a false share shows when the seed is put together.
    """

    org: str
    key_id: bytes
    seal_key: bytes
    mask_key: bytes
    commitment: bytes
    signature: bytes

    def signed_bytes(self, terms: bytes) -> bytes:
        """What the signature covers: everything here, and the round."""
        body = self.to_json()
        del body["signature"]
        return signing_bytes("advert", {**body, "terms": hex0x_encode(terms)})

    def to_json(self) -> dict[str, JsonValue]:
        """For the wire."""
        return _write(self, "key_id", "seal_key", "mask_key", "commitment", "signature")

    @classmethod
    def from_json(cls, value: JsonValue) -> Advert:
        """From the wire; raises MalformedError."""
        sizes = {"key_id": 32, "seal_key": KEY_BYTES, "mask_key": KEY_BYTES, "commitment": 32}
        return cls(**_read(value, "advert", {**sizes, "signature": SIGNATURE_BYTES}))


@dataclass(frozen=True, slots=True)
class ShareBundle:
    """A party's shares of its two secrets, one sealed pair for every member of the committee (itself included)."""

    org: str
    sealed: Mapping[str, bytes]
    signature: bytes

    def signed_bytes(self, committee: bytes) -> bytes:
        """What the signature covers: all sealed shares, and the committee with its threshold."""
        body: dict[str, JsonValue] = {peer: hex0x_encode(sealed) for peer, sealed in self.sealed.items()}
        return signing_bytes("shares", {"committee": hex0x_encode(committee), "org": self.org, "sealed": body})

    def to_json(self) -> dict[str, JsonValue]:
        """For the wire."""
        sealed: dict[str, JsonValue] = {peer: hex0x_encode(one) for peer, one in self.sealed.items()}
        return {**_write(self, "signature"), "sealed": sealed}

    @classmethod
    def from_json(cls, value: JsonValue) -> ShareBundle:
        """From the wire; raises MalformedError."""
        fields = members(value, "shares", ("org", "sealed", "signature"))
        sealed = byte_map(fields["sealed"], "sealed shares", SEALED_BYTES)
        rest = {"org": fields["org"], "signature": fields["signature"]}
        return cls(sealed=sealed, **_read(rest, "shares", {"signature": SIGNATURE_BYTES}))


@dataclass(frozen=True, slots=True)
class Receipt:
    """A party's word for the masked vector that it sent: its digest, signed with everything that led to it.

    Attributes:
        model: SHA-256 of the global model that it trained from.
        participants: digest of the parties whose shares it holds, so that all masked over the same set.
        vector: SHA-256 of the packed masked words.
    """

    org: str
    model: bytes
    participants: bytes
    vector: bytes
    signature: bytes

    def signed_bytes(self, committee: bytes) -> bytes:
        """What the signature covers: everything here, and the committee."""
        body = self.to_json()
        del body["signature"]
        return signing_bytes("masked", {**body, "committee": hex0x_encode(committee)})

    def to_json(self) -> dict[str, JsonValue]:
        """For the wire, and for the party's own record."""
        return _write(self, "model", "participants", "vector", "signature")

    @classmethod
    def from_json(cls, value: JsonValue) -> Receipt:
        """From the wire; raises MalformedError."""
        sizes = dict.fromkeys(("model", "participants", "vector"), DIGEST_BYTES)
        return cls(**_read(value, "receipt", {**sizes, "signature": SIGNATURE_BYTES}))


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A party's signature under who is in the sums and who dropped out (the consistency round)."""

    org: str
    signature: bytes

    def to_json(self) -> dict[str, JsonValue]:
        """For the wire."""
        return _write(self, "signature")

    @classmethod
    def from_json(cls, value: JsonValue) -> Confirmation:
        """From the wire; raises MalformedError."""
        return cls(**_read(value, "confirmation", {"signature": SIGNATURE_BYTES}))


@dataclass(frozen=True, slots=True)
class Opening:
    """A party's shares that open the sums: of the seed of who is in, of the mask key of who dropped out; never both."""

    org: str
    seeds: Mapping[str, bytes]
    keys: Mapping[str, bytes]
    signature: bytes

    def signed_bytes(self, alive: bytes) -> bytes:
        """What the signature covers: the shares, and the confirmed sets."""
        body = self.to_json()
        del body["signature"]
        return signing_bytes("opening", {**body, "alive": hex0x_encode(alive)})

    def to_json(self) -> dict[str, JsonValue]:
        """For the wire."""
        seeds: dict[str, JsonValue] = {org: hex0x_encode(share) for org, share in self.seeds.items()}
        keys: dict[str, JsonValue] = {org: hex0x_encode(share) for org, share in self.keys.items()}
        return {**_write(self, "signature"), "seeds": seeds, "keys": keys}

    @classmethod
    def from_json(cls, value: JsonValue) -> Opening:
        """From the wire; raises MalformedError."""
        fields = members(value, "opening", ("org", "seeds", "keys", "signature"))
        seeds, keys = (byte_map(fields[name], name, SHARE_BYTES) for name in ("seeds", "keys"))
        rest = {"org": fields["org"], "signature": fields["signature"]}
        return cls(seeds=seeds, keys=keys, **_read(rest, "opening", {"signature": SIGNATURE_BYTES}))


@dataclass(frozen=True, slots=True)
class Ballot:
    """A party's opinion of every opened bucket: 1 helps, 0 changes nothing, -1 harms, on its own rows."""

    org: str
    votes: tuple[int, ...]
    signature: bytes

    def signed_bytes(self, roll: bytes, means: bytes) -> bytes:
        """What the signature covers: the votes, the confirmed sets, and the digest of the means voted on."""
        body: dict[str, JsonValue] = {"org": self.org, "votes": list(self.votes)}
        return signing_bytes("ballot", {**body, "roll": hex0x_encode(roll), "means": hex0x_encode(means)})

    def to_json(self) -> dict[str, JsonValue]:
        """For the wire."""
        return {**_write(self, "signature"), "votes": list(self.votes)}

    @classmethod
    def from_json(cls, value: JsonValue) -> Ballot:
        """From the wire; raises MalformedError."""
        fields = members(value, "ballot", ("org", "votes", "signature"))
        votes = [one for one in items(fields["votes"], "votes", limit=MAX_COMMITTEE) if isinstance(one, int)]
        if len(votes) != len(items(fields["votes"], "votes")) or not set(votes) <= {-1, 0, 1}:
            raise MalformedError("votes: one of -1, 0 and 1 for each bucket")
        rest = {"org": fields["org"], "signature": fields["signature"]}
        return cls(votes=tuple(votes), **_read(rest, "ballot", {"signature": SIGNATURE_BYTES}))


def byte_map(value: JsonValue, place: str, size: int) -> dict[str, bytes]:
    """An object from organisations to `size` bytes each; raises MalformedError."""
    if not isinstance(value, Mapping) or len(value) > MAX_COMMITTEE:
        raise MalformedError(f"{place}: not an object of at most {MAX_COMMITTEE} members")
    return {str(Lei(name)): octets(one, place, limit=size, size=size) for name, one in value.items()}


def participants_digest(participants: frozenset[str]) -> bytes:
    """The name of a set of parties."""
    return sealed_digest("participants", sorted(participants))


def _write(message: object, *names: str) -> dict[str, JsonValue]:
    return {"org": getattr(message, "org"), **{name: hex0x_encode(getattr(message, name)) for name in names}}  # noqa: B009


def _read(value: JsonValue, place: str, sizes: Mapping[str, int]) -> dict[str, Any]:
    fields = members(value, place, ("org", *sizes))
    found: dict[str, Any] = {"org": str(Lei(text(fields["org"], place)))}
    return found | {name: octets(fields[name], name, limit=size, size=size) for name, size in sizes.items()}
