"""What can be wrong with a file of sound, each with a stable code and a sentence its musician understands.

SoundError
├── NotAudio        nothing in it that could be heard
│   └── NoSound     a video, without a sound track
├── Empty           no bytes, or no samples
├── Truncated       its end is missing
├── Damaged         large parts of it cannot be decoded
├── Protected       encrypted; only the shop's own player opens it
├── AbsurdHeader    what it says of itself cannot be
├── Unsupported     sound, in a form that we do not take
├── TooLong         longer than this server takes
├── TooMuchMemory   opening it wants more memory than any music does
├── TooSlow         opening it takes longer than any music does
└── Crashed         the decoder broke on it

Interrupted stands beside them: it says nothing of the file.

`code` is what is stored and translated elsewhere; `advice` is the English of it. `str(error)` is for the log.
"""

from enum import StrEnum


class SoundError(Exception):
    """A file of sound that we cannot use, and why."""

    code = "sound"
    advice = "We could not read this file. FLAC, WAV, AIFF, MP3, M4A, Ogg and Opus all work."

    def __init__(self, message: str = "") -> None:
        super().__init__(message or self.advice)


class Interrupted(Exception):
    """Somebody or something outside killed what opened the file. Whether the file is good is not known: try again."""


class NotAudio(SoundError):
    code = "not_audio"
    advice = "We found no audio in this file. FLAC, WAV, AIFF, MP3, M4A, Ogg and Opus all work."


class NoSound(NotAudio):
    code = "no_sound"
    advice = "This is a video without a sound track. Upload the audio itself, for example as FLAC, WAV or MP3."


class Empty(SoundError):
    code = "empty"
    advice = "There is no sound in this file: its length is zero. Export it again, and check that the export finished."


class Truncated(SoundError):
    code = "truncated"
    advice = "The end of this file is missing. The copy or export was cut short: make it again, and upload that."


class Damaged(SoundError):
    code = "damaged"
    advice = "Large parts of this file are damaged. Export it again from your audio program, and upload that."


class Protected(SoundError):
    code = "protected"
    advice = (
        "This file is copy-protected (DRM): only the shop's own player opens it. Upload your own, unprotected master."
    )


class AbsurdHeader(SoundError):
    code = "absurd_header"
    advice = "This file says impossible things of itself, so it is damaged. Export it again from your audio program."


class Unsupported(SoundError):
    code = "unsupported"
    advice = (
        "We do not take this kind of sound. FLAC, WAV, AIFF, MP3, M4A, Ogg and Opus all work, "
        "from mono to 5.1, at 8 to 192 kHz."
    )


class TooLong(SoundError):
    code = "too_long"
    advice = "This file is longer than this server takes. Cut it into parts, and upload those."


class TooMuchMemory(SoundError):
    code = "too_much_memory"
    advice = "Opening this file needs more memory than any music does. Export it again from your audio program."


class TooSlow(SoundError):
    code = "too_slow"
    advice = "Opening this file took far longer than any music does. Export it again from your audio program."


class Crashed(SoundError):
    code = "crashed"
    advice = "Our decoder broke on this file, so it is probably damaged. Export it again from your audio program."


class Note(StrEnum):
    """What is odd about a file that we take all the same."""

    SILENT = "silent"  # nothing above -90 dBFS anywhere
    DAMAGED = "damaged"  # some of it could not be decoded; the rest plays
    ENDS_EARLY = "ends_early"  # its header promises a little more, or no end is marked


NOTE_ADVICE = {
    Note.SILENT: "This file is silent from beginning to end. Is it the right one?",
    Note.DAMAGED: "A few moments of this file are damaged and were left out. Listen to it before you publish.",
    Note.ENDS_EARLY: "This file may end too soon. Listen to its end before you publish.",
}

_ERRORS: tuple[type[SoundError], ...] = (
    NotAudio,
    NoSound,
    Empty,
    Truncated,
    Damaged,
    Protected,
    AbsurdHeader,
    Unsupported,
    TooLong,
    TooMuchMemory,
    TooSlow,
    Crashed,
)
BY_CODE: dict[str, type[SoundError]] = {error.code: error for error in _ERRORS}
