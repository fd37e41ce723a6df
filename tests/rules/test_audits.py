"""The full audit finds what is wrong with a log's files, and nothing else; and a log with two stories is convicted."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenuto.base.signatures import SigningKey, verify
from tenuto.rules.audits import Fault, audit, check_growth
from tenuto.rules.checkpoints import Checkpoint, issued, opened
from tenuto.rules.frauds import Equivocation, equivocation
from tenuto.rules.lines import Refused
from tenuto.rules.notes import ED25519, Key
from tests.rules.logs import KEY, ORIGIN, WrittenLog

ENTRIES = [f"entry {number}".encode() for number in range(66_000)]
SMALL = WrittenLog.of(ENTRIES[:700])
STRANGER = SigningKey(b"s" * 32)


def faults(log: WrittenLog, checkpoint: Checkpoint | None = None) -> list[Fault]:
    return list(audit(checkpoint or log.checkpoint, log.read, log.read))


def changed(path: str, content: bytes | None) -> WrittenLog:
    files = dict(SMALL.files)
    if content is None:
        del files[path]
    else:
        files[path] = content
    return WrittenLog(SMALL.entries, files, SMALL.edge)


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 700, 65_536, 65_793])
def test_a_log_that_is_whole_is_found_whole(size: int) -> None:
    """Every entry is read once, in order."""
    log, seen = WrittenLog.of(ENTRIES[:size]), list[bytes]()

    def look(first: int, entries: list[bytes]) -> None:
        assert first == len(seen)
        seen.extend(entries)

    assert list(audit(log.checkpoint, log.read, log.read, look)) == []
    assert seen == ENTRIES[:size]


def test_what_a_log_served_when_it_was_smaller_does_not_disturb() -> None:
    log = WrittenLog()
    for end in (3, 300, 511, 700):
        log.append(ENTRIES[log.size : end])
    assert faults(log) == []


@given(st.sampled_from(sorted(set(SMALL.files) - {"checkpoint"})), st.data())
@settings(max_examples=200)
def test_every_bit_of_every_file_counts(path: str, data: st.DataObject) -> None:
    """Whatever bit is turned, in an entry, a length or a hash: the audit says so, and names a file on the way to it."""
    content = bytearray(SMALL.files[path])
    bit = data.draw(st.integers(0, len(content) * 8 - 1))
    content[bit // 8] ^= 1 << bit % 8
    found = faults(changed(path, bytes(content)))
    assert found
    if not path.startswith("tile/entries/"):
        assert [fault.path for fault in found] == [path]  # the entries are right, so this alone is wrong
    else:
        number = path.removeprefix("tile/entries/")
        assert {fault.path for fault in found} & {path, f"tile/0/{number}"}


@pytest.mark.parametrize("path", sorted(set(SMALL.files) - {"checkpoint"}))
def test_a_file_that_is_gone_cut_or_longer_is_named(path: str) -> None:
    content = SMALL.files[path]
    for wrong in (None, content[:-1], content + b"\0", b""):
        assert [fault.path for fault in faults(changed(path, wrong))] == [path]


def test_when_entries_and_their_hashes_are_both_gone_the_rest_is_still_looked_at() -> None:
    files = {path: content for path, content in SMALL.files.items() if path not in ("tile/entries/001", "tile/0/001")}
    found = [fault.path for fault in faults(WrittenLog(SMALL.entries, files, SMALL.edge))]
    assert found == ["tile/entries/001", "tile/0/001", "tile/1/000.p/2", "checkpoint"]


@pytest.mark.parametrize("old", [0, 1, 255, 256, 257, 600, 699, 700])
def test_what_a_log_added_is_read_once_and_must_be_what_it_signed(old: int) -> None:
    """Whoever was here before reads only what is new, and as surely."""
    seen: dict[int, bytes] = {}

    def look(first: int, entries: list[bytes]) -> None:
        seen.update(enumerate(entries, first))

    check_growth(old, SMALL.checkpoint, SMALL.read, SMALL.read, look)
    assert seen == {index: ENTRIES[index] for index in range(old, 700)}
    with pytest.raises(Refused):
        check_growth(old, Checkpoint(ORIGIN, 700, bytes(32)), SMALL.read, SMALL.read)
    if old < 512:
        other = changed("tile/entries/001", SMALL.files["tile/entries/001"].replace(b"entry 300", b"entry 900"))
        with pytest.raises(Refused):
            check_growth(old, SMALL.checkpoint, other.read, other.read)


def test_a_root_that_is_not_the_entries_is_found() -> None:
    [fault] = faults(SMALL, Checkpoint(ORIGIN, 700, bytes(32)))
    assert fault.path == "checkpoint"


def test_two_checkpoints_that_contradict_each_other_convict_their_log() -> None:
    """Alma was shown one log and Bo another: the two signed heads and a few hashes are proof for anybody."""
    told_alma = WrittenLog.of(ENTRIES[:300])
    for size in (300, 301, 512, 700):
        told_bo = WrittenLog.of([*ENTRIES[:100], b"another", *ENTRIES[101:size]])
        one, two = (opened(bytes(log.note), [KEY], verify) for log in (told_alma, told_bo))
        found = equivocation(one, two, told_bo.nodes)
        assert found
        read = Equivocation.parse(bytes(found))
        assert read == found
        assert read.proven([KEY], verify) == (one, two)
        with pytest.raises(Refused):
            read.proven([Key(ORIGIN, ED25519, STRANGER.public)], verify)
        with pytest.raises(Refused):
            replace(read, beginning=one.checkpoint.root).proven([KEY], verify)
        with pytest.raises(Refused):
            replace(read, hashes=(*read.hashes, bytes(32))).proven([KEY], verify)
        with pytest.raises(Refused):  # tiles that are not those of either log
            equivocation(one, two, WrittenLog.of([b"x", *ENTRIES[:size]]).nodes)
    order = equivocation(two, one, told_bo.nodes)
    assert order
    assert order.proven([KEY], verify) == (one, two)


@given(st.integers(0, 40), st.integers(0, 40))
@settings(max_examples=40)
def test_an_honest_log_cannot_be_convicted(first: int, second: int) -> None:
    """What only grew tells one story, at whatever sizes it was seen."""
    logs = [WrittenLog.of(ENTRIES[:size]) for size in sorted((first, second))]
    one, two = (opened(bytes(log.note), [KEY], verify) for log in logs)
    assert equivocation(one, two, logs[1].nodes) is None
    for beginning in (one.checkpoint.root, bytes(32)):
        claim = Equivocation(bytes(one.note), bytes(two.note), beginning, tuple(logs[1].consistency(logs[0].size)))
        with pytest.raises(Refused):
            claim.proven([KEY], verify)


def test_the_first_entry_is_enough_to_convict_and_the_empty_log_is_not() -> None:
    """Two logs of one entry each can contradict each other; a log of none contradicts no log."""
    one, two = WrittenLog.of([b"for Alma"]), WrittenLog.of([b"for Bo", b"more"])
    heads = [opened(bytes(log.note), [KEY], verify) for log in (one, two)]
    found = equivocation(heads[0], heads[1], two.nodes)
    assert found
    assert found.proven([KEY], verify) == tuple(heads)
    turned = replace(found, smaller=found.larger, larger=found.smaller)
    empty = replace(found, smaller=bytes(WrittenLog().append([])), hashes=(), beginning=bytes(32))
    for claim in (turned, empty):
        with pytest.raises(Refused, match="stands first"):
            claim.proven([KEY], verify)
    nothing = opened(bytes(WrittenLog().append([])), [KEY], verify)
    assert equivocation(nothing, heads[1], two.nodes) is None


def test_checkpoints_of_two_logs_contradict_nobody() -> None:
    other = Key("other.example", ED25519, STRANGER.public)
    log, bigger = WrittenLog.of(ENTRIES[:5]), WrittenLog.of(ENTRIES[1:9])
    note = issued(Checkpoint("other.example", 8, bigger.edge.root()), other, STRANGER.sign)
    claim = Equivocation(bytes(log.note), bytes(note), bytes(32))
    with pytest.raises(Refused, match="two logs"):
        claim.proven([KEY, other], verify)


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b"[]", b"\xff", b'{"t":"fraud.equivocation","v":1}', b"[" * 5_000],
)
def test_what_is_no_fraud_proof_is_refused(content: bytes) -> None:
    with pytest.raises(Refused):
        Equivocation.parse(content)
    whole = bytes(Equivocation(bytes(SMALL.note), bytes(SMALL.note), bytes(32)))
    for wrong in (whole + b" ", whole.replace(b'"v":1', b'"v":2'), whole.replace(b'"v"', b'"w":0,"v"')):
        with pytest.raises(Refused):
            Equivocation.parse(wrong)
