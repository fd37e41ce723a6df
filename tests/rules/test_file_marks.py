"""Tags are never looser than the policy they are made of; a no in a tag is found however it was put."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenuto.rules import cbor, jumbf
from tenuto.rules.cells import EVERYTHING, Asset
from tenuto.rules.credentials import TRAINING, Binding, Hand, Work, credentials, room_for, training
from tenuto.rules.file_marks import named_words, refusals, terms
from tenuto.rules.usage_policies import Reach, UsagePolicy


def policy(open_cells: int, reach: Reach = Reach.PUBLIC) -> UsagePolicy:
    return UsagePolicy("k", Asset.RECORDING, "https://t.example/@alma/k", open_cells, reach, "Alma", "K, Alma")


states = st.builds(policy, st.integers(0, EVERYTHING).map(lambda mask: mask & EVERYTHING), st.sampled_from(Reach))
mostly_open = st.builds(
    policy, st.sets(st.integers(0, 31), max_size=2).map(lambda out: EVERYTHING & ~sum(1 << n for n in out))
)


@given(states | mostly_open)
def test_no_word_in_a_file_is_looser_than_the_policy(stated: UsagePolicy) -> None:
    answers = stated.answers
    words = named_words(stated, "https://t.example/policy")
    if "train-ai=y" in words["CONTENT_USAGE"]:
        assert answers.train_generative
    if words["TDM_RESERVATION"] == "0":
        assert all(answers[:5])
    for label, assertion in training(answers, "").items():
        allowed = {name.rpartition(".")[2] for name, said in assertion["entries"].items() if said["use"] == "allowed"}  # type: ignore[attr-defined]
        assert not allowed - {
            name
            for name, yes in (
                ("data_mining", answers.mine),
                ("ai_inference", answers.ai_input and answers.ai_index),
                ("ai_training", answers.train),
                ("ai_generative_training", answers.train_generative),
            )
            if yes
        }, label


def test_what_is_open_to_everybody_is_said_in_full() -> None:
    stated = policy(EVERYTHING)
    assert named_words(stated, "x")["CONTENT_USAGE"] == "train-ai=y, search=y"
    assert named_words(stated, "x")["TDM_RESERVATION"] == "0"
    assert terms(stated, "x").startswith("The rights holder allows")
    said = training(stated.answers, "")
    assert {entry["use"] for label in TRAINING for entry in said[label]["entries"].values()} == {"allowed"}  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("CONTENT_USAGE", "train-ai=n, search=y"),
        ("Content-Usage", "search=y,train-ai = N"),
        ("content_usage", "train-genai=n"),
        ("TDM_RESERVATION", "1"),
        ("tdm-reservation", " 1 "),
        ("NOAI", "noai, noimageai"),
        ("no-ai", "1"),
    ],
)
def test_a_no_is_found_however_it_was_put(name: str, text: str) -> None:
    assert list(refusals({name: text, "TITLE": "n"}))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("CONTENT_USAGE", "train-ai=y, search=n"),  # not to be found is no word on AI
        ("CONTENT_USAGE", "train-ai=nothing"),
        ("CONTENT_USAGE", ""),
        ("TDM_RESERVATION", "0"),
        ("TDM_POLICY", "https://example.org/1"),
        ("NOAI", "0"),
        ("COMMENT", "train-ai=n"),
    ],
)
def test_what_is_no_refusal_is_not_read_as_one(name: str, text: str) -> None:
    assert not list(refusals({name: text}))


@given(states)
def test_what_we_write_is_what_we_read_back(stated: UsagePolicy) -> None:
    words = named_words(stated, "x")
    assert bool(list(refusals(words))) is not stated.answers.may_mine_for_anything


WORK = Work("Harbour", "audio/flac", "6c1a5e4e-0000-4000-8000-000000000001", "sha256:00")


def hand(stamp_bytes: int) -> Hand:
    return Hand("Tenuto", "1", [bytes(400)], lambda data: bytes(64), lambda data: bytes(stamp_bytes))


@given(st.integers(1000, 1400), st.integers(1000, 1400), st.booleans(), st.integers(0, 2**40))
def test_credentials_fill_the_room_that_was_left_for_them(before: int, now: int, boxes: bool, start: int) -> None:
    """A stamp is a few bytes longer or shorter each time; the file's layout is fixed before it is signed."""
    said = training(policy(0).answers, "https://t.example sha256:00")
    room = room_for(WORK, said, hand(before), boxes=boxes)
    if abs(now - before) > 200:
        return
    made = credentials(WORK, Binding(bytes(32), boxes, start, room), said, hand(now), room)
    assert len(made) == room
    labels = {content.path[-1] for content in jumbf.contents(made)}
    assert {*TRAINING, "c2pa.claim.v2", "c2pa.signature"} <= labels
    for content in jumbf.contents(made):
        cbor.decode(content.data)
