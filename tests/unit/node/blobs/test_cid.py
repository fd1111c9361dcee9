"""CIDs against answers of the real `ipfs add`, and the strictness of what comes from outside."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.errors import CredenceError, MalformedError
from node.blobs import cid as cids
from node.blobs.dag import decode_node


def named(data: bytes) -> str:
    return cids.cid_of_chunks(cids.chunks(io.BytesIO(data)))


@pytest.mark.parametrize(
    ("data", "cid"),
    [
        (b"", "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"),
        (b"hello\n", "bafkreicysg23kiwv34eg2d7qweipxwosdo2py4ldv42nbauguluen5v6am"),
    ],
)
def test_small_content_has_the_published_cid(data: bytes, cid: str) -> None:
    assert named(data) == cid


@given(st.binary(max_size=64), st.lists(st.integers(1, 9), min_size=1))
def test_the_cid_does_not_depend_on_how_content_arrives(seed: bytes, cuts: list[int]) -> None:
    data = seed * 20_000
    builder, at = cids.CidBuilder(), 0
    while at < len(data):
        step = cuts[at % len(cuts)] * 50_000
        builder.write(data[at : at + step])
        at += step
    assert builder.cid() == named(data)


@given(st.lists(st.integers(0, 2**40), min_size=1, max_size=174))
def test_a_node_decodes_to_its_links(sizes: list[int]) -> None:
    links = [cids.Link(cids.cid_of_block(cids.RAW, bytes([size % 251])), size, size + 9) for size in sizes]
    assert decode_node(cids.encode_node(links)) == links


def test_no_changed_byte_of_a_node_is_accepted_as_the_same_links() -> None:
    links = [cids.Link(cids.cid_of_block(cids.RAW, bytes([n])), 262_144, 262_144) for n in range(3)]
    block = cids.encode_node(links)
    for position in range(len(block)):
        changed = bytearray(block)
        changed[position] ^= 0x01
        try:
            assert decode_node(bytes(changed)) != links
        except CredenceError:
            continue


@given(st.binary(max_size=400))
def test_arbitrary_bytes_are_refused_with_our_error(block: bytes) -> None:
    with pytest.raises(MalformedError):
        decode_node(block)


@pytest.mark.parametrize(
    "text",
    ["", "b", "Qm" + "a" * 44, "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvykv", "b" + "1" * 58, "é" * 59],
)
def test_what_is_no_cid_is_refused(text: str) -> None:
    with pytest.raises(MalformedError):
        cids.from_text(text)
