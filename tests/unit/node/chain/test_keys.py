"""Public keys get the same names here and on chain (the port suite registers them there)."""

from __future__ import annotations

import hashlib

import pytest

from evidence.errors import MalformedError, SignatureError
from evidence.keys import KeyPurpose
from node.chain.keys import name_key
from tests.support.consortium import Org


def test_each_purpose_names_keys_by_their_thumbprint_or_address() -> None:
    org = Org("kiln")
    assert name_key(KeyPurpose.STATEMENT, org.statement.public.sec1) == org.statement.public.key_id
    assert name_key(KeyPurpose.LOG, org.log.public.raw) == org.log.public.key_id
    assert name_key(KeyPurpose.NODE, org.log.public.raw) == org.log.public.key_id
    assert name_key(KeyPurpose.ANCHOR, org.anchor_address) == bytes(12) + org.anchor_address
    assert name_key(KeyPurpose.ATTEST, org.attest_address) == bytes(12) + org.attest_address
    x25519 = b'{"crv":"X25519","kty":"OKP","x":"' + b"A" * 43 + b'"}'
    assert name_key(KeyPurpose.ENCRYPTION, bytes(32)) == hashlib.sha256(x25519).digest()
    p384 = b'{"crv":"P-384","kty":"EC","x":"' + b"A" * 64 + b'","y":"' + b"A" * 64 + b'"}'
    assert name_key(KeyPurpose.FEDERATED, b"\x04" + bytes(96)) == hashlib.sha256(p384).digest()


@pytest.mark.parametrize("purpose", list(KeyPurpose))
@pytest.mark.parametrize("size", [0, 19, 21, 31, 33, 64, 66, 96, 98])
def test_a_key_of_another_length_is_refused(purpose: KeyPurpose, size: int) -> None:
    with pytest.raises((MalformedError, SignatureError)):
        name_key(purpose, bytes([4]) * size)


def test_points_off_the_curve_or_of_low_order_are_refused() -> None:
    with pytest.raises(SignatureError):
        name_key(KeyPurpose.STATEMENT, b"\x04" + b"\x01" * 64)
    for small in (bytes(32), (1).to_bytes(32, "little"), (2**255 - 20).to_bytes(32, "little")):
        with pytest.raises(SignatureError):
            name_key(KeyPurpose.NODE, small)
    with pytest.raises(MalformedError):
        name_key(KeyPurpose.FEDERATED, b"\x02" + bytes(96))
