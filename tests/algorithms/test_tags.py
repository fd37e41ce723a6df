"""What a model of tags learns, when it is silent, and that it forgets exactly."""

import random

import numpy as np
import pytest

from tenuto.algorithms.tags import Example, train
from tenuto.algorithms.vectors import SIZE

SOUNDS = np.random.default_rng(5).normal(size=(3, SIZE))
TAGS = ("ambient", "techno", "folk")


def example(kind: int, artist: int, seed: int, tags: frozenset[str] | None = None) -> Example:
    """A piece that sounds of its kind, of its artist, and of itself."""
    own = np.random.default_rng(seed).normal(size=SIZE)
    hand = np.random.default_rng(10_000 + artist).normal(size=SIZE)
    vector = (1000 * (SOUNDS[kind] + 0.7 * own + 0.5 * hand)).astype(np.int16)
    return Example(vector, artist, frozenset({TAGS[kind]}) if tags is None else tags)


def catalogue(count: int = 150, artists: int = 15) -> list[Example]:
    return [example(number % 3, number % artists, number) for number in range(count)]


def test_a_tag_is_suggested_for_what_sounds_like_it_by_an_artist_nobody_knows() -> None:
    model = train(catalogue())
    right = 0
    for seed in range(60):
        suggested = [suggestion.tag for suggestion in model.suggest(example(seed % 3, 900 + seed, 7000 + seed).vector)]
        assert suggested in ([], [TAGS[seed % 3]])
        right += bool(suggested)
    assert right >= 48


def test_a_removed_piece_leaves_a_model_that_never_saw_it() -> None:
    everything = catalogue()
    model = train([*everything[:70], *everything[71:]])
    never = train([item for number, item in enumerate(everything) if number != 70])
    assert model.digest() == never.digest()
    assert model.digest() != train(everything).digest()


def test_the_order_of_examples_does_not_matter() -> None:
    everything = catalogue()
    shuffled = random.Random(3).sample(everything, len(everything))
    assert train(shuffled).digest() == train(everything).digest()


@pytest.mark.parametrize("count", [0, 1, 33])
def test_with_too_few_examples_it_is_silent(count: int) -> None:
    model = train(catalogue(count))
    assert model.rules == ()
    assert model.suggest(example(0, 1, 1).vector) == []


def test_what_one_artist_alone_calls_so_is_not_suggested() -> None:
    theirs = [example(0, 1, number, frozenset({"my own word"})) for number in range(40)]
    others = [example(1, number % 9 + 2, 500 + number, frozenset()) for number in range(60)]
    assert train([*theirs, *others]).rules == ()


def test_a_tag_that_has_nothing_to_do_with_sound_is_not_suggested() -> None:
    rng = random.Random(1)
    drawn = [
        example(number % 3, number % 15, number, frozenset({"for my mother"} if rng.random() < 0.4 else ()))
        for number in range(200)
    ]
    assert train(drawn).rules == ()


def test_probabilities_are_as_often_right_as_they_say() -> None:
    """On artists not seen: among all pieces, the mean probability of a tag is its share, within a tenth."""
    vague = [
        Example(
            example(number % 3, number % 25, number).vector,
            number % 25,
            frozenset({TAGS[(number % 3) * (number % 10 > 1)]}),
        )
        for number in range(300)
    ]
    model = train(vague)
    for rule in model.rules:
        fresh = np.stack([example(number % 3, 500 + number, 9000 + number).vector for number in range(150)])
        share = np.mean([TAGS[(n % 3) * (n % 10 > 1)] == rule.tag for n in range(150)])
        assert rule.probability(model.measure.standardised(fresh)).mean() == pytest.approx(share, abs=0.1)
