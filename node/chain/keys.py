"""Naming public keys by what they are used for, and refusing those that must never be registered."""

from __future__ import annotations

from evidence.encoding import b64url_encode
from evidence.errors import MalformedError
from evidence.keys import KeyId, KeyPurpose, LogPublicKey, StatementPublicKey, address_key_id, thumbprint

_P384_BYTES = 97


def name_key(purpose: KeyPurpose, public_key: bytes) -> KeyId:
    """The id under which `public_key` is registered for `purpose`.

    The contract derives the same id; what only this side can tell (Ed25519 points of low order) is refused here.

    Raises:
        MalformedError: the bytes have not the form that the purpose needs.
        SignatureError: a point off its curve, or of low order.
    """
    match purpose:
        case KeyPurpose.STATEMENT:
            return StatementPublicKey.from_sec1(public_key).key_id
        case KeyPurpose.LOG | KeyPurpose.NODE:
            return LogPublicKey(public_key).key_id
        case KeyPurpose.ANCHOR | KeyPurpose.ATTEST:
            return address_key_id(public_key)
        case KeyPurpose.ENCRYPTION:
            if len(public_key) != 32:
                raise MalformedError(f"an X25519 key has 32 bytes, this one {len(public_key)}")
            return thumbprint({"crv": "X25519", "kty": "OKP", "x": b64url_encode(public_key)})
        case KeyPurpose.FEDERATED:
            return _name_p384(public_key)


def _name_p384(public_key: bytes) -> KeyId:
    if len(public_key) != _P384_BYTES or public_key[0] != 4:
        raise MalformedError("a P-384 key must be an uncompressed point of 97 bytes")
    x, y = public_key[1:49], public_key[49:]
    return thumbprint({"crv": "P-384", "kty": "EC", "x": b64url_encode(x), "y": b64url_encode(y)})
