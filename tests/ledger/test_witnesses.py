"""Witnesses, over real HTTP: they see every checkpoint, notice a second history, and keep the proof of it."""

from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from tenuto.base.signatures import verify
from tenuto.ledger import cosigning, halting, keys, logs, suspicions, trust
from tenuto.ledger.errors import RolledBack
from tenuto.ledger.models import WatchedLog
from tenuto.ledger.publishing import Publisher, ask_witnesses, is_witnessed
from tenuto.ledger.sequencer import Sequencer
from tenuto.rules.checkpoints import Checkpoint, issued
from tenuto.rules.cosignatures import cosigners
from tenuto.rules.frauds import Equivocation
from tenuto.rules.nodes import TileNodes
from tenuto.rules.notes import Key, Note
from tenuto.rules.policies import Policy, Witness
from tenuto.rules.tree import consistency_proof
from tenuto.rules.witnessing import Request
from tests.ledger.writing import published_log, seen, the_log, write_uses
from tests.ledger.yesterday import Yesterday

pytestmark = pytest.mark.django_db(transaction=True)


def witness_key() -> Key:
    return keys.of_witness(cosigning.name()).key


@pytest.fixture
def witnessed(live_server: Any) -> None:
    """A published log of 48 entries, and one witness that knows it: this same server, over HTTP."""
    published_log(count=40)
    cosigning.watch(keys.of_log(the_log().origin)[0].key)
    witness = Witness("near", witness_key(), f"{live_server.url}/witness")
    trust.choose(Policy("near", witnesses={"near": witness}))


def grow(count: int = 16) -> None:
    write_uses(count)
    Sequencer().step()


def ask(body: bytes) -> Any:
    return Client().post("/witness/add-checkpoint", body, content_type="text/plain")


def nodes() -> TileNodes:
    return TileNodes(the_log().size, logs.shelf_of(the_log()).read)


def request_for(old: int, note: Note | None = None) -> bytes:
    """What a log would ask: from `old` to the head, or to another checkpoint."""
    proof = consistency_proof(old, the_log().size, nodes())
    return bytes(Request(old, tuple(proof), note or Note.parse(bytes(the_log().note))))


def second_story(size: int) -> Note:
    """A checkpoint that the log's own key signs, with another root."""
    [signer] = keys.of_log(the_log().origin)
    return issued(Checkpoint(the_log().origin, size, b"\x55" * 32), signer.key, signer.sign)


def test_every_checkpoint_is_cosigned_and_published_so(witnessed: None) -> None:
    publisher = Publisher()
    for size in (48, 64, 80):
        publisher.ask_witnesses()
        note = Note.parse((settings.LOG_DIR / "checkpoint").read_bytes())
        assert seen().size == size
        assert {*cosigners(note, [witness_key()], verify)} == {witness_key()}
        assert is_witnessed(note, trust.chosen())
        assert bytes(the_log().witnessed) == bytes(note)
        grow()


def test_a_witness_shows_what_it_cosigned_last(witnessed: None) -> None:
    ask_witnesses({})
    address = f"/witness/{sha256(b'localhost:8000/log').hexdigest()}/checkpoint"
    assert Client().get(address).content == bytes(the_log().note)
    assert Client().get(f"/witness/{'0' * 64}/checkpoint").status_code == 404


def test_a_witness_that_was_away_is_shown_what_it_missed(witnessed: None) -> None:
    ask_witnesses({})
    grow()
    grow()
    ask_witnesses({})  # a process that knows nothing of how far the witness was
    assert WatchedLog.objects.get().size == the_log().size == 80


def test_without_witnesses_the_log_goes_on_and_is_called_unwitnessed(witnessed: None) -> None:
    there = trust.chosen().witnesses["near"]
    gone = Witness("near", there.key, "http://127.0.0.1:9/witness")
    trust.choose(Policy("near", witnesses={"near": gone}))
    grow()
    Publisher().ask_witnesses()
    assert seen().size == 64
    assert not is_witnessed(Note.parse(bytes(the_log().note)), trust.chosen())
    assert not the_log().witnessed


