"""The organisation keys of federated training: P-384 keys that the member registry lists under purpose 6."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils

from evidence.encoding import b64url_encode
from evidence.errors import SignatureError
from evidence.keys import KeyId, thumbprint

SEC1_BYTES: Final = 97
SIGNATURE_BYTES: Final = 96
_WIDTH: Final = 48
_ES384: Final = ec.ECDSA(hashes.SHA384())
_ES384_DETERMINISTIC: Final = ec.ECDSA(hashes.SHA384(), deterministic_signing=True)


@dataclass(frozen=True, slots=True)
class FederatedPublicKey:
    """A public P-384 key in its uncompressed form; `key_id` is its JWK thumbprint, as on chain.

    Raises:
        SignatureError: no point of the curve in uncompressed form.
    """

    sec1: bytes
    key_id: KeyId = field(init=False, compare=False)
    _key: ec.EllipticCurvePublicKey = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.sec1) != SEC1_BYTES or self.sec1[0] != 4:
            raise SignatureError("a P-384 key must be an uncompressed point of 97 bytes")
        try:
            key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP384R1(), self.sec1)
        except ValueError as error:
            raise SignatureError("a P-384 key that is no point of the curve") from error
        x, y = b64url_encode(self.sec1[1 : _WIDTH + 1]), b64url_encode(self.sec1[_WIDTH + 1 :])
        object.__setattr__(self, "_key", key)
        object.__setattr__(self, "key_id", thumbprint({"crv": "P-384", "kty": "EC", "x": x, "y": y}))

    def verify(self, signature: bytes, message: bytes) -> None:
        """Check a raw ES384 signature (r and s, 48 bytes each); raises SignatureError when it does not hold."""
        if len(signature) != SIGNATURE_BYTES:
            raise SignatureError("an ES384 signature has 96 bytes")
        r, s = int.from_bytes(signature[:_WIDTH], "big"), int.from_bytes(signature[_WIDTH:], "big")
        try:
            self._key.verify(utils.encode_dss_signature(r, s), message, _ES384)
        except InvalidSignature as error:
            raise SignatureError("the signature does not hold") from error

    def pem(self) -> bytes:
        """The key as Flower's node authentication reads it."""
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        return self._key.public_bytes(serialization.Encoding.PEM, form)


class FederatedKey:
    """An organisation's private P-384 key; raises SignatureError for bytes that are no PEM of such a key."""

    __slots__ = ("_key", "public")

    def __init__(self, pem: bytes) -> None:
        try:
            key = serialization.load_pem_private_key(pem, None)
        except (ValueError, TypeError) as error:
            raise SignatureError("not an unencrypted private key in PEM form") from error
        if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP384R1):
            raise SignatureError("a key for federated training lies on P-384")
        self._key = key
        self.public = FederatedPublicKey(
            key.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
        )

    @classmethod
    def generate(cls) -> FederatedKey:
        """A new key, from the system's generator."""
        key = ec.generate_private_key(ec.SECP384R1())
        return cls(_pem(key))

    def sign(self, message: bytes) -> bytes:
        """A raw ES384 signature, 96 bytes (RFC 6979: no chance at signing time)."""
        r, s = utils.decode_dss_signature(self._key.sign(message, _ES384_DETERMINISTIC))
        return r.to_bytes(_WIDTH, "big") + s.to_bytes(_WIDTH, "big")

    def pem(self) -> bytes:
        """The key as PKCS 8, unencrypted: for a file that its owner alone may read."""
        return _pem(self._key)


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    form = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
