"""age public keys as text and bytes, against the age library itself."""

import pyrage
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.errors import MalformedError
from node.blobs.recipient import recipient_bytes, recipient_text


@given(st.binary(min_size=32, max_size=32))
def test_any_key_goes_to_text_and_back(key: bytes) -> None:
    assert recipient_bytes(recipient_text(key)) == key


def test_the_age_library_reads_what_we_write_and_the_other_way_round() -> None:
    for _ in range(20):
        text = str(pyrage.x25519.Identity.generate().to_public())
        assert recipient_text(recipient_bytes(text)) == text
        assert str(pyrage.x25519.Recipient.from_str(recipient_text(recipient_bytes(text)))) == text


def test_every_changed_character_is_refused() -> None:
    text = recipient_text(bytes(range(32)))
    for place, old in enumerate(text):
        for new in "qp7A1 ":
            if new != old:
                with pytest.raises(MalformedError):
                    recipient_bytes(text[:place] + new + text[place + 1 :])
