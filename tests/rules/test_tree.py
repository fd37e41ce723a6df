"""The log's tree: its roots, its proofs, and that nothing else passes for one."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenuto.rules.edges import Edge
from tenuto.rules.lines import Refused
from tenuto.rules.tree import (
    EMPTY_ROOT,
    check_consistency,
    check_inclusion,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    root,
)
from tests.architecture.source import ROOT
from tests.rules import trees

VECTORS = json.loads((ROOT / "tests/golden/ledger/rfc6962.json").read_text())
ENTRIES = [bytes.fromhex(entry) for entry in VECTORS["entries"]]
LEAVES = [f"entry {number}".encode() for number in range(70)]
ROOTS = [trees.mth(LEAVES[:size]) for size in range(71)]


@pytest.mark.parametrize(("size", "expected"), list(enumerate(VECTORS["roots"])))
def test_the_roots_are_those_of_rfc_6962(size: int, expected: str) -> None:
    """Anyone who builds the tree of these entries gets these roots."""
    assert root(size, trees.Nodes(ENTRIES)).hex() == expected
    assert Edge().grown(b"".join(map(leaf_hash, ENTRIES[:size])))[0].root().hex() == expected
    assert trees.root_of_hashes(map(leaf_hash, ENTRIES[:size])).hex() == expected


@pytest.mark.parametrize("case", VECTORS["inclusion"], ids=lambda case: f"{case['index']} in {case['size']}")
def test_the_paths_are_those_of_rfc_6962(case: dict[str, object]) -> None:
    index, size, expected = case["index"], case["size"], case["path"]
    assert isinstance(index, int)
    assert isinstance(size, int)
    assert [part.hex() for part in inclusion_proof(index, size, trees.Nodes(ENTRIES))] == expected


@pytest.mark.parametrize("case", VECTORS["consistency"], ids=lambda case: f"{case['old']} to {case['new']}")
def test_the_consistency_proofs_are_those_of_rfc_6962(case: dict[str, object]) -> None:
    old, new, expected = case["old"], case["new"], case["proof"]
    assert isinstance(old, int)
    assert isinstance(new, int)
    assert [part.hex() for part in consistency_proof(old, new, trees.Nodes(ENTRIES))] == expected


def test_every_entry_of_every_small_log_is_proved_as_the_rfc_says() -> None:
    """Whichever entry is yours, in a log of any size, its proof holds."""
    for size in range(1, len(LEAVES) + 1):
        nodes = trees.Nodes(LEAVES[:size])
        for index in range(size):
            proof = inclusion_proof(index, size, nodes)
            assert proof == trees.path(index, LEAVES[:size])
            check_inclusion(leaf_hash(LEAVES[index]), index, size, proof, ROOTS[size])


def test_every_log_is_proved_to_have_grown_out_of_every_earlier_one() -> None:
    """What a log once said of itself, it can be held to at any later size."""
    for new in range(len(LEAVES) + 1):
        nodes = trees.Nodes(LEAVES[:new])
        for old in range(new + 1):
            proof = consistency_proof(old, new, nodes)
            assert proof == (trees.proof(old, LEAVES[:new]) if old else [])
            check_consistency(old, new, ROOTS[old], ROOTS[new], proof)


@given(st.lists(st.lists(st.binary(max_size=4), max_size=9), max_size=9))
def test_a_log_that_grew_bit_by_bit_has_the_root_of_one_that_was_built_at_once(batches: list[list[bytes]]) -> None:
    """It does not matter in which portions entries came in."""
    edge, all_of_them = Edge(), [entry for batch in batches for entry in batch]
    for batch in batches:
        edge, _ = edge.grown(b"".join(map(leaf_hash, batch)))
    assert (edge.size, edge.root()) == (len(all_of_them), trees.mth(all_of_them))


def mutants(proof: list[bytes], bit: int) -> list[list[bytes]]:
    """A proof with one bit turned, one part left out, one doubled, one added, one cut short, two exchanged."""
    found = [[*proof, ROOTS[1]], [ROOTS[1], *proof], [*proof, b""]]
    for at, part in enumerate(proof):
        turned = bytearray(part)
        turned[bit // 8] ^= 1 << bit % 8
        found.append([*proof[:at], bytes(turned), *proof[at + 1 :]])
        found.append(proof[:at] + proof[at + 1 :])
        found.append([*proof[:at], part, *proof[at:]])
        found.append([*proof[:at], part[:-1], *proof[at + 1 :]])
        found.append([*proof[:at], part + b"\0", *proof[at + 1 :]])
        if at and proof[at - 1] != part:
            found.append([*proof[: at - 1], part, proof[at - 1], *proof[at + 1 :]])
    return found


@given(st.integers(1, 70).flatmap(lambda size: st.tuples(st.just(size), st.integers(0, size - 1))), st.integers(0, 255))
@settings(max_examples=150)
def test_whatever_is_changed_in_a_proof_of_inclusion_it_fails(place: tuple[int, int], bit: int) -> None:
    """A proof that was altered anywhere, or shown for another place, proves nothing."""
    size, index = place
    leaf = leaf_hash(LEAVES[index])
    proof = inclusion_proof(index, size, trees.Nodes(LEAVES[:size]))
    other = bytearray(leaf)
    other[bit // 8] ^= 1 << bit % 8
    wrong = [(leaf, index, size, mutant, ROOTS[size]) for mutant in mutants(proof, bit)]
    wrong += [(leaf, shifted, size, proof, ROOTS[size]) for shifted in range(-1, 72) if shifted != index]
    wrong += [(bytes(other), index, size, proof, ROOTS[size]), (leaf, index, size, proof, ROOTS[size - 1])]
    wrong += [(leaf, index, size, proof, ROOTS[size][:31]), (leaf[:31], index, size, proof, ROOTS[size])]
    wrong += [(leaf, index, 2**63, proof, ROOTS[size]), (leaf, index, 0, proof, ROOTS[size])]
    for case in wrong:
        with pytest.raises(Refused):
            check_inclusion(*case)
    # The hashes of a way up do not always tell the size; a checkpoint does, for it signs size and root together.
    for shifted in range(1, 71):
        if shifted != size:
            with pytest.raises(Refused):
                check_inclusion(leaf, index, shifted, proof, ROOTS[shifted])


@given(st.integers(1, 70).flatmap(lambda new: st.tuples(st.just(new), st.integers(0, new))), st.integers(0, 255))
@settings(max_examples=150)
def test_whatever_is_changed_in_a_proof_of_consistency_it_fails(sizes: tuple[int, int], bit: int) -> None:
    """A log that is not the continuation of what you once saw cannot be made to look like it."""
    new, old = sizes
    proof = consistency_proof(old, new, trees.Nodes(LEAVES[:new]))
    other = bytearray(ROOTS[old])
    other[bit // 8] ^= 1 << bit % 8
    turned = bytearray(ROOTS[new])
    turned[bit // 8] ^= 1 << bit % 8
    wrong = [(old, new, ROOTS[old], ROOTS[new], mutant) for mutant in mutants(proof, bit)]
    wrong += [(old, new, bytes(other), ROOTS[new], proof), (new + 1, new, ROOTS[new], ROOTS[new], [])]
    wrong += [(-1, new, ROOTS[old], ROOTS[new], proof), (old, new, ROOTS[old], ROOTS[new][:31], proof)]
    wrong += [(shifted, new, ROOTS[shifted], ROOTS[new], proof) for shifted in range(1, new) if shifted != old]
    if old:  # every log begins with the empty one, so there the new root is not looked at
        wrong += [(old, new, ROOTS[old], bytes(turned), proof)]
    for case in wrong:
        with pytest.raises(Refused):
            check_consistency(*case)


def test_the_empty_log_is_the_beginning_of_every_log_and_needs_no_proof() -> None:
    check_consistency(0, 0, EMPTY_ROOT, EMPTY_ROOT, [])
    check_consistency(0, 5, EMPTY_ROOT, ROOTS[5], [])
    for wrong in ([ROOTS[5]], [EMPTY_ROOT]):
        with pytest.raises(Refused):
            check_consistency(0, 5, EMPTY_ROOT, ROOTS[5], wrong)
    with pytest.raises(Refused):
        check_consistency(0, 0, EMPTY_ROOT, ROOTS[1], [])
    with pytest.raises(Refused):
        check_consistency(0, 5, ROOTS[1], ROOTS[5], [])
    with pytest.raises(Refused):
        check_inclusion(leaf_hash(b""), 0, 0, [], EMPTY_ROOT)


def test_no_proof_is_made_of_what_is_not_there() -> None:
    nodes = trees.Nodes(LEAVES)
    for index, size in [(5, 5), (-1, 5), (0, 0), (0, 2**63)]:
        with pytest.raises(Refused):
            inclusion_proof(index, size, nodes)
    for old, new in [(6, 5), (-1, 5), (0, 2**63)]:
        with pytest.raises(Refused):
            consistency_proof(old, new, nodes)


PUBLISHED = json.loads((ROOT / "tests/golden/ledger/transparency-dev.json").read_text())


@pytest.mark.parametrize("kind", ["inclusion", "consistency"])
def test_the_cases_that_another_project_published_come_out_as_it_says(kind: str) -> None:
    """All of transparency-dev's good and bad proofs, but one whose roots are no hashes: we look at roots first."""
    hashes = [bytes.fromhex(text) for text in PUBLISHED["hashes"]]
    other = []
    for first, second, one, two, path, holds, name in PUBLISHED[kind]:
        proof = [hashes[at] for at in path]
        try:
            if kind == "inclusion":  # index, size, root, leaf
                check_inclusion(hashes[two], first, second, proof, hashes[one])
            else:  # old size, new size, old root, new root
                check_consistency(first, second, hashes[one], hashes[two], proof)
        except Refused:
            if holds:
                other.append(name)
        else:
            assert holds, name
    assert len(PUBLISHED[kind]) == 98
    assert other == {"inclusion": [], "consistency": ["sizes are equal (one) and proof is empty"]}[kind]
