"""Keys: ES256 for statements, Ed25519 for logs and node calls, and the one way to name any public key.

Public keys are checked when they are made, so that holding one means it is safe to verify with.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final, NewType

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, utils

from evidence.edwards import check_public_key
from evidence.encoding import b64url_decode, b64url_encode
from evidence.errors import MalformedError, SignatureError

KeyId = NewType("KeyId", bytes)
"""The name of a public key, 32 bytes: its JWK thumbprint, or a chain address padded on the left."""

Entropy = Callable[[int], bytes]
"""A source of randomness shaped like `os.urandom`: number of bytes in, that many bytes out."""


class KeyPurpose(IntEnum):
    """What a registered key may sign or read; the numbers are those of the member registry on chain."""

    STATEMENT = 1
    LOG = 2
    ANCHOR = 3
    ATTEST = 4
    ENCRYPTION = 5
    FEDERATED = 6
    NODE = 7


_P256_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_HALF_ORDER: Final = _P256_ORDER // 2
_ES256: Final = ec.ECDSA(hashes.SHA256())
# RFC 6979: no randomness at signing time, so a weak generator cannot leak the key through repeated nonces.
_ES256_DETERMINISTIC: Final = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)


def thumbprint(jwk: Mapping[str, str]) -> KeyId:
    """The thumbprint of a public JWK given by its required members only.

    Source:
        RFC 7638 section 3 (members sorted, no white space, SHA-256); RFC 8037 section 2 for OKP keys.
    """
    members = ",".join(f'"{name}":"{jwk[name]}"' for name in sorted(jwk))
    return KeyId(hashlib.sha256(f"{{{members}}}".encode("ascii")).digest())


def kid_of(key_id: KeyId) -> str:
    """The `kid` of a signature: the key's name in base64url without padding, 43 characters."""
    return b64url_encode(key_id)


def parse_kid(kid: str) -> KeyId:
    """The key's name out of a `kid`.

    Raises:
        MalformedError: not 32 bytes in canonical base64url.
    """
    if len(kid) != 43:
        raise MalformedError(f"a kid of {len(kid)} characters where 43 are needed")
    return KeyId(b64url_decode(kid))


def address_key_id(address: bytes) -> KeyId:
    """The name of a chain address as a key: 20 bytes padded with zeros on the left to 32."""
    if len(address) != 20:
        raise MalformedError(f"a chain address of {len(address)} bytes where 20 are needed")
    return KeyId(address.rjust(32, b"\0"))


@dataclass(frozen=True, slots=True)
class StatementPublicKey:
    """A public P-256 key that checks ES256 signatures.

    Attributes:
        sec1: the point uncompressed, 65 bytes (SEC 1 section 2.3.3).
        key_id: its JWK thumbprint.
    Raises:
        SignatureError: the bytes are no point of the curve in uncompressed form.
    """

    sec1: bytes
    key_id: KeyId = field(init=False, compare=False)
    _key: ec.EllipticCurvePublicKey = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.sec1) != 65 or self.sec1[0] != 4:
            raise SignatureError("a P-256 key must be an uncompressed point of 65 bytes")
        try:
            key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), self.sec1)
        except ValueError as error:
            raise SignatureError("a P-256 key that is no point of the curve") from error
        object.__setattr__(self, "_key", key)
        object.__setattr__(self, "key_id", thumbprint(self.jwk))

    @classmethod
    def from_sec1(cls, sec1: bytes) -> StatementPublicKey:
        """The key in 65 bytes; raises SignatureError as the class says."""
        return cls(sec1)

    @classmethod
    def from_jwk(cls, jwk: Mapping[str, object]) -> StatementPublicKey:
        """The key out of a JWK with exactly the members `crv`, `kty`, `x`, `y`.

        Raises:
            MalformedError: other members, another curve, or coordinates that are not 32 bytes each.
            SignatureError: no point of the curve.
        """
        x, y = jwk.get("x"), jwk.get("y")
        if set(jwk) != {"crv", "kty", "x", "y"} or jwk["crv"] != "P-256" or jwk["kty"] != "EC":
            raise MalformedError("a JWK that is not a plain public P-256 key")
        if not isinstance(x, str) or not isinstance(y, str) or len(x) != 43 or len(y) != 43:
            raise MalformedError("a P-256 JWK whose coordinates are not 32 bytes each")
        return cls(b"\x04" + b64url_decode(x) + b64url_decode(y))

    @property
    def jwk(self) -> dict[str, str]:
        """The key as a JWK with its required members."""
        return {
            "crv": "P-256",
            "kty": "EC",
            "x": b64url_encode(self.sec1[1:33]),
            "y": b64url_encode(self.sec1[33:]),
        }

    def verify(self, signature: bytes, message: bytes, *, canonical: bool = True) -> None:
        """Check a raw ES256 signature (r and s, 32 bytes each).

        Args:
            canonical: whether, of the two values of s that would hold, only the low one is accepted: otherwise anyone
                could change a signed statement's bytes, and with them its leaf hash, without holding the key.
        Raises:
            SignatureError: it does not hold, or is not in its one accepted form.
        Source:
            RFC 7518 section 3.4; SEC 1 section 4.1.4.
        """
        r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
        highest = _HALF_ORDER if canonical else _P256_ORDER - 1
        if len(signature) != 64 or not 0 < r < _P256_ORDER or not 0 < s <= highest:
            raise SignatureError("an ES256 signature that is not 64 bytes with r and s in range (s in the lower half)")
        try:
            self._key.verify(utils.encode_dss_signature(r, s), message, _ES256)
        except InvalidSignature as error:
            raise SignatureError("the ES256 signature does not hold") from error


