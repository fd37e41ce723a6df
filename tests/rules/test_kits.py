"""Proof kits: what an artist can check alone, and that a kit which was altered anywhere is found out."""

import json
import re
from base64 import b64decode
from dataclasses import replace
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenuto.base.signatures import verify
from tenuto.rules.canonical import NotCanonical, canonical, parsed
from tenuto.rules.commitments import blinded_entry, commitment, manifest_key, manifest_value, public_entry
from tenuto.rules.job_manifests import JobManifest
from tenuto.rules.kits import KIT_FILE, POLICY_FILE, Absence, Act, Entry, Failed, Kit, KitAsset, State, checked
from tenuto.rules.lines import Refused
from tenuto.rules.manifest_proofs import ManifestProof
from tenuto.rules.manifests import Manifest
from tenuto.rules.openings import opened, shown_opening, shown_public, shown_registration
from tests.rules import kits
from tests.rules.kits import ACT, BOS_SONG, JOBS, KIT, LAST_USE, LOG, NONCES, OPEN, REGISTRATION, SONG, USES
from tests.rules.logs import POLICY, WrittenLog

FILES = kits.kit_files()


def findings(files: dict[str, bytes], kit: Kit = KIT) -> list[Entry | Absence | Act | State | Failed]:
    return list(checked(kit, partial(kits.read_from, files), POLICY, verify))


def failed(files: dict[str, bytes], kit: Kit = KIT) -> set[str]:
    return {found.file for found in findings(files, kit) if isinstance(found, Failed)}


def test_a_kit_proves_each_use_and_each_absence() -> None:
    """Registered, used once, refused once; in the list of one model and not in that of the other: all shown offline."""
    kit = Kit.parse(FILES[KIT_FILE])
    assert kit == KIT
    found = findings(FILES, kit)
    entries = [each for each in found if isinstance(each, Entry)]
    assert [each.index for each in entries] == [3, 4, 5, 8]
    assert [each.record["t"] for each in entries] == ["registration", "use", "use", "use"]
    assert [each.record.get("decision") for each in entries] == [None, "allow", "deny", "allow"]
    assert all(set(each.cosigned) == {"a", "b"} for each in entries)
    absences = [each for each in found if isinstance(each, Absence)]
    assert [(each.record["job"], each.is_in) for each in absences] == [("J1", True), ("J2", False)]
    assert [(each.index, each.record["what"]) for each in found if isinstance(each, Act)] == [(6, "answer")]
    states = [each for each in found if isinstance(each, State)]
    assert [(each.index, each.record["epoch"], each.words) for each in states] == [(7, 4, OPEN)]
    assert len(found) == 8


def test_what_was_open_is_what_the_map_shows_and_no_other_words_fit() -> None:
    """The kit says what was open in your track at that epoch; nobody can write anything else beside that proof."""
    for words in ((), ("everything",), ("recording/fraud/train",), (*OPEN, "lyrics")):
        assert failed(FILES, replace(KIT, states=((0, "epochs/7.tlog-proof", "map/7-0.smt", words),))) == {
            "map/7-0.smt"
        }


def act(**said: object) -> bytes:
    """The act of the sample kit, changed."""
    return canonical(parsed(ACT) | said)


@pytest.mark.parametrize(
    ("entry", "entries", "words"),
    [
        (6, [LAST_USE], "which the kit does not show"),
        (7, [act(row=8), LAST_USE], "is another act"),
        (7, [act(what="terms"), LAST_USE], "is another act"),
        (8, [LAST_USE, ACT], "came only after it"),
    ],
)
def test_a_use_rests_on_what_was_said_before_it_or_the_kit_does_not_hold(
    entry: int, entries: list[bytes], words: str
) -> None:
    """That a use was allowed is shown with the very act that allowed it, in the log before the use."""
    use = canonical(parsed(LAST_USE) | {"basis": [{"kind": "answer", "row": 9, "entry": entry}]})
    keyed = [(SONG, use) if each == LAST_USE else (kits.ACCOUNT_KEY, each) for each in entries]
    whole = [blinded_entry(bytes(32))] * 7
    whole += [blinded_entry(commitment(key, kits.ACT_NONCE, body)) for key, body in keyed]
    log = WrittenLog.of(whole)
    files, acts, uses = dict(FILES), [], []
    for index, (key, body) in enumerate(keyed, 7):
        name = f"entries/{index}.tlog-proof"
        files[name] = bytes(log.proof(index, shown_opening(key, kits.ACT_NONCE, body)))
        if key == SONG:
            uses.append((0, name))
        else:
            acts.append((index, name))
    found = findings(files, replace(KIT, entries=tuple(uses), acts=tuple(acts), manifests=(), states=()))
    assert [each.words for each in found if isinstance(each, Failed) and words in each.words]


