"""Boxes are written as they are read, and no stranger's boxes lead anywhere else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenuto.rules import jumbf
from tenuto.rules.jumbf import MOST_BOXES, MOST_DEEP, Content, NotJumbf, box, contents, superbox


def test_content_is_found_with_the_labels_it_lies_under() -> None:
    store = superbox(
        jumbf.STORE,
        "c2pa",
        superbox(
            jumbf.MANIFEST,
            "urn:c2pa:1",
            superbox(jumbf.ASSERTIONS, "c2pa.assertions", superbox(jumbf.CBOR, "a", box(b"cbor", b"one"))),
            superbox(jumbf.CLAIM, "c2pa.claim.v2", box(b"cbor", b"two")),
        ),
    )
    assert list(contents(store)) == [
        Content(("c2pa", "urn:c2pa:1", "c2pa.assertions", "a"), b"cbor", b"one"),
        Content(("c2pa", "urn:c2pa:1", "c2pa.claim.v2"), b"cbor", b"two"),
    ]


def nested(depth: int) -> bytes:
    made = box(b"cbor", b"")
    for _ in range(depth):
        made = superbox(jumbf.STORE, "x", made)
    return made


@pytest.mark.parametrize(
    "hostile",
    [
        b"\0\0",
        b"\xff\xff\xff\xffjumb",  # reaches beyond the file
        b"\0\0\0\4jumb",  # shorter than its own header
        b"\0\0\0\1jumb" + b"\xff" * 8,  # in 64 bits
        box(b"jumb", b""),  # no description
        box(b"jumb", box(b"cbor", b"x")),
        superbox(jumbf.STORE, "x", b"\0\0\0\x30cbor"),  # one that leaves the box it lies in
        nested(MOST_DEEP + 2),
        superbox(jumbf.STORE, "x", box(b"free", b"") * (MOST_BOXES + 1)),
    ],
)
def test_what_is_torn_nested_or_endless_is_refused(hostile: bytes) -> None:
    with pytest.raises(NotJumbf):
        list(contents(hostile))


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_and_nothing_else(data: bytes) -> None:
    try:
        list(contents(superbox(jumbf.STORE, "c2pa") + data))
    except NotJumbf:
        return
