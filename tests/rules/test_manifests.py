"""What stands in the log about works: one form of bytes, commitments that hide, roots over many works."""

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenuto.rules.canonical import GREATEST, MOST_BYTES, NotCanonical, canonical, moment
from tenuto.rules.commitments import blinded_entry, commitment, manifest_key, public_entry, registration
from tenuto.rules.lines import Refused
from tenuto.rules.manifest_proofs import NOTHING, ManifestProof
from tenuto.rules.manifests import LEAST_SIZE, Manifest, padded, root_of

KEY, OTHER, NONCE, MANIFEST = bytes(range(32)), bytes(32), bytes(16), b"m" * 32
BODY = b'{"t":"use","v":1}'

values = st.recursive(
    st.none() | st.booleans() | st.integers(-GREATEST, GREATEST) | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text("abcxyz09_.", min_size=1, max_size=6), inner, max_size=4)
    ),
    max_leaves=12,
)
digests = st.binary(min_size=32, max_size=32)


@given(st.dictionaries(st.text("abcxyz09_.", min_size=1, max_size=6), values, max_size=5))
def test_the_same_facts_are_the_same_bytes_in_whatever_order_they_are_said(facts: dict[str, object]) -> None:
    said = {"v": 1, "t": "x"} | facts
    turned = dict(reversed(list(said.items())))
    try:
        written = canonical(said)
    except NotCanonical:  # half a character
        return
    assert written == canonical(turned)
    assert json.loads(written) == said


@pytest.mark.parametrize(
    "facts",
    [
        {"v": 1},
        {"t": "x"},
        {"v": 1, "t": "x", "part": 0.5},
        {"v": 1, "t": "x", "Part": 1},
        {"v": 1, "t": "x", "größe": 1},
        {"v": 1, "t": "x", "": 1},
        {"v": 1, "t": "x", "n": GREATEST + 1},
        {"v": 1, "t": "x", "bytes": b"x"},
        {"v": 1, "t": "x", "half": "\ud800"},
        {"v": 1, "t": "x", "long": "x" * MOST_BYTES},
        {"v": 1, "t": "x", "inner": [{"at": datetime(2026, 1, 1, tzinfo=UTC)}]},
    ],
    ids=str,
)
def test_what_readers_would_read_differently_is_refused(facts: dict[str, object]) -> None:
    with pytest.raises(NotCanonical):
        canonical(facts)


def test_a_record_is_written_as_rfc_8785_writes_it() -> None:
    record = {"v": 1, "t": "é\u2028\n€", "b": [None, True, -5], "a": {"z": "\x1f", "10": 1, "9": 2}}
    assert canonical(record) == (
        '{"a":{"10":1,"9":2,"z":"\\u001f"},"b":[null,true,-5],"t":"é\u2028\\n€","v":1}'.encode()
    )
    assert moment(datetime(2026, 11, 23, 9, 5, 1, 999_999, UTC)) == "2026-11-23T09:05:01Z"


def test_a_commitment_opens_with_its_key_and_with_no_other() -> None:
    first = commitment(KEY, NONCE, BODY)
    assert first == commitment(KEY, NONCE, BODY)
    assert len({first, commitment(OTHER, NONCE, BODY), commitment(KEY, b"n" * 16, BODY), registration(KEY, BODY)}) == 4
    assert manifest_key(KEY, MANIFEST) != manifest_key(KEY, b"o" * 32)
    with pytest.raises(ValueError, match="31 bytes"):
        commitment(KEY[:31], NONCE, BODY)


def test_an_entry_says_by_its_first_byte_whether_it_is_public() -> None:
    assert public_entry(BODY) == b"\x01" + BODY
    assert blinded_entry(KEY) == b"\x02" + KEY


def test_a_manifest_has_the_root_that_its_definition_names() -> None:
    left, right = bytes(32), b"\x80" + bytes(31)
    deep = b"\x80" + bytes(30) + b"\x01"  # shares 255 bits with `right`

    def leaf(key: bytes) -> bytes:
        return hashlib.sha256(b"\x10" + key + KEY).digest()

    def node(one: bytes, two: bytes) -> bytes:
        return hashlib.sha256(b"\x11" + one + two).digest()

    assert root_of({}) == NOTHING
    assert root_of({left: KEY}) == leaf(left)
    assert root_of({right: KEY, left: KEY}) == node(leaf(left), leaf(right))
    expected = node(leaf(right), leaf(deep))
    for _depth in range(1, 255):
        expected = node(expected, NOTHING)
    assert root_of({left: KEY, right: KEY, deep: KEY}) == node(leaf(left), expected)


@given(st.dictionaries(digests, digests, max_size=40), digests, digests)
def test_no_other_works_have_the_same_root(works: dict[bytes, bytes], key: bytes, value: bytes) -> None:
    more = works | {key: value}
    assert (root_of(more) == root_of(works)) is (more == works)


