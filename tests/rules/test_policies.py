"""Policies, and proofs in files: whose word is enough, and what a file proves to those who hold one."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenuto.base.signatures import SigningKey, verify
from tenuto.rules.checkpoints import Checkpoint, issued
from tenuto.rules.cosignatures import cosigned
from tenuto.rules.lines import Refused, encoded
from tenuto.rules.notes import COSIGNATURE, ED25519, ML_DSA_COSIGNATURE, Key, Note, Unsigned
from tenuto.rules.policies import endorsed, parse_policy
from tenuto.rules.proofs import Proof, proven
from tenuto.rules.tree import inclusion_proof, leaf_hash
from tests.rules import trees

LOG = SigningKey(b"l" * 32)
LOG_KEY = Key("music.example/log", ED25519, LOG.public)
NAMES = ["x1", "x2", "x3", "y1", "y2", "y3"]
WITNESSES = {name: SigningKey(name.encode() * 16) for name in NAMES}
KEYS = {name: Key(f"{name}.example", COSIGNATURE, key.public) for name, key in WITNESSES.items()}
ENTRIES = [f"entry {number}".encode() for number in range(21)]
NOTE = issued(Checkpoint("music.example/log", 21, trees.mth(ENTRIES)), LOG_KEY, LOG.sign)
HEAD = f"log {LOG_KEY}\n" + "".join(f"witness {name} {key}\n" for name, key in KEYS.items())
BOTH_GROUPS = f"{HEAD}group X 2 x1 x2 x3\ngroup Y any y1 y2 y3\ngroup both all X Y\nquorum both\n"


def witnessed(*names: str, note: Note = NOTE) -> Note:
    lines = [cosigned(note.text, 1_700_000_000, KEYS[name], WITNESSES[name].sign) for name in names]
    return note.signed_with(*lines)


@given(st.sets(st.sampled_from(NAMES)))
def test_a_quorum_is_met_exactly_as_the_example_of_the_specification_says(names: set[str]) -> None:
    """Two of three here and one of three there: fewer do not convince anybody."""
    policy = parse_policy(BOTH_GROUPS.encode())
    enough = len(names & {"x1", "x2", "x3"}) >= 2 and bool(names & {"y1", "y2", "y3"})
    assert policy.is_met_by(names) is enough
    note = bytes(witnessed(*sorted(names)))
    if enough:
        assert endorsed(note, policy, verify).cosigned == dict.fromkeys(names, 1_700_000_000)
    else:
        with pytest.raises(Refused, match="not the quorum"):
            endorsed(note, policy, verify)


def test_without_a_quorum_the_word_of_the_log_is_enough_but_needed() -> None:
    policy = parse_policy(f"{HEAD}quorum none\n".encode())
    assert endorsed(bytes(NOTE), policy, verify).cosigned == {}
    with pytest.raises(Unsigned):
        endorsed(bytes(Note(NOTE.text, witnessed("x1").signatures[1:])), policy, verify)
    assert parse_policy(b"quorum none\n").logs == ()


def test_one_witness_may_be_the_quorum() -> None:
    policy = parse_policy(f"{HEAD}quorum x2\n".encode())
    assert endorsed(bytes(witnessed("x2")), policy, verify).cosigned == {"x2": 1_700_000_000}
    with pytest.raises(Refused):
        endorsed(bytes(witnessed("x1", "x3", "y1", "y2", "y3")), policy, verify)


def test_a_policy_is_read_as_it_was_written() -> None:
    """Blank lines, comments, tabs and names in any octets are no obstacle; written again, it says the same."""
    text = (
        f"# ours\n\n \t log\t{LOG_KEY} https://music.example/log  \nwitness Kön\xff {KEYS['x1']} https://w.example/\n"
        f"group g any Kön\xff\n   # end\nquorum\tg"
    ).encode("latin-1")
    policy = parse_policy(text)
    assert [log.url for log in policy.logs] == ["https://music.example/log"]
    assert [witness.url for witness in policy.witnesses.values()] == ["https://w.example/"]
    assert parse_policy(bytes(policy)) == policy
    assert bytes(policy).count(b"K\xf6n\xff") == 2
    assert parse_policy(BOTH_GROUPS.encode()) == parse_policy(bytes(parse_policy(BOTH_GROUPS.encode())))


LATER_KIND = Key("q.example", ML_DSA_COSIGNATURE, bytes(1312))


def test_witnesses_of_both_kinds_may_stand_in_a_policy() -> None:
    assert parse_policy(f"witness q {LATER_KIND}\nquorum q\n".encode()).witnesses["q"].key == LATER_KIND


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "names no quorum"),
        (HEAD, "names no quorum"),
        ("quorum none\nquorum none\n", "one quorum only"),
        ("quorum x1\n", "nobody is called"),
        (f"{HEAD}group g 1 g\nquorum none\n", "nobody is called"),
        (f"{HEAD}group g 1 none\nquorum none\n", "nobody is called"),
        (f"{HEAD}group g 0 x1\nquorum none\n", "cannot be"),
        (f"{HEAD}group g 2 x1\nquorum none\n", "cannot be"),
        (f"{HEAD}group g 01 x1\nquorum none\n", "no number"),
        (f"{HEAD}group g most x1\nquorum none\n", "no number"),
        (f"{HEAD}group g any\nquorum none\n", "not understood"),
        (f"{HEAD}group g any x1 x1\nquorum none\n", "in a group already"),
        (f"{HEAD}group g any x1\ngroup h any x1\nquorum none\n", "in a group already"),
        (f"{HEAD}group x1 any x2\nquorum none\n", "is taken"),
        (f"{HEAD}group none any x2\nquorum none\n", "is taken"),
        (f"witness none {KEYS['x1']}\nquorum none\n", "is taken"),
        (f"witness a {KEYS['x1']}\nwitness a {KEYS['x2']}\nquorum none\n", "is taken"),
        (f"witness a {KEYS['x1']}\nwitness b {KEYS['x1']}\nquorum none\n", "here already"),
        (f"witness a {KEYS['x1']}\nwitness b {replace(KEYS['x1'], name='other')}\nquorum none\n", "here already"),
        (f"log {LOG_KEY}\nlog {LOG_KEY}\nquorum none\n", "here already"),
        (f"log {KEYS['x1']}\nquorum none\n", "has no place here"),
        (f"witness a {LOG_KEY}\nquorum none\n", "has no place here"),
        (f"witness a {KEYS['x1']} https://a https://b\nquorum none\n", "not understood"),
        ("log nonsense\nquorum none\n", "no verifier key"),
        ("quorum none\r\n", "control character"),
        ("quorum none # indeed\n", "not understood"),
        ("trust me\nquorum none\n", "not understood"),
        ("#\n" * 1_000 + "quorum none\n", "lines at most"),
    ],
)
def test_what_a_policy_does_not_say_clearly_is_refused(text: str, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        parse_policy(text.encode())


POLICY = parse_policy(f"{HEAD}group any2 2 x1 x2 x3\nquorum any2\n".encode())
OPENING = b'{"t":"opening"}'
NODES = trees.Nodes(ENTRIES)
PROOF = Proof(13, tuple(inclusion_proof(13, 21, NODES)), witnessed("x1", "x3"), OPENING)


def test_a_proof_in_a_file_convinces_whoever_holds_the_entry_and_a_policy() -> None:
    """No server is asked: the file, the entry and the policy are all it takes."""
    found = proven(Proof.parse(bytes(PROOF)), ENTRIES[13], POLICY, verify)
    assert found.checkpoint.size == 21
    assert found.cosigned == {"x1": 1_700_000_000, "x3": 1_700_000_000}
    for wrong in (ENTRIES[12], b"", leaf_hash(ENTRIES[13])):
        with pytest.raises(Refused):
            proven(PROOF, wrong, POLICY, verify)
    with pytest.raises(Refused):
        proven(replace(PROOF, checkpoint=witnessed("x1")), ENTRIES[13], POLICY, verify)
    with pytest.raises(Refused):
        proven(replace(PROOF, index=12), ENTRIES[13], POLICY, verify)


def test_a_proof_is_written_as_the_specification_says() -> None:
    lines = bytes(PROOF).decode().split("\n")
    assert lines[:3] == ["c2sp.org/tlog-proof@v1", f"extra {encoded(OPENING)}", "index 13"]
    assert lines[3] == encoded(leaf_hash(ENTRIES[12]))
    assert lines[3 + len(PROOF.hashes)] == ""
    assert "\n".join(lines[4 + len(PROOF.hashes) :]) == str(PROOF.checkpoint)
    without = replace(PROOF, extra=None)
    assert Proof.parse(bytes(without)) == without
    assert b"extra" not in bytes(without)
    only = replace(PROOF, index=0, hashes=())  # the one entry of a log needs no hashes
    assert Proof.parse(bytes(only)) == only
    assert Proof.parse(bytes(replace(PROOF, extra=b""))).extra == b""
    long = replace(PROOF, hashes=(bytes(32),) * 63)
    assert Proof.parse(bytes(long)) == long


@given(st.integers(0, len(bytes(PROOF)) * 8 - 1))
def test_not_one_bit_of_a_proof_can_be_turned_and_still_prove_something_else(bit: int) -> None:
    """Only what is not covered may change: the extra data, which counts for nothing by itself."""
    content = bytearray(bytes(PROOF))
    content[bit // 8] ^= 1 << bit % 8
    try:
        altered = Proof.parse(bytes(content))
        found = proven(altered, ENTRIES[13], POLICY, verify)
    except Refused:
        return
    assert (altered.index, altered.hashes, found.checkpoint.root) == (13, PROOF.hashes, trees.mth(ENTRIES))
    assert altered.extra != PROOF.extra


@given(st.integers(0, len(bytes(PROOF)) - 1), st.binary(min_size=1, max_size=2))
def test_a_proof_cut_short_or_with_more_in_it_is_refused(at: int, more: bytes) -> None:
    content = bytes(PROOF)
    extra = range(content.index(b"extra"), content.index(b"\nindex"))
    for altered in (content[:at], content[:at] + more + content[at:], content + more):
        try:
            proven(Proof.parse(altered), ENTRIES[13], POLICY, verify)
        except Refused:
            continue
        assert at in extra


@pytest.mark.parametrize(
    "change",
    [
        (b"@v1", b"@v2"), (b"index 13", b"index 013"), (b"index 13", b"index -1"), (b"index 13", b"index"),
        (b"index 13\n", b""), (b"index 13", b"index 13 "), (b"extra ", b"extra  "), (b"extra ", b"more "),
        (b"\n\nmusic", b"\nmusic"), (b"index 13\n", b"index 13\nindex 13\n"), (b"index 13\n", b"index 13\n\n"),
        (b"index 13\n", b"index 13\n" + (b"A" * 43 + b"=\n") * 60), (b"index 13", b"index \xd9\xa1"),
        (b"index 13", b"13"), (b"c2sp.org/tlog-proof@v1\n", b""),
    ],
)  # fmt: skip
def test_what_is_no_proof_is_refused(change: tuple[bytes, bytes]) -> None:
    content = bytes(PROOF)
    altered = content.replace(*change, 1)
    assert altered != content
    with pytest.raises(Refused):
        Proof.parse(altered)
