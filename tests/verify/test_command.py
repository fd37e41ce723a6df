"""tenuto-verify as people use it: files and addresses in, a clear word and a status out."""

import gzip
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from zipfile import ZipFile

import pytest

from tenuto.rules.checkpoints import Checkpoint, issued
from tenuto.rules.consent_maps import map_key, map_salt, state_of
from tenuto.rules.kits import KIT_FILE
from tenuto.rules.lines import encoded
from tenuto.rules.openings import shown_state
from tenuto.verify.command import FAILS, HOLDS, UNASKED, main
from tests.rules import kits
from tests.rules.kits import BOS_SONG, EPOCH, JOBS, LOG, MAP, OPEN, SONG
from tests.rules.logs import KEY, ORIGIN, POLICY, SIGNER, WrittenLog

ENTRIES = [f"entry {number}".encode() for number in range(2_000)]
Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Run the command with the policy of the tests' log; its status and its words."""
    policy = tmp_path / "policy.txt"
    policy.write_bytes(bytes(POLICY))

    def once(*arguments: str | Path, policy_file: Path | None = policy) -> tuple[int, str]:
        given = [str(each) for each in arguments]
        if policy_file:
            given += ["--policy", str(policy_file)]
        status = main(given)
        captured = capsys.readouterr()
        return status, captured.out + captured.err

    return once


class Quiet(SimpleHTTPRequestHandler):
    """Serves a folder as any web server does, and says nothing."""

    def log_message(self, *_: object) -> None:
        """Nothing."""


class Broken(Quiet):
    """Has other worries."""

    def do_GET(self) -> None:
        self.send_error(503)


class Packed(Quiet):
    """Serves the tests' log gzipped, one file of it badly."""

    def do_GET(self) -> None:
        content = gzip.compress(LOG.files[self.path.removeprefix("/")])
        content = content[:-9] if self.path == "/tile/0/001" else content
        self.send_response(200)
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@contextmanager
def served(handler: Callable[..., Quiet]) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """The folder `served` on the web."""
    folder = tmp_path / "served"
    folder.mkdir()
    with served(partial(Quiet, directory=str(folder))) as found:
        yield found


@pytest.fixture
def broken() -> Iterator[str]:
    with served(Broken) as found:
        yield found


@pytest.fixture
def packed() -> Iterator[str]:
    with served(Packed) as found:
        yield found


def test_a_whole_log_holds_from_a_folder_and_from_the_web(run: Run, address: str, tmp_path: Path) -> None:
    LOG.write(tmp_path / "served")
    for place in (tmp_path / "served", address, f"{address}/"):
        status, words = run("log", place)
        assert status == HOLDS, words
        assert f"{LOG.size} entries" in words
        assert "3 public records" in words
        assert "seen by a at 2027-01-15" in words
        assert "Holds" in words


def test_a_changed_file_of_a_log_is_named(run: Run, tmp_path: Path) -> None:
    folder = LOG.write(tmp_path / "log")
    tile = folder / "tile/0/001"
    tile.write_bytes(bytes([tile.read_bytes()[0] ^ 1]) + tile.read_bytes()[1:])
    status, words = run("log", folder)
    assert status == FAILS
    assert "tile/0/001: its hashes are not those of the entries" in words
    assert "1 faults" in words


def test_a_log_that_signs_more_than_it_serves_does_not_keep_us_for_ever(run: Run, tmp_path: Path) -> None:
    note = issued(Checkpoint(ORIGIN, 2**62, bytes(32)), KEY, SIGNER.sign)
    (tmp_path / "checkpoint").write_bytes(bytes(note))
    status, words = run("log", tmp_path, "--vkey", str(KEY), policy_file=None)
    assert status == FAILS
    assert "100 faults" in words
    assert run("follow", tmp_path, "--vkey", str(KEY), "--state", tmp_path / "seen", policy_file=None)[0] == FAILS


def test_partial_files_that_gave_way_to_full_ones_are_read_from_these(run: Run, tmp_path: Path) -> None:
    """A log may delete a partial tile once the full one is there, though somebody still reads the older head."""
    log = WrittenLog.of(ENTRIES[:300])
    older = log.files["checkpoint"]
    log.append(ENTRIES[300:600])
    folder = log.write(tmp_path / "log", lambda path: ".p/44" not in path)
    (folder / "checkpoint").write_bytes(older)
    status, words = run("log", folder)
    assert "tile/1/000.p/1" not in words
    assert status == HOLDS, words