@given(st.integers(0, 1100))
def test_the_size_that_is_published_is_a_power_of_two(count: int) -> None:
    works = {number.to_bytes(32, "big"): KEY for number in range(count)}
    whole = padded(works, b"seed")
    assert len(whole) >= max(count, LEAST_SIZE)
    assert len(whole).bit_count() == 1
    assert works.items() <= whole.items()
    assert whole == padded(works, b"seed")


def by_definition(leaves: dict[bytes, bytes], prefix: str = "") -> bytes:
    """The root, bit by bit as `tenuto-smt/v1` is defined: slow and plain."""
    below = {key: value for key, value in leaves.items() if f"{int.from_bytes(key):0256b}".startswith(prefix)}
    if not below:
        return NOTHING
    if len(below) == 1:
        [(key, value)] = below.items()
        return hashlib.sha256(b"\x10" + key + value).digest()
    return hashlib.sha256(b"\x11" + by_definition(below, prefix + "0") + by_definition(below, prefix + "1")).digest()


# Keys that part late as well as early: few different bytes, so that many begin alike.
crowded = st.binary(min_size=2, max_size=2).map(lambda ends: ends[:1] * 31 + ends[1:]) | digests


@given(st.dictionaries(crowded, digests, max_size=24), crowded)
@settings(max_examples=60)
def test_every_work_is_proved_to_be_in_or_not_in_a_manifest_and_never_both(
    works: dict[bytes, bytes], other: bytes
) -> None:
    """For your work there is one true answer, and only that one can be proved."""
    manifest = Manifest(works)
    assert manifest.root == by_definition(works)
    assert dict(manifest) == works
    assert list(manifest) == sorted(works.items())
    for key in [*works, other]:
        proof = ManifestProof.parse(bytes(manifest.prove(key)))
        assert proof == manifest.prove(key)
        assert proof.value_of(key, manifest.root) == works.get(key)
    for key in works:  # no proof of one work says anything else of another than what is so
        proof = manifest.prove(key)
        for asked in [*works, other]:
            try:
                said = proof.value_of(asked, manifest.root)
            except Refused:
                continue
            assert said == works.get(asked)


@given(st.dictionaries(crowded, digests, min_size=1, max_size=24), st.data())
@settings(max_examples=60)
def test_whatever_is_changed_in_a_proof_about_a_manifest_it_fails(
    works: dict[bytes, bytes], data: st.DataObject
) -> None:
    """One bit, one hash more or less, another value, another root: nothing is proved any more."""
    manifest = Manifest(works)
    key = data.draw(st.sampled_from(sorted(works)) | crowded)
    proof = manifest.prove(key)
    content = bytes(proof)
    bit = data.draw(st.integers(0, len(content) * 8 - 1))
    turned = bytearray(content)
    turned[bit // 8] ^= 1 << bit % 8
    cut = data.draw(st.integers(0, len(content) - 1))
    for wrong in (bytes(turned), content[:cut], content + b"\0", content + bytes(32), content + bytes(64), content * 2):
        with pytest.raises(Refused):
            ManifestProof.parse(wrong).value_of(key, manifest.root)
    forged = [
        replace(proof, siblings=(*proof.siblings, NOTHING)),
        replace(proof, siblings=proof.siblings[1:] if proof.siblings else (NOTHING,)),
        replace(proof, found=None if proof.found else (key, KEY)),
        replace(proof, found=(key, KEY)),
    ]
    for mutant in forged:
        if mutant != proof:
            with pytest.raises(Refused):
                mutant.value_of(key, manifest.root)
    for root in (NOTHING, manifest.root[:31], KEY):
        if root != manifest.root:
            with pytest.raises(Refused):
                proof.value_of(key, root)


def test_two_works_that_part_at_the_last_bit_are_still_told_apart() -> None:
    one, two = b"\xaa" * 31 + b"\x00", b"\xaa" * 31 + b"\x01"
    manifest = Manifest({one: KEY, two: OTHER})
    assert len(manifest.prove(one).siblings) == 256
    assert manifest.prove(one).value_of(one, manifest.root) == KEY
    assert manifest.prove(two).value_of(two, manifest.root) == OTHER
    assert manifest.prove(KEY).value_of(KEY, manifest.root) is None
    assert len(bytes(manifest.prove(one))) < 256


def test_in_an_empty_manifest_nothing_is() -> None:
    assert Manifest({}).prove(KEY).value_of(KEY, NOTHING) is None
    assert bytes(Manifest({}).prove(KEY)) == b"\x01\0\0"
    for wrong in ({KEY[:31]: KEY}, {KEY: KEY[:31]}):
        with pytest.raises(ValueError, match="32 bytes"):
            Manifest(wrong)
    with pytest.raises(ValueError, match="32 bytes"):
        Manifest({}).prove(KEY[:31])


def test_proofs_in_a_manifest_of_many_works_are_small() -> None:
    """Twelve levels of hashes for four thousand works, and a few bytes."""
    works = {hashlib.sha256(number.to_bytes(4, "big")).digest(): KEY for number in range(4096)}
    manifest = Manifest(works)
    sizes = [len(bytes(manifest.prove(key))) for key in works]
    assert max(sizes) < 900
    assert sum(sizes) / len(sizes) < 32 * 16
