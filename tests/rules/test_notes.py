"""Signed notes, checkpoints and cosignatures: what others wrote is read, and nothing that was altered is believed."""

import json

import pytest
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from tenuto.base.signatures import SigningKey, verify
from tenuto.rules.checkpoints import Checkpoint, issued, opened
from tenuto.rules.cosignatures import cosigned, cosigners, message
from tenuto.rules.lines import MOST, Refused, decoded, encoded, number
from tenuto.rules.notes import (
    COSIGNATURE,
    ED25519,
    ML_DSA_COSIGNATURE,
    Key,
    Note,
    Signature,
    Unsigned,
    signed,
    signers,
)
from tenuto.rules.tree import EMPTY_ROOT
from tests.architecture.source import ROOT

PUBLISHED = json.loads((ROOT / "tests/golden/ledger/notes.json").read_text())
LOG, WITNESS = SigningKey(b"l" * 32), SigningKey(b"w" * 32)
LOG_KEY = Key("music.example/log", ED25519, LOG.public)
WITNESS_KEY = Key("witness.example", COSIGNATURE, WITNESS.public)
CHECKPOINT = Checkpoint("music.example/log", 70_000, b"r" * 32)
NOTE = issued(CHECKPOINT, LOG_KEY, LOG.sign)
TWICE_SIGNED = NOTE.signed_with(cosigned(NOTE.text, 1_700_000_000, WITNESS_KEY, WITNESS.sign))


def test_the_example_of_the_specification_holds() -> None:
    case = PUBLISHED["note"]
    key = Key.parse(case["vkey"])
    note = Note.parse(f"{case['text']}\n{case['line']}\n".encode())
    assert str(key) == case["vkey"]
    assert signers(note, [key], verify) == {key}
    with pytest.raises(Unsigned):
        signers(Note(case["text"].replace("example", "Example"), note.signatures), [key], verify)


def test_cosignatures_of_real_witnesses_hold() -> None:
    """Two ArmoredWitnesses cosigned a checkpoint of Android's log; we read what they wrote."""
    case = PUBLISHED["cosigned"]
    note = Note.parse("\n".join([case["text"], *case["lines"], ""]).encode())
    keys = [Key(entry["name"], COSIGNATURE, Key.parse(entry["listed_as"]).public) for entry in case["witnesses"]]
    assert [key.id.hex() for key in keys] == [entry["key_id"] for entry in case["witnesses"]]
    times = {key: entry["timestamp"] for key, entry in zip(keys, case["witnesses"], strict=True)}
    assert cosigners(note, keys, verify) == times
    assert bytes(note) == "\n".join([case["text"], *case["lines"], ""]).encode()
    assert Checkpoint.parse(note.text).size == 611


def test_a_checkpoint_is_opened_with_the_key_of_its_log_and_with_no_other() -> None:
    assert opened(bytes(NOTE), [LOG_KEY], verify).checkpoint == CHECKPOINT
    other = SigningKey(b"o" * 32)
    strangers = [
        Key("music.example/log", ED25519, other.public),  # another key under the same name
        Key("music.example/lag", ED25519, LOG.public),  # the same key under another name
        Key("music.example/log", COSIGNATURE, LOG.public),  # the same key for another kind of signature
    ]
    for key in strangers:
        with pytest.raises(Unsigned):
            opened(bytes(NOTE), [key], verify)
    with pytest.raises(Unsigned):
        opened(bytes(NOTE), [], verify)


def test_a_log_cannot_speak_for_another() -> None:
    """A checkpoint under another log's name counts only if that log's own key signed it."""
    stranger = Key("other.example", ED25519, LOG.public)
    with pytest.raises(ValueError, match="does not sign for"):
        issued(CHECKPOINT, stranger, LOG.sign)
    posing = Note(CHECKPOINT.text, (signed(CHECKPOINT.text, stranger, LOG.sign),))
    with pytest.raises(Unsigned):
        opened(bytes(posing), [stranger], verify)


def test_a_witness_says_what_it_saw_and_when() -> None:
    assert cosigners(TWICE_SIGNED, [WITNESS_KEY], verify) == {WITNESS_KEY: 1_700_000_000}
    assert opened(bytes(TWICE_SIGNED), [LOG_KEY], verify).checkpoint == CHECKPOINT
    assert cosigners(NOTE, [WITNESS_KEY], verify) == {}
    later = TWICE_SIGNED.signed_with(cosigned(NOTE.text, 1_700_000_060, WITNESS_KEY, WITNESS.sign))
    assert cosigners(later, [WITNESS_KEY], verify) == {WITNESS_KEY: 1_700_000_060}
    assert len(later.signatures) == 2
    for timestamp in (0, -1, MOST + 1):
        with pytest.raises(ValueError, match="is no time"):
            cosigned(NOTE.text, timestamp, WITNESS_KEY, WITNESS.sign)


