"""Writing lyrics down and taking them away. Only the track's owner does; whoever calls has fetched it as theirs."""

import re
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from tenuto.base.errors import BadRequest
from tenuto.base.lines import one_line
from tenuto.lyrics.models import Lyrics
from tenuto.rules.lyrics import MOST_LETTERS, MOST_LETTERS_OF_A_LINE, MOST_LINES, Mistake, Why, read
from tenuto.tracks.models import Track
from tenuto.tracks.publish import locked

# Earlier ones of a track that are kept; the oldest go first.
MOST_EARLIER = 50
MOST_BYTES = 4 * MOST_LETTERS
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,4}")

_WORDS = {
    Why.NO_TIME: later("has no time. Write one before it, as [1:51.20], or take all times away"),
    Why.BAD_TIME: later(
        "has something that looks like a time and is none: “%(found)s”. Times are written as [1:51.20]"
    ),
    Why.TOO_LATE: later("begins at %(found)s, after the end of the track"),
    Why.BACKWARDS: later("has words whose times go backwards"),
    Why.BAD_OFFSET: later("has an offset that is no number: “%(found)s”. It is milliseconds, as [offset:+250]"),
    Why.TOO_LONG: later("is longer than %(most)s letters. Break it"),
    Why.TOO_MANY: later("is where it gets too long: %(lines)s lines and %(letters)s letters are the most"),
}


class Unreadable(BadRequest):
    status = 422
    code = "unreadable_lyrics"


class NothingSung(BadRequest):
    advice = later("There are no words in it. To take lyrics away, use “Take them away”.")
    status = 422
    code = "nothing_sung"


class NoText(BadRequest):
    advice = later("This file is no text in UTF-8. Save it again as plain text, in UTF-8, as .lrc or .txt.")
    status = 422
    code = "no_text"


def write(track: Track, text: str, language: str, at: datetime) -> Lyrics:
    """What is sung from now on. The very same again changes nothing.

    Args:
        text: plain lines, or LRC
        language: by BCP 47; empty where it is not said

    Raises:
        NothingSung, Unreadable: what is wrong with the text, and in which line
    """
    text = _clean(text)
    try:
        sheet = read(text, track.recording.seconds if track.recording else None)
    except Mistake as mistake:
        raise Unreadable(str(mistake), advice=advice_on(mistake)) from mistake
    if not sheet.words.strip():
        raise NothingSung(track.key)
    with transaction.atomic():
        locked(track)
        now = lyrics_of(track)
        if now is not None and (now.text, now.language) == (text, language):
            return now
        made = Lyrics.objects.create(track=track, text=text, words=sheet.words, language=language, written_at=at)
        kept = Lyrics.objects.filter(track=track).order_by("-pk").values_list("pk", flat=True)
        old = list(kept[MOST_EARLIER + 1 :])
        Lyrics.objects.filter(pk__in=old).delete()
    return made


def _clean(text: str) -> str:
    """Each line on its own, without marks that nobody sees, and without what a file begins with."""
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(map(one_line, lines)).strip("\n")


def advice_on(mistake: Mistake) -> str:
    """Which line it is, what is wrong with it, and what to do."""
    wrong = _WORDS[mistake.why] % {
        "found": mistake.found,
        "most": MOST_LETTERS_OF_A_LINE,
        "lines": MOST_LINES,
        "letters": MOST_LETTERS,
    }
    return _("Line %(line)d %(wrong)s. Nothing was changed.") % {"line": mistake.line, "wrong": wrong}


def text_of(file: bytes) -> str:
    """The text of an uploaded file.

    Raises:
        NoText: it is none in UTF-8, nor in UTF-16 with its mark
    """
    marked = file.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = file.decode("utf-16" if marked else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise NoText(str(error)) from error
    if "\0" in text:
        raise NoText("a NUL in it")
    return text


def lyrics_of(track: Track) -> Lyrics | None:
    """What is sung in it now, if anything was written down."""
    return Lyrics.objects.filter(track=track).order_by("-pk").first()


def take_away(track: Track) -> None:
    """All that was ever written down goes. Twice is once."""
    Lyrics.objects.filter(track=track).delete()
