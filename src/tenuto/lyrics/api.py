"""Lyrics through the HTTP API: reading what is sung in a track one may hear, and writing one's own."""

from typing import Annotated

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema, Status
from pydantic import AfterValidator

from tenuto.accounts.callers import account_calling, anyone, member
from tenuto.base.errors import NotFound
from tenuto.lyrics.models import Lyrics
from tenuto.lyrics.write import LANGUAGE, lyrics_of, take_away, write
from tenuto.rules.lyrics import MOST_LETTERS
from tenuto.rules.visibility import Surface
from tenuto.tracks import access
from tenuto.tracks.visitors import visitor_of

router = Router(tags=["Lyrics"])


def _language(said: str) -> str:
    if said and not LANGUAGE.fullmatch(said):
        raise ValueError("Not a language by BCP 47, such as de or pt-BR.")
    return said


class WordShown(Schema):
    at_seconds: float
    text: str


class LineShown(Schema):
    """`at_seconds` is null in plain lyrics. A timed line without text is a pause."""

    at_seconds: float | None
    text: str
    words: list[WordShown]


class LyricsShown(Schema):
    """`text` is as it was written, plain or LRC; `lines` is how it is sung. They carry no right to use them for AI:
    that says the policy of the asset *lyrics*, at /tracks/{key}/permissions."""

    language: str
    timed: bool
    text: str
    lines: list[LineShown]

    @staticmethod
    def of(lyrics: Lyrics) -> "LyricsShown":
        return LyricsShown(
            language=lyrics.language,
            timed=lyrics.sheet.is_timed,
            text=lyrics.text,
            lines=[
                LineShown(
                    at_seconds=line.at,
                    text=line.text,
                    words=[WordShown(at_seconds=word.at, text=word.text) for word in line.words],
                )
                for line in lyrics.sheet.lines
            ],
        )


class LyricsWish(Schema):
    text: str = Field(max_length=MOST_LETTERS, description="Plain lines, or LRC")
    language: Annotated[str, AfterValidator(_language)] = Field("", max_length=35, description="BCP 47, such as de")


@router.get("/tracks/{key}/lyrics", auth=anyone, response=LyricsShown)
def read_lyrics(request: HttpRequest, key: str) -> LyricsShown:
    """What is sung in a track that you may hear."""
    track, _hearing = access.track_by_key(visitor_of(request), key, Surface.PAGE, timezone.now())
    lyrics = lyrics_of(track)
    if lyrics is None:
        raise NotFound(f"lyrics of {key}")
    return LyricsShown.of(lyrics)


@router.put("/me/tracks/{key}/lyrics", auth=member, response=LyricsShown)
def write_lyrics(request: HttpRequest, key: str, wish: LyricsWish) -> LyricsShown:
    """Write down what is sung in a track of yours. Which line cannot be read is said."""
    track = access.own_track(account_calling(request), key)
    return LyricsShown.of(write(track, wish.text, wish.language, timezone.now()))


@router.delete("/me/tracks/{key}/lyrics", auth=member, response={204: None})
def take_lyrics_away(request: HttpRequest, key: str) -> Status[None]:
    """Take lyrics away, earlier ones too."""
    take_away(access.own_track(account_calling(request), key))
    return Status(204, None)