def test_a_witness_whose_key_is_another_is_not_believed(witnessed: None) -> None:
    there = trust.chosen().witnesses["near"]
    other = keys.Signer.made(there.key.name, there.key.kind)
    trust.choose(Policy("near", witnesses={"near": Witness("near", other.key, there.url)}))
    ask_witnesses({})
    assert not is_witnessed(Note.parse(bytes(the_log().note)), trust.chosen())


def test_a_restored_backup_is_noticed_before_anything_is_signed(witnessed: None, tmp_path: Path) -> None:
    """If we lose a day and begin again from a backup, a witness tells us, and no second history is signed."""
    ask_witnesses({})
    yesterday = Yesterday(tmp_path)
    grow()
    ask_witnesses({})
    yesterday.restore()
    write_uses(1)
    before = bytes(the_log().note)
    with pytest.raises(RolledBack, match="near has seen this log with 64 entries; it has 48"):
        Sequencer().step()
    assert bytes(the_log().note) == before
    assert "64" in halting.reason()
    with pytest.raises(RolledBack):  # and it stays so
        Sequencer().step()


def test_after_a_restored_backup_a_quorum_that_saw_no_more_lets_it_go_on(witnessed: None) -> None:
    ask_witnesses({})
    halting.halt(halting.RESTORED)
    grow()
    assert (seen().size, halting.reason()) == (64, "")


def test_after_a_restored_backup_silence_is_no_answer(witnessed: None) -> None:
    halting.halt(halting.RESTORED)
    there = trust.chosen().witnesses["near"]
    trust.choose(Policy("near", witnesses={"near": Witness("near", there.key, "http://127.0.0.1:9/witness")}))
    write_uses(1)
    for policy in (trust.chosen(), Policy("none")):
        trust.choose(policy)
        with pytest.raises(RolledBack, match="restored from a backup"):
            Sequencer().step()


def test_a_second_history_is_refused_and_its_proof_kept(witnessed: None) -> None:
    """A log that shows one visitor this, and another that, signs the proof against itself."""
    ask_witnesses({})
    answer = ask(request_for(48, second_story(48)))
    assert answer.status_code == 422
    [place] = cosigning.frauds()
    fraud = Equivocation.parse(place.read_bytes())
    one, two = fraud.proven([keys.of_log(the_log().origin)[0].key], verify)
    assert (one.checkpoint.size, two.checkpoint.root) == (48, b"\x55" * 32)
    assert WatchedLog.objects.get().root == seen().root


def told_otherwise(tmp_path: Path, size: int) -> None:
    """Let the log grow to a second history, as if it had never had what its witness saw; nobody stops it."""
    yesterday = Yesterday(tmp_path)
    grow()
    ask_witnesses({})
    yesterday.restore()
    trust_in = trust.chosen()
    trust.choose(Policy("none"))
    grow(size - the_log().size)
    trust.choose(trust_in)


@pytest.mark.parametrize("size", [80, 96, 400])
def test_a_longer_second_history_convicts_itself_by_the_proof_of_its_growth(
    witnessed: None, tmp_path: Path, size: int
) -> None:
    """It has to show how it grew out of what the witness saw, and so shows what it began with in truth."""
    grow(1)  # 64 is a power of two, where a proof would not say it
    ask_witnesses({})
    told_otherwise(tmp_path, size + 32)
    assert WatchedLog.objects.get().size == 80
    ask_witnesses({})
    [place] = cosigning.frauds()
    one, two = Equivocation.parse(place.read_bytes()).proven(logs.verifiers(the_log()), verify)
    assert (one.checkpoint.size, two.checkpoint.size) == (80, the_log().size)
    assert [*suspicions.every()] == []


