"""Why a recording was refused, or what is odd about it, in words that can be translated.

`dsp.errors` gives the codes, which rows keep; a test sees to it that every code has its sentence here.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_UNKNOWN = _("We could not read this file. FLAC, WAV, AIFF, MP3, M4A, Ogg and Opus all work.")

_REFUSALS: dict[str, Promise] = {
    "not_audio": _("We found no audio in this file. FLAC, WAV, AIFF, MP3, M4A, Ogg and Opus all work."),
    "no_sound": _("This is a video without a sound track. Upload the audio itself, for example as FLAC, WAV or MP3."),
    "empty": _(
        "There is no sound in this file: its length is zero. Export it again, and check that the export finished."
    ),
    "truncated": _(
        "The end of this file is missing. The copy or export was cut short: make it again, and upload that."
    ),
    "damaged": _("Large parts of this file are damaged. Export it again from your audio program, and upload that."),
    "protected": _(
        "This file is copy-protected (DRM): only the shop's own player opens it. Upload your own, unprotected master."
    ),
    "absurd_header": _(
        "This file says impossible things of itself, so it is damaged. Export it again from your audio program."
    ),
    "unsupported": _(
        "We do not take this kind of sound. FLAC, WAV, AIFF, MP3, M4A, Ogg and Opus all work, from "
        "mono to 5.1, at 8 to 192 kHz."
    ),
    "too_long": _("This file is longer than this server takes. Cut it into parts, and upload those."),
    "too_much_memory": _(
        "Opening this file needs more memory than any music does. Export it again from your audio program."
    ),
    "too_slow": _("Opening this file took far longer than any music does. Export it again from your audio program."),
    "crashed": _("Our decoder broke on this file, so it is probably damaged. Export it again from your audio program."),
}

_WARNINGS: dict[str, Promise] = {
    "silent": _("This file is silent from beginning to end. Is it the right one?"),
    "damaged": _("A few moments of this file are damaged and were left out. Listen to it before you publish."),
    "ends_early": _("This file may end too soon. Listen to its end before you publish."),
}


def refusal_words(code: str) -> Promise:
    """What is wrong with the file, and what to do about it."""
    return _REFUSALS.get(code, _UNKNOWN)


def warning_words(code: str) -> Promise | str:
    """What is odd about a recording that was taken all the same."""
    return _WARNINGS.get(code, "")
