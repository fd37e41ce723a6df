import pytest

from tenuto.rules.tempo import alike, counted_otherwise, written


@pytest.mark.parametrize(
    ("bpm", "words"), [(120.0, "120"), (119.96, "120"), (117.45, "117.5"), (98.049, "98"), (87.52, "87.5")]
)
def test_a_tempo_is_written_as_musicians_write_it(bpm: float, words: str) -> None:
    assert written(bpm) == words


def test_half_and_double_are_the_same_beat_counted_otherwise_and_thirds_are_not() -> None:
    assert counted_otherwise(120, 60)
    assert counted_otherwise(120, 241)
    assert not counted_otherwise(120, 80)
    assert not counted_otherwise(120, 120)


def test_tempi_are_alike_when_one_can_be_mixed_into_the_other() -> None:
    assert alike(120, 123)
    assert alike(120, 61)
    assert alike(70, 140)
    assert not alike(120, 126)
    assert not alike(120, 90)