@pytest.mark.parametrize("shown", ["from a power of two", "a proof of nothing", "the smaller history later"])
def test_a_second_history_that_is_not_shown_is_proved_from_the_logs_own_tiles(
    witnessed: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, live_server: Any, shown: str
) -> None:
    """The witness keeps both heads, fetches the tiles of the larger, and has the proof that it was not shown."""
    monkeypatch.setattr(suspicions, "address_of", lambda _origin: f"{live_server.url}/log")
    if shown == "a proof of nothing":
        grow(1)
    ask_witnesses({})
    saw = WatchedLog.objects.get().size
    if shown == "the smaller history later":
        assert ask(bytes(Request(16, (), second_story(16)))).status_code == 409
    else:
        told_otherwise(tmp_path, 112)
        saw = WatchedLog.objects.get().size
        proof = (bytes(32),) if shown == "a proof of nothing" else tuple(consistency_proof(saw, 112, nodes()))
        assert ask(bytes(Request(saw, proof, Note.parse(bytes(the_log().note))))).status_code == 422
    assert cosigning.frauds() == []
    assert len([*suspicions.every()]) == 1
    Publisher().investigate()
    [place] = cosigning.frauds()
    one, two = Equivocation.parse(place.read_bytes()).proven(logs.verifiers(the_log()), verify)
    assert {one.checkpoint.size, two.checkpoint.size} == {saw, 16 if "smaller" in shown else 112}
    assert [*suspicions.every()] == []


def test_a_log_that_told_one_story_is_cleared_by_its_tiles(
    witnessed: None, monkeypatch: pytest.MonkeyPatch, live_server: Any
) -> None:
    """An old head brought again, a proof that came to harm: no crime, and no proof of one."""
    old = Note.parse(bytes(the_log().note))
    grow()
    ask_witnesses({})
    assert ask(bytes(Request(48, (), old))).status_code == 409
    grow()
    assert ask(bytes(Request(64, (bytes(32),), Note.parse(bytes(the_log().note))))).status_code == 422
    assert len([*suspicions.every()]) == 2
    monkeypatch.setattr(suspicions, "address_of", lambda _origin: f"{live_server.url}/elsewhere")
    Publisher().investigate()
    assert len([*suspicions.every()]) == 2  # where nothing can be seen nobody is cleared
    monkeypatch.setattr(suspicions, "address_of", lambda _origin: f"{live_server.url}/log")
    Publisher().investigate()
    assert ([*suspicions.every()], cosigning.frauds()) == ([], [])


def test_tiles_of_the_first_history_do_not_clear_the_second(
    witnessed: None, monkeypatch: pytest.MonkeyPatch, live_server: Any
) -> None:
    """It serves everybody the one and showed the witness the other: it stays under suspicion."""
    monkeypatch.setattr(suspicions, "address_of", lambda _origin: f"{live_server.url}/log")
    ask_witnesses({})
    grow(64)
    assert ask(bytes(Request(48, (bytes(32),), second_story(112)))).status_code == 422
    Publisher().investigate()
    assert len([*suspicions.every()]) == 1
    assert cosigning.frauds() == []


def test_a_longer_second_history_is_refused(witnessed: None) -> None:
    ask_witnesses({})
    grow()
    assert ask(request_for(48, second_story(64))).status_code == 422
    assert ask(request_for(48)).status_code == 200


def test_what_was_recorded_decides_between_two_requests_at_once(witnessed: None) -> None:
    """The race in the specification: two requests from one size to two others; the second learns of the first."""
    ask_witnesses({})
    small = Note.parse(bytes(the_log().note))
    grow()
    bigger = request_for(48)
    assert ask(bigger).status_code == 200
    late = ask(request_for(48, second_story(80)))
    assert (late.status_code, late.content, late["Content-Type"]) == (409, b"64\n", "text/x.tlog.size")
    again = ask(bytes(Request(48, (), small)))
    assert (again.status_code, again.content) == (409, b"64\n")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"old 0\n\nnonsense", 400),
        (b"old x\n\n", 400),
        (b"x" * 1_000_002, 400),
    ],
    ids=["empty", "nonsense", "no size", "too long"],
)
def test_what_cannot_be_read_is_refused(body: bytes, status: int) -> None:
    assert ask(body).status_code == status


def test_logs_that_are_not_watched_are_unknown_and_others_keys_forbidden(witnessed: None) -> None:
    stranger = keys.Signer.made("else.example/log", 1)
    note = issued(Checkpoint("else.example/log", 16, bytes(32)), stranger.key, stranger.sign)
    assert ask(bytes(Request(0, (), note))).status_code == 404
    forger = keys.Signer.made(the_log().origin, 1)
    note = issued(Checkpoint(the_log().origin, 64, bytes(32)), forger.key, forger.sign)
    assert ask(bytes(Request(0, (), note))).status_code == 403