def test_a_log_of_another_key_or_without_its_witnesses_does_not_hold(run: Run, tmp_path: Path) -> None:
    folder = LOG.write(tmp_path / "log")
    note = LOG.note
    (folder / "checkpoint").write_bytes(bytes(type(note)(note.text, note.signatures[:2])))
    status, words = run("log", folder)
    assert status == FAILS
    assert "not the quorum" in words
    assert run("log", folder, "--vkey", str(KEY), policy_file=None)[0] == HOLDS
    other = str(KEY).replace(encoded(b"\1" + KEY.public), encoded(b"\1" + bytes(32)))
    assert run("log", folder, "--vkey", other, policy_file=None) == (
        UNASKED,
        f"Could not be checked: “{other}” names another key than it holds\n",
    )


def test_one_proof_holds_and_says_what_the_entry_is(run: Run, tmp_path: Path) -> None:
    kits.write(tmp_path / "kit")
    status, words = run("proof", tmp_path / "kit/entries/4.tlog-proof")
    assert status == HOLDS
    assert '"decision": "allow"' in words
    assert run("proof", tmp_path / "kit/entries/4.tlog-proof", "--key", SONG.hex())[0] == HOLDS
    assert run("proof", tmp_path / "kit/entries/4.tlog-proof", "--key", BOS_SONG.hex())[0] == FAILS
    assert run("proof", tmp_path / "kit/entries/3.tlog-proof")[0] == FAILS
    assert run("proof", tmp_path / "kit/entries/3.tlog-proof", "--key", SONG.hex())[0] == HOLDS


def test_what_is_open_in_a_track_is_checked_without_its_key(run: Run, tmp_path: Path) -> None:
    """A policy's proof, as everybody is given it: one file, which says what the log's map has."""
    place, state = tmp_path / "state.tlog-proof", state_of(OPEN)
    proof = bytes(MAP.prove(map_key(SONG)))
    for salt, status, said in (
        (map_salt(SONG, state), HOLDS, f"Open in the track at that epoch: {OPEN[0]}"),
        (map_salt(BOS_SONG, state), FAILS, "something else was open"),
    ):
        place.write_bytes(bytes(LOG.proof(7, shown_state(EPOCH, map_key(SONG), salt, OPEN, proof))))
        found, words = run("proof", place)
        assert (found, said in words) == (status, True)


def test_a_proof_that_does_not_show_its_entry_wants_it(run: Run, tmp_path: Path) -> None:
    bare, entry = tmp_path / "bare.tlog-proof", tmp_path / "entry"
    bare.write_bytes(bytes(LOG.proof(4)))
    entry.write_bytes(LOG.entries[4])
    assert run("proof", bare)[0] == UNASKED
    assert run("proof", bare, "--entry", entry)[0] == HOLDS
    entry.write_bytes(LOG.entries[5])
    assert run("proof", bare, "--entry", entry)[0] == FAILS


def test_a_kit_holds_offline_from_a_folder_and_from_a_zip(run: Run, tmp_path: Path) -> None:
    folder = kits.write(tmp_path / "kit")
    with ZipFile(tmp_path / "kit.zip", "w") as zipped:
        for name, content in kits.kit_files().items():
            zipped.writestr(name, content)
    for place in (folder, tmp_path / "kit.zip"):
        for policy in (tmp_path / "policy.txt", None):
            status, words = run("kit", place, policy_file=policy)
            assert status == HOLDS, words
            assert "entry 0: recording “Held Note” is among the works of J1" in words
            assert "entry 1: recording “Held Note” is NOT among the works of J2" in words
            assert "seen by a at 2027-01-15 08:00:00 UTC" in words
            assert "use recommendation train allow granted, 2026-11-24T00:00:00Z" in words
            assert (str(KEY) in words) is (policy is None)


