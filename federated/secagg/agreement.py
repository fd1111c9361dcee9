"""Keys that two parties share without a word: X25519, HKDF-SHA256, and shares sealed under AES-256-GCM.

Source:
    RFC 7748 section 6.1 (an all-zero result is refused), RFC 5869, NIST SP 800-38D.
"""

from __future__ import annotations

from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from evidence.errors import SignatureError

KEY_BYTES: Final = 32
TAG_BYTES: Final = 16
_DOMAIN: Final = b"credence-secagg/1 "


def public_of(secret: bytes) -> bytes:
    """The X25519 public key of a 32-byte secret."""
    return X25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()


def pair_mask_key(secret: bytes, peer: bytes, committee: bytes) -> bytes:
    """The AES key of the mask that two parties share in one round; the same from either side."""
    both = b"".join(sorted((public_of(secret), peer)))
    return _derive(_exchange(secret, peer), committee, b"pair mask " + both)


def pair_tally_key(secret: bytes, peer: bytes, committee: bytes) -> bytes:
    """As `pair_mask_key`, for the counts, which any two parties of the round mask, not only those of one bucket."""
    both = b"".join(sorted((public_of(secret), peer)))
    return _derive(_exchange(secret, peer), committee, b"pair tally " + both)


def self_mask_key(seed: bytes, committee: bytes) -> bytes:
    """The AES key of a party's own mask in one round."""
    return _derive(seed, committee, b"self mask")


def self_tally_key(seed: bytes, committee: bytes) -> bytes:
    """The AES key of a party's own mask over its counts in one round."""
    return _derive(seed, committee, b"self tally")


def seal(secret: bytes, peer: bytes, route: bytes, committee: bytes, content: bytes) -> bytes:
    """`content` for `peer` alone. `route` names sender and receiver in this order.

    The key serves one message: it is derived for one round, one sender and one receiver, so the nonce may be zero.
    """
    key = _derive(_exchange(secret, peer), committee, b"seal " + route)
    return AESGCM(key).encrypt(bytes(12), content, committee + route)


def unseal(secret: bytes, peer: bytes, route: bytes, committee: bytes, sealed: bytes) -> bytes:
    """What `peer` sealed for us; raises SignatureError when it was not made by it, for us, in this round."""
    key = _derive(_exchange(secret, peer), committee, b"seal " + route)
    try:
        return AESGCM(key).decrypt(bytes(12), sealed, committee + route)
    except InvalidTag as error:
        raise SignatureError("a sealed share was changed, or sealed for another round or party") from error


def _exchange(secret: bytes, peer: bytes) -> bytes:
    try:
        return X25519PrivateKey.from_private_bytes(secret).exchange(X25519PublicKey.from_public_bytes(peer))
    except ValueError as error:
        # A key of small order makes the result zero whatever our secret: the "shared" key would be public.
        raise SignatureError("an X25519 key of small order or wrong length") from error


def _derive(secret: bytes, salt: bytes, info: bytes) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=KEY_BYTES, salt=salt, info=_DOMAIN + info).derive(secret)