@dataclass(frozen=True, slots=True)
class StatementKey:
    """A private P-256 key that signs statements and credentials (ES256)."""

    _key: ec.EllipticCurvePrivateKey = field(repr=False, compare=False)
    public: StatementPublicKey = field(init=False)

    def __post_init__(self) -> None:
        point = self._key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        object.__setattr__(self, "public", StatementPublicKey(point))

    @classmethod
    def generate(cls, entropy: Entropy) -> StatementKey:
        """A fresh key from `entropy`; equal randomness gives an equal key (FIPS 186-5 A.2.2, rejection)."""
        while not 0 < (scalar := int.from_bytes(entropy(32), "big")) < _P256_ORDER:
            pass
        return cls(ec.derive_private_key(scalar, ec.SECP256R1()))

    @classmethod
    def from_pem(cls, pem: bytes, password: bytes | None = None) -> StatementKey:
        """Read PKCS #8; raises MalformedError when it is no P-256 key or the password is wrong."""
        key = _load_pem(pem, password)
        if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
            raise MalformedError("the PEM file holds no private P-256 key")
        return cls(key)

    def to_pem(self, password: bytes | None = None) -> bytes:
        """PKCS #8, encrypted when a password is given."""
        return _dump_pem(self._key, password)

    def sign(self, message: bytes) -> bytes:
        """A raw ES256 signature of 64 bytes, low s, deterministic (RFC 6979)."""
        r, s = utils.decode_dss_signature(self._key.sign(message, _ES256_DETERMINISTIC))
        return r.to_bytes(32, "big") + min(s, _P256_ORDER - s).to_bytes(32, "big")


@dataclass(frozen=True, slots=True)
class LogPublicKey:
    """A public Ed25519 key that checks checkpoints and node-to-node calls.

    Attributes:
        raw: the encoded point, 32 bytes.
        key_id: its JWK thumbprint (RFC 8037 section 2).
    Raises:
        SignatureError: not a point in its one canonical encoding, or a point of low order, for which some signatures
            hold for many messages.
    """

    raw: bytes
    key_id: KeyId = field(init=False, compare=False)
    _key: ed25519.Ed25519PublicKey = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        check_public_key(self.raw)
        object.__setattr__(self, "_key", ed25519.Ed25519PublicKey.from_public_bytes(self.raw))
        object.__setattr__(self, "key_id", thumbprint(self.jwk))

    @property
    def jwk(self) -> dict[str, str]:
        """The key as a JWK with its required members."""
        return {"crv": "Ed25519", "kty": "OKP", "x": b64url_encode(self.raw)}

    def verify(self, signature: bytes, message: bytes) -> None:
        """Check a signature of 64 bytes; raises SignatureError when it does not hold (RFC 8032 section 5.1.7)."""
        try:
            self._key.verify(signature, message)
        except InvalidSignature as error:
            raise SignatureError("the Ed25519 signature does not hold") from error


@dataclass(frozen=True, slots=True)
class LogKey:
    """A private Ed25519 key that signs checkpoints or node-to-node calls."""

    _key: ed25519.Ed25519PrivateKey = field(repr=False, compare=False)
    public: LogPublicKey = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "public", LogPublicKey(self._key.public_key().public_bytes_raw()))

    @classmethod
    def generate(cls, entropy: Entropy) -> LogKey:
        """A fresh key from 32 bytes of `entropy`; equal randomness gives an equal key."""
        return cls(ed25519.Ed25519PrivateKey.from_private_bytes(entropy(32)))

    @classmethod
    def from_pem(cls, pem: bytes, password: bytes | None = None) -> LogKey:
        """Read PKCS #8; raises MalformedError when it is no Ed25519 key or the password is wrong."""
        key = _load_pem(pem, password)
        if not isinstance(key, ed25519.Ed25519PrivateKey):
            raise MalformedError("the PEM file holds no private Ed25519 key")
        return cls(key)

    def to_pem(self, password: bytes | None = None) -> bytes:
        """PKCS #8, encrypted when a password is given."""
        return _dump_pem(self._key, password)

    def sign(self, message: bytes) -> bytes:
        """A signature of 64 bytes (RFC 8032 section 5.1.6)."""
        return self._key.sign(message)


def _load_pem(pem: bytes, password: bytes | None) -> object:
    try:
        return serialization.load_pem_private_key(pem, password)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise MalformedError("the PEM file holds no private key that this password opens") from error


def _dump_pem(key: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey, password: bytes | None) -> bytes:
    protection: serialization.KeySerializationEncryption = serialization.NoEncryption()
    if password is not None:
        protection = serialization.BestAvailableEncryption(password)
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, protection)