def test_a_false_signature_of_a_known_key_spoils_the_note() -> None:
    line = cosigned(NOTE.text, 1_700_000_000, WITNESS_KEY, WITNESS.sign)
    moved = Signature(line.name, line.key_id, (1_700_000_001).to_bytes(8, "big") + line.value[8:])
    for wrong in (moved, Signature(line.name, line.key_id, line.value[:-1]), Signature(line.name, line.key_id, b"x")):
        with pytest.raises(Unsigned):
            cosigners(NOTE.signed_with(wrong), [WITNESS_KEY], verify)
    for value in (LOG.sign(b"else"), b"x"):
        with pytest.raises(Unsigned):
            opened(bytes(NOTE.signed_with(Signature(LOG_KEY.name, LOG_KEY.id, value))), [LOG_KEY], verify)


def test_a_witness_key_signs_no_plain_notes() -> None:
    """A signature under the text alone says nothing of when, and is not what this key is for."""
    plain = Note(NOTE.text, (Signature(WITNESS_KEY.name, WITNESS_KEY.id, WITNESS.sign(NOTE.text.encode())),))
    for check in (signers, cosigners):
        with pytest.raises(Unsigned):
            check(plain, [WITNESS_KEY], verify)


def test_signatures_of_strangers_are_left_alone() -> None:
    """Names or ids alone do not make a key known: both together do."""
    strange = [
        Signature(WITNESS_KEY.name, b"abcd", b"x" * 72),
        Signature("stranger.example", WITNESS_KEY.id, b"x" * 72),
        Signature(LOG_KEY.name, b"abcd", b"x"),
    ]
    note = TWICE_SIGNED.signed_with(*strange)
    assert cosigners(note, [WITNESS_KEY], verify) == {WITNESS_KEY: 1_700_000_000}
    assert opened(bytes(note), [LOG_KEY], verify).checkpoint == CHECKPOINT


def test_a_witness_may_sign_so_that_quantum_computers_do_not_break_it() -> None:
    """ML-DSA-44 cosignatures are checked beside those with Ed25519."""
    private = MLDSA44PrivateKey.generate()
    key = Key("witness.example", ML_DSA_COSIGNATURE, private.public_key().public_bytes_raw())
    assert Key.parse(str(key)) == key
    line = cosigned(NOTE.text, 1_700_000_000, key, private.sign)
    note = Note.parse(bytes(TWICE_SIGNED.signed_with(line)))
    assert cosigners(note, [key, WITNESS_KEY], verify) == {key: 1_700_000_000, WITNESS_KEY: 1_700_000_000}
    moved = Signature(line.name, line.key_id, (1_700_000_001).to_bytes(8, "big") + line.value[8:])
    with pytest.raises(Unsigned):
        cosigners(NOTE.signed_with(moved), [key], verify)


def test_what_is_cosigned_is_written_as_the_specification_says() -> None:
    text = CHECKPOINT.text
    assert message(WITNESS_KEY, text, 1679315147) == b"cosignature/v1\ntime 1679315147\n" + text.encode()
    key = Key("w.example", ML_DSA_COSIGNATURE, bytes(1312))
    assert message(key, text, 5) == (
        b"subtree/v1\n\0" b"\x09w.example" b"\0\0\0\0\0\0\0\5" b"\x11music.example/log" + bytes(8)
        + (70_000).to_bytes(8, "big") + b"r" * 32
    )  # fmt: skip
    with pytest.raises(ValueError, match="does not cosign"):
        message(LOG_KEY, text, 5)
    with pytest.raises(ValueError, match="signs no plain notes"):
        signed("text\n", WITNESS_KEY, WITNESS.sign)


