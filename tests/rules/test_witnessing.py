"""What a witness answers: every line of the specification's table, and that it never cosigns two histories."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenuto.base.signatures import SigningKey, verify
from tenuto.rules.checkpoints import Checkpoint, issued
from tenuto.rules.cosignatures import cosigned, cosigners
from tenuto.rules.lines import Refused, encoded
from tenuto.rules.notes import COSIGNATURE, ED25519, Key, Note, Signature
from tenuto.rules.tree import EMPTY_ROOT, consistency_proof
from tenuto.rules.witnessing import (
    SIZE_TYPE,
    Request,
    answer,
    parse_conflict,
    parse_cosignatures,
)
from tests.rules import trees

ORIGIN = "music.example/log"
LOG, WITNESS = SigningKey(b"l" * 32), SigningKey(b"w" * 32)
LOG_KEY = Key(ORIGIN, ED25519, LOG.public)
WITNESS_KEY = Key("witness.example", COSIGNATURE, WITNESS.public)
ENTRIES = [f"entry {number}".encode() for number in range(40)]
FORKED = [*ENTRIES[:20], b"another", *ENTRIES[21:]]


def head(size: int, entries: Sequence[bytes] = ENTRIES) -> Checkpoint:
    return Checkpoint(ORIGIN, size, trees.mth(entries[:size]))


def request(old: int, new: int, entries: Sequence[bytes] = ENTRIES) -> Request:
    """What an honest log sends."""
    proof = consistency_proof(old, new, trees.Nodes(entries[:new])) if old <= new else []
    return Request(old, tuple(proof), issued(head(new, entries), LOG_KEY, LOG.sign))


def status(asked: Request, latest: Checkpoint | None, keys: Sequence[Key] = (LOG_KEY,)) -> int:
    found = answer(Request.parse(bytes(asked)), keys, latest, verify)
    assert (found.accepted is None) == (found.status != 200)
    return found.status


@given(st.integers(0, 40).flatmap(lambda new: st.tuples(st.integers(0, new), st.just(new))))
def test_a_log_that_only_grew_is_cosigned_from_any_size_to_any(sizes: tuple[int, int]) -> None:
    """An honest log gets its cosignature, whatever the witness saw last."""
    old, new = sizes
    found = answer(request(old, new), [LOG_KEY], head(old) if old else None, verify)
    assert found.status == 200
    assert found.accepted
    assert found.accepted.checkpoint == head(new)
    assert status(request(old, new), head(old)) == 200


@given(st.integers(0, 40), st.integers(0, 40), st.integers(0, 40))
def test_a_log_is_never_cosigned_but_from_where_the_witness_stands(old: int, new: int, recorded: int) -> None:
    """Otherwise a witness could be led back to an earlier tree and forward into another."""
    asked = request(old, new)
    expected = 400 if old > new else 409 if old != recorded else 200
    found = answer(asked, [LOG_KEY], head(recorded) if recorded else None, verify)
    assert found.status == expected
    if expected == 409:
        assert (found.body, found.content_type) == (f"{recorded}\n", SIZE_TYPE)
        assert parse_conflict(found.body.encode()) == recorded


@given(st.integers(0, 40), st.integers(21, 40))
def test_a_log_with_two_histories_is_cosigned_in_one_of_them_only(recorded: int, new: int) -> None:
    """After entry 20 the log tells Alma and Bo different things: who cosigned the one refuses the other."""
    asked = request(min(recorded, new), new, FORKED)
    latest = head(recorded) if recorded else None
    if recorded > new:
        assert status(asked, latest) == 409
    else:
        assert status(asked, latest) == (200 if recorded <= 20 else 422)


def test_one_size_with_another_root_is_refused() -> None:
    assert status(request(30, 30), head(30)) == 200
    assert status(request(30, 30, FORKED), head(30)) == 422


def test_a_proof_must_be_there_where_it_is_due_and_nowhere_else() -> None:
    one = bytes(range(32))
    assert status(replace(request(7, 30), hashes=()), head(7)) == 422
    assert status(replace(request(7, 30), hashes=(*request(7, 30).hashes, one)), head(7)) == 422
    assert status(replace(request(7, 30), hashes=request(6, 30).hashes), head(7)) == 422
    assert status(replace(request(0, 30), hashes=(one,)), None) == 422
    assert status(replace(request(30, 30), hashes=(one,)), head(30)) == 422


def test_the_empty_log_has_one_root() -> None:
    """Also a log of which the witness knows that it is empty has to start from there."""
    assert status(request(0, 0), None) == 200
    assert status(request(0, 5), Checkpoint(ORIGIN, 0, EMPTY_ROOT)) == 200
    text = Checkpoint(ORIGIN, 0, bytes(32)).text
    false = Note(text, (Signature(ORIGIN, LOG_KEY.id, LOG.sign(text.encode())),))
    assert status(Request(0, (), false), None) == 422


def test_only_the_keys_of_a_log_speak_for_it() -> None:
    asked = request(7, 30)
    stranger = Key(ORIGIN, ED25519, SigningKey(b"s" * 32).public)
    assert status(asked, head(7), ()) == 404
    assert status(asked, head(7), (stranger,)) == 403
    assert status(asked, head(7), (stranger, LOG_KEY)) == 200
    false = Signature(ORIGIN, LOG_KEY.id, LOG.sign(b"else"))
    assert status(replace(asked, note=Note(asked.note.text, (false,))), head(7)) == 403
    both = Note(asked.note.text, (*asked.note.signatures, false))
    assert status(replace(asked, note=both), head(7)) == 403


def test_what_is_wrong_first_is_what_is_answered() -> None:
    """Who is not known learns nothing of what is on record; the signature is looked at before the sizes."""
    assert status(request(31, 30), head(7), ()) == 404
    assert status(request(31, 30), head(7), (Key(ORIGIN, ED25519, WITNESS.public),)) == 403
    assert status(request(31, 30), head(7)) == 400
    assert status(replace(request(8, 30), hashes=()), head(7)) == 409


GOOD = bytes(request(7, 30))
HASH = encoded(bytes(32)).encode()


@pytest.mark.parametrize(
    "body",
    [
        b"", b"old 7\n", GOOD.replace(b"old 7", b"old 07"), GOOD.replace(b"old 7", b"old"),
        GOOD.replace(b"old 7", b"new 7"),
        GOOD.replace(b"old 7", b"old -7"), GOOD.replace(b"old 7\n", b""), GOOD.replace(b"old 7\n", b"old 7\n\n"),
        GOOD.replace(b"old 7\n", b"old 7\nAAAA\n"), GOOD.replace(b"old 7\n", b"old 7\n" + (HASH + b"\n") * 64),
        GOOD.replace(b"\n\nmusic", b"\nmusic"), GOOD[:-1], GOOD.replace(b"\n30\n", b"\n030\n"),
        GOOD.replace(b"old 7", b"old \xff"),
        GOOD.replace(b"old 7", b"7"), GOOD.replace(b"old 7", b"7\nold 7"),
        GOOD + b"\n", GOOD.replace("—".encode(), b"-"), GOOD.replace(b"\n30\n", b"\n30\n\n"), b"x" * 1_000_001,
    ],
)  # fmt: skip
def test_what_is_no_request_is_refused(body: bytes) -> None:
    assert body != GOOD
    with pytest.raises(Refused):
        Request.parse(body)


def test_sixty_three_hashes_are_read() -> None:
    """More than any log can need, for none has more than 2^63 entries."""
    asked = replace(request(7, 30), hashes=(bytes(32),) * 63)
    assert Request.parse(bytes(asked)) == asked


def test_a_request_is_written_as_the_specification_says() -> None:
    asked = request(7, 30)
    assert bytes(asked) == b"\n".join(
        [b"old 7", *(encoded(part).encode() for part in asked.hashes), b"", bytes(asked.note)]
    )
    assert Request.parse(bytes(asked)) == asked
    assert asked.origin == ORIGIN
    assert bytes(request(0, 5)).startswith(f"old 0\n\n{ORIGIN}\n5\n".encode())


def test_a_log_takes_from_an_answer_only_what_its_witness_signed() -> None:
    """What strangers add to an answer is left out."""
    asked = request(7, 30)
    line = cosigned(asked.note.text, 1_700_000_000, WITNESS_KEY, WITNESS.sign)
    stranger = Signature("stranger.example", b"abcd", b"x" * 72)
    found = parse_cosignatures(f"{stranger}{line}".encode(), [WITNESS_KEY])
    assert found == [line]
    assert cosigners(asked.note.signed_with(*found), [WITNESS_KEY], verify) == {WITNESS_KEY: 1_700_000_000}
    for wrong in (b"", b"\n", b"404 not found", bytes(asked.note)[:-1]):
        with pytest.raises(Refused):
            parse_cosignatures(wrong, [WITNESS_KEY])
    with pytest.raises(Refused):
        parse_conflict(b"<html>")