def test_acts_of_the_log_that_this_one_continues_are_not_asked_of_it() -> None:
    later = replace(KIT, acts=(), offset=7, entries=((0, "entries/8.tlog-proof"),), manifests=(), states=())
    assert failed(FILES, later) == set()
    assert failed(FILES, replace(later, offset=6)) == {"entries/8.tlog-proof"}
    assert failed(FILES, replace(KIT, offset=1)) == {"acts/6.tlog-proof", "entries/8.tlog-proof"}


def test_a_kit_of_before_acts_and_states_is_read_as_it_was() -> None:
    said = {name: value for name, value in json.loads(bytes(KIT)).items() if name not in ("acts", "states", "offset")}
    old = Kit.parse(json.dumps(said).encode())
    assert (old.acts, old.states, old.offset) == ((), (), 0)
    assert old.entries == KIT.entries


@given(st.sampled_from(sorted(set(FILES) - {KIT_FILE, POLICY_FILE})), st.data())
@settings(max_examples=150)
def test_a_bit_turned_in_any_proof_of_a_kit_is_found_and_only_there(name: str, data: st.DataObject) -> None:
    """Whoever alters a proof spoils that proof."""
    content = bytearray(FILES[name])
    bit = data.draw(st.integers(0, len(content) * 8 - 1))
    content[bit // 8] ^= 1 << bit % 8
    found = failed(FILES | {name: bytes(content)})
    touched = {file for _, file in KIT.entries if file == name}
    touched |= {proof for _, job, proof, _ in KIT.manifests if name in (job, proof)}
    touched |= {proof for _, epoch, proof, _ in KIT.states if name in (epoch, proof)}
    # A use falls with the act that it rests on.
    if name == "acts/6.tlog-proof" and not says_the_same(bytes(content), FILES[name]):
        touched |= {"acts/6.tlog-proof", "entries/8.tlog-proof"}
    # Signature lines of a witness whose name was altered are a stranger's; with one of two gone the quorum is missed.
    assert found == touched


def says_the_same(one: bytes, other: bytes) -> bool:
    """But for the nonce of what opens an act: from it, and a key, the salt is made, and a kit has no key of acts."""
    return without_nonce(one) == without_nonce(other)


def without_nonce(proof: bytes) -> tuple[bytes, bytes]:
    """What it shows, and the rest of it."""
    extra = re.search(rb"extra ([A-Za-z0-9+/=]+)\n", proof)
    try:
        shown = b64decode(extra[1], validate=True) if extra else b""
    except ValueError:
        shown = b""
    bare = re.sub(rb'"nonce":"[^"\\\x00-\x1f\x80-\xff]*"', b"", shown)
    return bare, proof.replace(extra[1], b"") if extra else proof


def test_no_two_proofs_of_a_kit_can_be_exchanged() -> None:
    """A proof of one entry is not a proof of another, nor is absence from one model absence from another."""
    order = [each.index for each in findings(FILES) if not isinstance(each, Failed)]
    for files in kits.swapped(FILES):
        found = findings(files)
        assert [each.index for each in found if not isinstance(each, Failed)] != order


def test_a_kit_cannot_say_that_a_work_is_absent_where_it_is_in() -> None:
    for place in range(2):
        asset, job, proof, is_in = KIT.manifests[place]
        manifests = [*KIT.manifests]
        manifests[place] = (asset, job, proof, not is_in)
        assert failed(FILES, replace(KIT, manifests=tuple(manifests))) == {proof}


def test_a_kit_with_anothers_key_proves_nothing_of_hers() -> None:
    """Bo's key opens none of Alma's entries, and shows nothing about her place in a list."""
    kit = replace(KIT, assets=(KitAsset("recording", "Held Note", BOS_SONG),))
    names = {file for _, file in KIT.entries} | {proof for *_, proof, _ in (*KIT.manifests, *KIT.states)}
    assert failed(FILES, kit) == names


def test_a_proof_in_a_kit_shows_what_its_entry_says() -> None:
    bare = bytes(LOG.proof(4))
    assert failed(FILES | {"entries/4.tlog-proof": bare}) == {"entries/4.tlog-proof"}


def test_a_kit_is_of_one_log() -> None:
    kit = replace(KIT, origin="other.example")
    assert len(failed(FILES, kit)) == 8


def test_a_job_is_shown_by_a_public_record_that_opens_one() -> None:
    for name in ("entries/4.tlog-proof", "entries/3.tlog-proof"):
        assert failed(FILES | {"jobs/0.tlog-proof": FILES[name]}) == {"manifests/0-0.smt"}
    assert failed(FILES | {"entries/4.tlog-proof": FILES["jobs/0.tlog-proof"]}) == {"entries/4.tlog-proof"}
    assert failed({name: content for name, content in FILES.items() if not name.startswith("jobs")}) == {
        "manifests/0-0.smt",
        "manifests/1-0.smt",
    }


@pytest.mark.parametrize(
    "content",
    [
        b"", b"[]", b"{}", b"\xff", b"[" * 5_000, bytes(KIT).replace(b'"v": 1', b'"v": 2'),
        bytes(KIT).replace(b'"asset": 0', b'"asset": 1'),
        bytes(replace(KIT, entries=((1, "x"),))), bytes(replace(KIT, manifests=((1, "x", "x", True),))),
        bytes(KIT).replace(b'"asset": 0', b'"asset": -1'),
        bytes(KIT).replace(SONG.hex().encode(), b"00"), bytes(KIT).replace(SONG.hex().encode(), b"xx"),
        bytes(KIT).replace(b'"entries"', b'"others"'), bytes(KIT)[:-2],
    ],
)  # fmt: skip
def test_what_is_no_kit_is_refused(content: bytes) -> None:
    with pytest.raises(Refused):
        Kit.parse(content)


def test_one_opening_opens_one_entry_and_gives_no_key_away() -> None:
    """A receipt can be handed to a lawyer: it says what this entry is and nothing of any other."""
    shown = shown_opening(SONG, NONCES[0], USES[0])
    assert opened(shown).entry == LOG.entries[4]
    assert opened(shown, SONG).record == parsed(USES[0])
    assert SONG.hex().encode() not in shown
    with pytest.raises(Refused, match="not made with this asset's key"):
        opened(shown, BOS_SONG)
    with pytest.raises(Refused, match="only with the asset's key"):
        opened(shown_registration(REGISTRATION))
    assert opened(shown_registration(REGISTRATION), SONG).entry == LOG.entries[3]
    assert opened(shown_registration(REGISTRATION), BOS_SONG).entry != LOG.entries[3]


def test_a_long_record_can_be_shown_too() -> None:
    body = canonical({"v": 1, "t": "terms", "text": '"\\' * 4_000})
    assert opened(shown_public(body)).entry == public_entry(body)


SHOWN = shown_opening(SONG, NONCES[0], USES[0])


@pytest.mark.parametrize(
    "extra",
    [
        b"", b"null", b"{}", SHOWN + b"\n", b" " + SHOWN, SHOWN.replace(b'"v":1}', b'"v":2}'),
        SHOWN.replace(b'"salt":"', b'"salt":"00'),
        SHOWN.replace(b'"nonce"', b'"other"'), SHOWN.replace(b'"t":"opening"', b'"t":"public"'),
        SHOWN.replace(b'"salt":"', b'"salt":"x'),
        canonical({"v": 1, "t": "public", "body": 1}), canonical({"v": 1, "t": "public", "body": "{}"}),
        canonical({"v": 1, "t": "public", "body": '{"t": "x", "v": 1}'}),
        canonical({"v": 1, "t": "public", "body": '{"t":"x","t":"y","v":1}'}),
        canonical({"v": 1, "t": "opening", "body": USES[0].decode(), "nonce": NONCES[0].hex(), "salt": "AB" * 32}),
        canonical({"v": 1, "t": "else", "body": USES[0].decode()}), b"[" * 5_000,
    ],
)  # fmt: skip
def test_what_opens_nothing_is_refused(extra: bytes) -> None:
    for key in (SONG, None):
        with pytest.raises(Refused):
            opened(extra, key)


def test_a_record_is_read_only_in_its_one_form() -> None:
    """What two programs could read differently is read by neither."""
    assert parsed(b'{"a":"\xc3\xa9","t":"x","v":1}') == {"v": 1, "t": "x", "a": "é"}
    for wrong in (
        b'{"t":"x","v":1,"v":1}',
        b'{"v":1,"t":"x"}',
        b'{"t":"x","v":1.0}',
        b'{"t":"\\u0078","v":1}',
        b"1",
        b"{",
    ):
        with pytest.raises(NotCanonical):
            parsed(wrong)


def test_the_id_of_a_manifest_is_the_digest_of_what_its_job_said_first() -> None:
    said = parsed(JOBS[0].record)
    found = JobManifest.of(said)
    assert (found.id, found.root, found.size) == (JOBS[0].id, JOBS[0].manifest.root, 256)
    proof = ManifestProof.parse(JOBS[0].proof(SONG))
    assert found.has(SONG, proof)
    other = JobManifest.of(said | {"job": "J9"})  # another header, another place for every work
    with pytest.raises(Refused):
        other.has(SONG, proof)
    missing = {name: value for name, value in said.items() if name != "manifest"}
    for wrong in (
        missing,
        said | {"t": "x"},
        said | {"manifest": 1},
        said | {"manifest": "sha256:00"},
        said | {"manifest": "x"},
    ):
        with pytest.raises(Refused):
            JobManifest.of(wrong)


def test_what_stands_at_a_works_place_was_put_there_with_its_key() -> None:
    """An operator cannot fill the place of a work with something that the work's key did not make."""
    said = JobManifest.of(parsed(JOBS[0].record))
    place = manifest_key(SONG, said.id)
    for value, is_in in ((manifest_value(SONG, said.id), True), (bytes(32), False)):
        tree = Manifest({place: value})
        drawn = replace(said, root=tree.root)
        if is_in:
            assert drawn.has(SONG, tree.prove(place))
        else:
            with pytest.raises(Refused, match="not made with its key"):
                drawn.has(SONG, tree.prove(place))
