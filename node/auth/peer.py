"""Calls between members' nodes: signed with the node key that the member registry names for them.

One fixed profile of RFC 9421, so that there is one spelling to check and nothing to negotiate: label `sig`, Ed25519,
covering `@method`, `@target-uri` and `content-digest` (SHA-256 of the body, also of an empty one).

Source:
    RFC 9421 sections 2.2, 2.5, 3.1, 3.2, 3.3.6 and 7.2; RFC 9530 section 2.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from evidence.clock import Clock
from evidence.encoding import b64_decode, b64_encode, b64url_encode
from evidence.errors import AuthenticationError, InputError, ProofError
from evidence.keys import Entropy, KeyPurpose, LogKey, LogPublicKey, kid_of, parse_kid
from node.auth.model import Principal, Via
from node.auth.permissions import peer_permissions
from node.auth.port import NonceStore
from node.chain.port import KeyRecord, Member, MemberDirectory

LABEL: Final = "sig"
TAG: Final = "credence-node"
LIFETIME: Final = timedelta(seconds=60)
"""How long a signed call may take to arrive; short, because its nonce has to be remembered that long."""
SKEW: Final = timedelta(seconds=30)
"""How far two nodes' clocks may be apart."""
_COVERED: Final = '("@method" "@target-uri" "content-digest")'
_PARAMS: Final = re.compile(
    re.escape(_COVERED) + r";created=(?P<created>[1-9][0-9]{0,11});expires=(?P<expires>[1-9][0-9]{0,11})"
    r';nonce="(?P<nonce>[A-Za-z0-9_-]{22})";keyid="(?P<kid>[A-Za-z0-9_-]{43})";alg="ed25519";tag="credence-node"',
    re.ASCII,
)
_SIGNATURE: Final = re.compile(r"sig=:(?P<value>[A-Za-z0-9+/]{86}==):", re.ASCII)


def content_digest(body: bytes) -> str:
    """The Content-Digest field of a body (RFC 9530): its SHA-256."""
    return f"sha-256=:{b64_encode(hashlib.sha256(body).digest())}:"


def signature_base(components: Sequence[tuple[str, str]], params: str) -> bytes:
    """What is signed: one line a component in the order given, then the parameters (RFC 9421 section 2.5)."""
    lines = [f'"{name}": {value}' for name, value in components]
    return "\n".join([*lines, f'"@signature-params": {params}']).encode("utf-8")


@dataclass(frozen=True, slots=True)
class PeerSigner:
    """Signs our calls to other members' nodes."""

    key: LogKey
    clock: Clock
    entropy: Entropy

    def headers(self, method: str, url: str, body: bytes = b"") -> dict[str, str]:
        """The fields to send with a call; `url` is the absolute address exactly as it is sent."""
        created = int(self.clock().timestamp())
        params = (
            f"{_COVERED};created={created};expires={created + int(LIFETIME.total_seconds())}"
            f';nonce="{b64url_encode(self.entropy(16))}";keyid="{kid_of(self.key.public.key_id)}"'
            f';alg="ed25519";tag="{TAG}"'
        )
        digest = content_digest(body)
        signature = self.key.sign(_base(method, url, digest, params))
        return {
            "Content-Digest": digest,
            "Signature-Input": f"{LABEL}={params}",
            "Signature": f"{LABEL}=:{b64_encode(signature)}:",
        }


@dataclass(frozen=True, slots=True)
class PeerVerifier:
    """Finds out which member's node signed a call.

    Attributes:
        directory: names members and their keys; asked at each call, so that a retired key is refused at once.
        nonces: makes each signed call count once.
        base_url: our own public address, without a slash at the end. A call signed for another node does not fit it, so
            nobody can pass on to us what was meant for somebody else.
    """

    directory: MemberDirectory
    nonces: NonceStore
    clock: Clock
    base_url: str

    def __call__(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Principal:
        """Who signed the call.

        Args:
            target: path and query, percent-encoded as received.
            headers: the fields as received, names in lower case.
        Raises:
            AuthenticationError: any part is missing or wrong, out of time, or the call came before.
            LedgerUnreachableError: the registry cannot be asked.
        """
        # (1) What needs neither key nor chain, cheapest first: form, time, body.
        params, signature = _parse(headers)
        now = int(self.clock().timestamp())
        created, expires = int(params["created"]), int(params["expires"])
        skew = int(SKEW.total_seconds())
        if not now - int(LIFETIME.total_seconds()) - skew <= created <= now + skew:
            raise AuthenticationError("the call was signed too long ago or in the future", advice="Check both clocks.")
        if not created < expires <= created + int(LIFETIME.total_seconds()) or expires + skew < now:
            raise AuthenticationError("the signed call has expired or asks to be valid for too long")
        digest = content_digest(body)
        if not hmac.compare_digest(headers.get("content-digest", "").encode(), digest.encode()):
            raise AuthenticationError("Content-Digest is not the SHA-256 of the body")
        # (2) Whose key, and whether it may speak for them now.
        member, public = self._key(params["kid"], now)
        # (3) The signature itself.
        text = params.string
        try:
            public.verify(signature, _base(method, self.base_url + target, digest, text))
        except ProofError as error:
            raise AuthenticationError("the call's signature does not hold") from error
        # (4) Only a call that holds may spend a nonce, else strangers could burn those of others.
        end = self.clock() + LIFETIME + 2 * SKEW
        if not self.nonces.spend(params["kid"], params["nonce"], expires=end, now=self.clock()):
            raise AuthenticationError("this signed call came before", advice="Sign each call anew.")
        return Principal(via=Via.PEER, id=member.lei, name=member.name, permissions=peer_permissions())

    def _key(self, kid: str, now: int) -> tuple[Member, LogPublicKey]:
        try:
            key_id = parse_kid(kid)
            record = self.directory.key(key_id)
            raw = self.directory.public_key(key_id)
            public = None if raw is None else LogPublicKey(raw)
        except (ProofError, InputError) as error:
            raise AuthenticationError("the registry holds no usable node key of this name") from error
        if record is None or public is None or public.key_id != key_id or not _may_sign(record, now):
            raise AuthenticationError("this key may not sign calls", advice="Register a node key (purpose 7).")
        member = self.directory.member(record.org)
        if member is None or not member.active:
            raise AuthenticationError("the key's organisation is not an active member")
        return member, public


def _may_sign(record: KeyRecord, now: int) -> bool:
    return (
        record.purpose == KeyPurpose.NODE
        and record.valid_from <= now
        and (record.retired_at == 0 or now < record.retired_at)
        and record.compromised_at == 0
    )


def _base(method: str, url: str, digest: str, params: str) -> bytes:
    return signature_base([("@method", method.upper()), ("@target-uri", url), ("content-digest", digest)], params)


@dataclass(frozen=True, slots=True)
class _Params:
    string: str
    values: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        return self.values[name]


def _parse(headers: Mapping[str, str]) -> tuple[_Params, bytes]:
    label, _, text = headers.get("signature-input", "").partition("=")
    match = _PARAMS.fullmatch(text) if label == LABEL else None
    signed = _SIGNATURE.fullmatch(headers.get("signature", ""))
    if match is None or signed is None:
        raise AuthenticationError(
            "Signature-Input or Signature is not in the form that members' nodes use",
            advice=f"Cover exactly {_COVERED} with Ed25519, label {LABEL} and tag {TAG}.",
        )
    try:
        return _Params(text, match.groupdict()), b64_decode(signed["value"])
    except InputError as error:
        raise AuthenticationError("Signature is not canonical base64") from error
