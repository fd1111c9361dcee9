"""Which 32 bytes are an acceptable Ed25519 public key: one encoding per point, no point of low order.

Crypto libraries differ here: some take points of low order (a signature then holds for many messages) or second
encodings of one point (one key then has several names). RFC 8032 leaves both open, so a key is checked when it is read.

Source:
    RFC 8032 sections 5.1 and 5.1.3; Chalkias, Garillot, Nikolaenko, "Taming the many EdDSAs", SSR 2020, section 2.
"""

from __future__ import annotations

from typing import Final

from evidence.errors import SignatureError

_P: Final = 2**255 - 19
_D: Final = -121665 * pow(121666, -1, _P) % _P
_SIGN_BIT: Final = 1 << 255


def check_public_key(raw: bytes) -> None:
    """Accept `raw` as an Ed25519 public key, or say why not.

    Raises:
        SignatureError: not 32 bytes, not the canonical encoding of a point, or a point of low order.
    """
    if len(raw) != 32:
        raise SignatureError(f"an Ed25519 key of {len(raw)} bytes where 32 are needed")
    y = int.from_bytes(raw, "little") & (_SIGN_BIT - 1)
    if y >= _P:
        raise SignatureError("an Ed25519 key whose y is not reduced: a second encoding of another key")
    if _is_low_order(y):
        raise SignatureError("an Ed25519 key of low order: signatures under it prove nothing")
    # x squared = (y^2 - 1) / (d y^2 + 1); the denominator is never zero because -1/d is no square. Euler's criterion
    # on numerator times denominator tells whether the quotient is a square, hence whether the point exists.
    square = y * y % _P
    if pow((square - 1) * (_D * square + 1), (_P - 1) // 2, _P) != 1:
        raise SignatureError("an Ed25519 key that is no point of the curve")


def _is_low_order(y: int) -> bool:
    """Whether points with this y have an order that divides 8.

    Order 1 and 2: x = 0, so y = 1 or -1. Order 4: y = 0. Order 8: doubling gives y = 0, that is y^2 = -x^2; put into
    the curve equation -x^2 + y^2 = 1 + d x^2 y^2 this says d y^4 + 2 y^2 - 1 = 0.
    """
    square = y * y % _P
    return y in (0, 1, _P - 1) or (_D * square * square + 2 * square - 1) % _P == 0