def test_a_kit_that_was_altered_does_not_hold(run: Run, tmp_path: Path) -> None:
    folder = kits.write(tmp_path / "kit")
    (folder / "entries/4.tlog-proof").write_bytes((folder / "entries/5.tlog-proof").read_bytes()[:-3])
    (folder / "manifests/1-0.smt").unlink()
    status, words = run("kit", folder)
    assert status == FAILS
    assert "FAILS  entries/4.tlog-proof" in words
    assert "FAILS  manifests/1-0.smt" in words
    assert "2 of 8" in words


def test_a_kit_cannot_make_us_read_what_lies_outside_of_it(run: Run, tmp_path: Path) -> None:
    folder = kits.write(tmp_path / "kit")
    said = (folder / KIT_FILE).read_text()
    for path in ("../policy.txt", "/etc/hostname", "entries/../../policy.txt", "", "."):
        (folder / KIT_FILE).write_text(said.replace("entries/4.tlog-proof", path))
        status, words = run("kit", folder)
        assert status == FAILS
        assert "1 of 8" in words


def test_what_a_kit_says_cannot_steer_the_terminal(run: Run, tmp_path: Path) -> None:
    folder = kits.write(tmp_path / "kit")
    said = (folder / KIT_FILE).read_text()
    (folder / KIT_FILE).write_text(said.replace("Held Note", "Held\\u001b[2JNote"))
    status, words = run("kit", folder)
    assert status == HOLDS
    assert "\x1b" not in words
    assert "Held\\x1b[2JNote" in words


def test_the_published_list_of_a_job_is_counted_again(run: Run, tmp_path: Path) -> None:
    kits.write(tmp_path / "kit")
    manifest, job = tmp_path / "list.bin", tmp_path / "kit/jobs/0.tlog-proof"
    leaves = list(JOBS[0].manifest)
    manifest.write_bytes(b"".join(place + value for place, value in leaves))
    status, words = run("manifest", manifest, "--job", job)
    assert status == HOLDS, words
    assert "256 places" in words
    assert "job.open J1" in words
    assert run("manifest", manifest, "--root", JOBS[0].manifest.root.hex())[0] == HOLDS
    assert run("manifest", manifest, "--root", bytes(32).hex())[0] == FAILS
    assert run("manifest", manifest, "--job", tmp_path / "kit/jobs/1.tlog-proof")[0] == FAILS
    for wrong in (leaves[1:], leaves[::-1], [*leaves, leaves[-1]]):
        manifest.write_bytes(b"".join(place + value for place, value in wrong))
        assert run("manifest", manifest, "--job", job)[0] == FAILS
    manifest.write_bytes(b"x")
    assert run("manifest", manifest, "--job", job)[0] == FAILS


def test_a_log_that_only_grows_can_be_followed(run: Run, address: str, tmp_path: Path) -> None:
    """Each time all that is new is read, and the first time everything."""
    log, state = WrittenLog(), tmp_path / "seen"
    for size in (0, 3, 3, 255, 256, 900, 2_000):
        log.append(ENTRIES[log.size : size])
        log.write(tmp_path / "served")
        status, words = run("follow", address, "--state", state)
        assert status == HOLDS, words
        assert f", {size} entries" in words
        assert state.read_bytes() == log.files["checkpoint"]
    assert "from 900 to 2000" in words


def test_what_is_new_in_public_can_be_shown(run: Run, tmp_path: Path) -> None:
    log, state = WrittenLog.of(LOG.entries[1:2]), tmp_path / "seen"
    log.write(tmp_path / "log")
    assert '0 {"job":"J2"' in run("follow", tmp_path / "log", "--state", state, "--show")[1]
    log.append([LOG.entries[2], LOG.entries[0]])
    log.write(tmp_path / "log")
    words = run("follow", tmp_path / "log", "--state", state, "--show")[1]
    assert '2 {"job":"J1"' in words
    assert "J2" not in words


