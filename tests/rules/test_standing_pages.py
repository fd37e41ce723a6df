"""The standing map: the tree of a manifest, kept in pages, of which no root that ever was is lost."""

import hmac
from collections.abc import Collection
from hashlib import sha256
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenuto.rules.cells import CELLS, EVERYTHING, mask_of, words_of
from tenuto.rules.consent_maps import ConsentMap, map_key, map_salt, map_value, state_of
from tenuto.rules.lines import Refused
from tenuto.rules.manifest_proofs import NOTHING, ManifestProof
from tenuto.rules.manifests import Manifest, root_of
from tenuto.rules.standing_pages import Torn, proved, updated

KEY, OTHER = bytes(range(32)), bytes(32)


class Pages(dict[bytes, bytes]):
    """Pages in memory, and how many were asked for."""

    def read(self, names: Collection[bytes]) -> dict[bytes, bytes]:
        return {name: self[name] for name in names if name in self}


def digest(number: int) -> bytes:
    return sha256(str(number).encode()).digest()


# Keys that share long beginnings, beside those that do not.
near = st.integers(0, 40).map(lambda number: bytes(31) + bytes([number]))
keys = st.one_of(st.integers(0, 2_000).map(digest), near)


@given(st.lists(st.dictionaries(keys, st.integers(0, 9).map(digest), max_size=60), min_size=1, max_size=5))
def test_a_map_that_grew_is_the_tree_that_is_built_at_once(steps: list[dict[bytes, bytes]]) -> None:
    pages, root = Pages(), NOTHING
    whole: dict[bytes, bytes] = {}
    for changes in steps:
        root, new = updated(root, changes, pages.read)
        pages.update(new)
        whole |= changes
        assert root == root_of(whole)
    tree = Manifest(whole)
    for key in [*whole, digest(-1), bytes(32), b"\xff" * 32]:
        proof = proved(root, key, pages.read)
        assert bytes(proof) == bytes(tree.prove(key))
        assert proof.value_of(key, root) == whole.get(key)


def test_every_root_that_ever_was_still_proves_what_stood_then() -> None:
    """What you had allowed a year ago can be shown as it was, though you have held it since."""
    pages, root, random = Pages(), NOTHING, Random(1)
    was: list[tuple[bytes, dict[bytes, bytes]]] = []
    whole: dict[bytes, bytes] = {}
    for step in range(12):
        changes = {digest(random.randrange(400)): digest(step) for _ in range(60)}
        root, new = updated(root, changes, pages.read)
        pages.update(new)
        whole = whole | changes
        was.append((root, whole))
    for root, whole in was:
        for number in range(0, 400, 7):
            assert proved(root, digest(number), pages.read).value_of(digest(number), root) == whole.get(digest(number))


def test_one_change_among_many_writes_few_pages() -> None:
    pages = Pages()
    root, new = updated(NOTHING, {digest(number): digest(1) for number in range(20_000)}, pages.read)
    pages.update(new)
    _root, new = updated(root, {digest(7): digest(2)}, pages.read)
    assert len(new) <= 4
    assert sum(map(len, new.values())) < 4_500


def test_a_page_that_is_missing_or_spoilt_is_said_to_be() -> None:
    pages = Pages()
    root, new = updated(NOTHING, {digest(number): digest(1) for number in range(100)}, pages.read)
    pages.update(new)
    for spoilt in ({}, {root: b"\x03"}, {root: pages[root][:-1]}, {root: b""}):
        with pytest.raises(Torn):
            proved(root, digest(1), lambda names, spoilt=spoilt: spoilt)  # type: ignore[misc]


@pytest.mark.parametrize("mask", [0, EVERYTHING, CELLS[3].bit, mask_of(CELLS[5:40])], ids=["nothing", "all", "1", "35"])
def test_what_was_open_is_shown_by_the_key_and_nothing_else_fits(mask: int) -> None:
    """At that epoch your track was held, or allowed in exactly these uses: the map shows it, and shows nothing else."""
    words = words_of(mask)
    pages = Pages()
    leaves = {map_key(KEY): map_value(KEY, state_of(words)), map_key(OTHER): map_value(OTHER, state_of(["everything"]))}
    root, new = updated(NOTHING, leaves, pages.read)
    pages.update(new)
    record: dict[str, object] = {"v": 1, "t": "consent.map", "epoch": 3, "root": f"sha256:{root.hex()}"}
    found = ConsentMap.of(record)
    proof = proved(root, map_key(KEY), pages.read)
    found.check(KEY, words, proof)
    for wrong in ([*words, "lyrics/fraud/train"], ["recording"], words[1:] if words else ["everything"]):
        with pytest.raises(Refused):
            found.check(KEY, wrong, proof)
    with pytest.raises(Refused):
        found.check(OTHER, words, proof)
    with pytest.raises(Refused, match="says nothing of this track"):
        found.check(b"x" * 32, words, proved(root, map_key(b"x" * 32), pages.read))
    with pytest.raises(Refused):
        ConsentMap(3, digest(1)).check(KEY, words, proof)
    written = bytes(proof)
    for at in range(len(written)):
        turned = written[:at] + bytes([written[at] ^ 1]) + written[at + 1 :]
        with pytest.raises(Refused):
            found.check(KEY, words, ManifestProof.parse(turned))


def test_an_epoch_from_before_states_could_be_shown_still_holds_for_its_artist() -> None:
    """Its values were made with the key alone; kits go back as far as the log does."""
    words = words_of(CELLS[3].bit)
    value = hmac.digest(KEY, b"tenuto/map-state/v1\n" + state_of(words), "sha256")
    pages = Pages()
    root, new = updated(NOTHING, {map_key(KEY): value, map_key(OTHER): digest(1)}, pages.read)
    pages.update(new)
    found, proof = ConsentMap(3, root), proved(root, map_key(KEY), pages.read)
    found.check(KEY, words, proof)
    for wrong in ([], ["everything"], [*words, "lyrics"]):
        with pytest.raises(Refused, match="something else was open"):
            found.check(KEY, wrong, proof)
    with pytest.raises(Refused):
        found.check(OTHER, words, proved(root, map_key(OTHER), pages.read))
    with pytest.raises(Refused):
        found.check_shown(map_key(KEY), map_salt(KEY, state_of(words)), words, proof)


@pytest.mark.parametrize("change", [{"t": "job.open"}, {"epoch": "3"}, {"epoch": True}, {"root": "00"}, {"root": None}])
def test_what_fixes_no_map_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(Refused):
        ConsentMap.of({"v": 1, "t": "consent.map", "epoch": 3, "root": f"sha256:{'00' * 32}"} | change)


def test_a_set_of_cells_is_said_in_few_words_and_no_two_sets_alike() -> None:
    masks = [0, EVERYTHING, *(each.bit for each in CELLS), *(mask_of(CELLS[:number]) for number in range(1, 172))]
    said = {mask: words_of(mask) for mask in masks}
    assert len(set(said.values())) == len(said)
    assert said[EVERYTHING] == ("everything",)
    assert said[mask_of(CELLS[:24])] == ("recording",)
    assert said[mask_of(CELLS[:4])] == ("recording/recommendation",)