@given(st.integers(0, len(bytes(TWICE_SIGNED)) * 8 - 1))
def test_not_one_bit_of_a_cosigned_checkpoint_can_be_turned_unnoticed(bit: int) -> None:
    """Whatever is changed in what the log and its witness signed, one of the two signatures is gone or false."""
    content = bytearray(bytes(TWICE_SIGNED))
    content[bit // 8] ^= 1 << bit % 8
    try:
        both = opened(bytes(content), [LOG_KEY], verify), cosigners(Note.parse(bytes(content)), [WITNESS_KEY], verify)
    except Refused:
        return
    assert both[1] == {}  # a changed name or id is a stranger's line


@given(st.binary(max_size=200))
def test_no_bytes_are_read_in_two_ways(content: bytes) -> None:
    """What is read as a note is written back as the same bytes; the rest is refused."""
    for whole in (content, b"a\n\n\xe2\x80\x94 b " + content + b"\n"):
        try:
            note = Note.parse(whole)
        except Refused:
            continue
        assert bytes(note) == whole


@pytest.mark.parametrize(
    "content",
    [
        b"", b"text\n", b"text\n\n", b"\n\n", b"text\n\nline\n", "text\n\n— a AAAAAAA=".encode(),
        "text\n\n— a AAAAAAA=\n\n".encode(),
        "text\n\n— a AAAAAA==\n".encode(), "text\n\n— a AAAAAAB=\n".encode(), "text\n\n—  AAAAAAA=\n".encode(),
        "text\n\n— a+b AAAAAAA=\n".encode(), "text\n\n— a\u00a0b AAAAAAA=\n".encode(),
        "te\txt\n\n— a AAAAAAA=\n".encode(),
        "te\rxt\n\n— a AAAAAAA=\n".encode(), b"\xff\n\n\xe2\x80\x94 a AAAAAAA=\n", b"text\n\n- a AAAAAAA=\n",
        "text\n\n— a AAAA AAA=\n".encode(), ("text\n\n" + "— a AAAAAAA=\n" * 101).encode(), b"x" * 1_000_001,
    ],
)  # fmt: skip
def test_what_is_no_note_is_refused(content: bytes) -> None:
    with pytest.raises(Refused):
        Note.parse(content)


def test_sixteen_signatures_and_more_are_read() -> None:
    assert len(Note.parse(("text\n\n" + "— a AAAAAAA=\n" * 100).encode()).signatures) == 100
    assert Note.parse("\n\n— a AAAAAAA=\n".encode()).text == "\n"


@pytest.mark.parametrize(
    "text",
    [
        "", "a\n", "a\n1\n", "a\n1\n\n", f"\n1\n{encoded(bytes(32))}\n", f"a\n01\n{encoded(bytes(32))}\n",
        f"a\n-1\n{encoded(bytes(32))}\n", f"a\n+1\n{encoded(bytes(32))}\n", f"a\n1 \n{encoded(bytes(32))}\n",
        f"a\n1\n{encoded(bytes(31))}\n", f"a\n1\n{encoded(bytes(32))}", f"a\n1\n{encoded(bytes(32))}\n\n",
        f"a\n{MOST + 1}\n{encoded(bytes(32))}\n", f"a\n١\n{encoded(bytes(32))}\n", f"a\n1\n{bytes(32).hex()}\n",
    ],
)  # fmt: skip
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        Checkpoint.parse(text)


def test_lines_that_others_add_are_kept_and_cosigned_but_never_ours() -> None:
    text = CHECKPOINT.text + "more\n"
    assert Checkpoint.parse(text).text == text
    assert message(WITNESS_KEY, text, 5).endswith(b"more\n")
    assert Checkpoint.parse(CHECKPOINT.text).extensions == ()


@pytest.mark.parametrize(
    "checkpoint",
    [
        Checkpoint("music.example/log", 0, b"r" * 32),
        Checkpoint("music.example/log", -1, b"r" * 32),
        Checkpoint("music.example/log", 2**63, b"r" * 32),
        Checkpoint("music.example/log", 1, b"r" * 31),
        Checkpoint("music.example/log", 1, b"r" * 32, ("",)),
    ],
)
def test_no_log_signs_what_is_no_checkpoint(checkpoint: Checkpoint) -> None:
    with pytest.raises(ValueError, match=r"."):
        issued(checkpoint, LOG_KEY, LOG.sign)
    assert issued(Checkpoint("music.example/log", 0, EMPTY_ROOT), LOG_KEY, LOG.sign)


@pytest.mark.parametrize(
    "vkey",
    [
        "", "a", "a+b", "a+530d903a", PUBLISHED["note"]["vkey"].replace("530d903a", "530d903b"),
        PUBLISHED["note"]["vkey"].upper(), PUBLISHED["note"]["vkey"][:-4], PUBLISHED["note"]["vkey"] + "\n",
        "a b+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", str(Key("a", 2, bytes(32))),
        "a+530d903a+", str(Key("a", COSIGNATURE, bytes(31))), str(Key("a", 0xFF, bytes(32))), "\udc80+00000000+AA==",
    ],
)  # fmt: skip
def test_what_is_no_verifier_key_is_refused(vkey: str) -> None:
    with pytest.raises(Refused):
        Key.parse(vkey)


def test_the_largest_number_is_what_every_language_counts() -> None:
    assert number("9223372036854775807") == 2**63 - 1
    for text in ("9223372036854775808", "9" * 19, "1" + "0" * 19):
        with pytest.raises(Refused):
            number(text)


@given(st.binary(max_size=40), st.integers(0, MOST))
def test_base64_and_numbers_have_one_spelling(value: bytes, count: int) -> None:
    assert decoded(encoded(value)) == value
    assert number(str(count)) == count
    for wrong in (
        encoded(value) + "=",
        encoded(value) + "\n",
        " " + encoded(value),
        encoded(value)[:-1] if value else "A",
    ):
        with pytest.raises(Refused):
            decoded(wrong)
    for text in (f"0{count}", f"+{count}", f"{count} ", f"-{count}", f"{count}.0", ""):
        with pytest.raises(Refused):
            number(text)