def test_a_log_that_tells_another_story_is_caught_and_convicted(run: Run, tmp_path: Path) -> None:
    """The file that is left behind convinces others, who never saw the first story."""
    state = tmp_path / "seen"
    WrittenLog.of(ENTRIES[:300]).write(tmp_path / "log")
    assert run("follow", tmp_path / "log", "--state", state)[0] == HOLDS
    remembered = state.read_bytes()
    fraud = tmp_path / "seen.fraud.json"
    for size in (200, 300, 700):
        log = WrittenLog.of([*ENTRIES[:100], b"another", *ENTRIES[101:size]])
        status, words = run("follow", log.write(tmp_path / str(size)), "--state", state)
        assert status == FAILS
        assert state.read_bytes() == remembered
        assert (tmp_path / "seen.contradiction").read_bytes() == log.files["checkpoint"]
        # Only the larger tree can show what it begins with; when that is the one we remember, it is no longer served.
        assert fraud.exists() is (size >= 300)
    status, words = run("fraud", fraud)
    assert status == HOLDS
    assert "signed two stories" in words
    fraud.write_bytes(fraud.read_bytes().replace(b"700", b"701"))
    assert run("fraud", fraud)[0] == FAILS


def test_a_log_that_was_set_back_is_noticed(run: Run, tmp_path: Path) -> None:
    """Yesterday's log is not a lie, but whoever saw today's must hear of it."""
    log, state = WrittenLog.of(ENTRIES[:300]), tmp_path / "seen"
    yesterday = log.files["checkpoint"]
    log.append(ENTRIES[300:700])
    log.write(tmp_path / "log")
    assert run("follow", tmp_path / "log", "--state", state)[0] == HOLDS
    (tmp_path / "log/checkpoint").write_bytes(yesterday)
    status, words = run("follow", tmp_path / "log", "--state", state)
    assert status == FAILS
    assert "shows 300 entries, and had 700" in words


def test_new_entries_that_were_exchanged_are_noticed_by_who_follows(run: Run, tmp_path: Path) -> None:
    log, state = WrittenLog.of(ENTRIES[:300]), tmp_path / "seen"
    log.write(tmp_path / "log")
    assert run("follow", tmp_path / "log", "--state", state)[0] == HOLDS
    log.append(ENTRIES[300:700])
    log.write(tmp_path / "log")
    bundle = tmp_path / "log/tile/entries/001"
    bundle.write_bytes(bundle.read_bytes().replace(b"entry 400", b"entry 500"))
    status, words = run("follow", tmp_path / "log", "--state", state)
    assert status == FAILS
    assert "do not give the root" in words


def test_a_server_that_fails_says_nothing_of_the_log(run: Run, broken: str, tmp_path: Path) -> None:
    """A log is not at fault because the network is: that is another answer than “does not hold”."""
    for place in (broken, "http://127.0.0.1:9/log"):
        for arguments in (("log", place), ("follow", place, "--state", tmp_path / "seen")):
            status, words = run(*arguments)
            assert status == UNASKED, words
            assert "Could not be checked" in words


def test_what_is_packed_is_unpacked_and_what_is_packed_wrongly_is_named(run: Run, packed: str) -> None:
    """Logs may serve their files gzipped without being asked to."""
    status, words = run("log", packed)
    assert status == FAILS
    assert "tile/0/001" in words
    assert "is packed wrongly" in words
    assert "1 faults" in words


@pytest.mark.parametrize(
    "arguments",
    [
        ("log", "{tmp}"),
        ("follow", "{tmp}", "--state", "{tmp}/seen"),
        ("log", "{tmp}/nowhere"),
        ("kit", "{tmp}/nowhere.zip"),
        ("proof", "{tmp}/nowhere.tlog-proof"),
        ("manifest", "{tmp}/nowhere", "--root", "00"),
        ("fraud", "{tmp}/nowhere"),
    ],
    ids=lambda arguments: arguments[0],
)
def test_what_is_not_there_could_not_be_asked(run: Run, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    status, words = run(*(argument.format(tmp=tmp_path) for argument in arguments))
    assert status == UNASKED
    assert "Could not be checked" in words
    assert "Traceback" not in words


def test_whose_word_is_enough_must_be_said(run: Run, tmp_path: Path) -> None:
    folder = LOG.write(tmp_path / "log")
    assert run("log", folder, policy_file=None) == (
        UNASKED,
        "Could not be checked: whose word is enough? Give --policy or --vkey\n",
    )
    bad = tmp_path / "bad.txt"
    bad.write_text("trust me\n")
    status, words = run("log", folder, policy_file=bad)
    assert status == UNASKED
    assert "line 1 of the policy" in words
