"""Every way in which a file can be wrong has its sentence."""

from tenuto.dsp.errors import BY_CODE, NOTE_ADVICE, SoundError
from tenuto.tracks.refusals import refusal_words, warning_words


def test_every_refusal_has_the_sentence_of_its_code() -> None:
    assert {code: str(refusal_words(code)) for code in BY_CODE} == {
        code: error.advice for code, error in BY_CODE.items()
    }


def test_every_warning_has_the_sentence_of_its_code() -> None:
    assert {note: str(warning_words(note)) for note in NOTE_ADVICE} == NOTE_ADVICE


def test_a_code_of_another_version_still_says_something() -> None:
    assert str(refusal_words("from the future")) == SoundError.advice
    assert warning_words("from the future") == ""
