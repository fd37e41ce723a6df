"""Searching through the HTTP API."""

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema
from pydantic import StringConstraints, model_validator

from tenuto.accounts.callers import anyone
from tenuto.accounts.models import Account
from tenuto.browse.api import Filters
from tenuto.library.playlists.api import PlaylistShown
from tenuto.library.releases.api import ReleaseShown
from tenuto.search.asked import Asked
from tenuto.search.find import TRACKS_ALONE, Most, Narrowing, search
from tenuto.search.forms import MOST_LETTERS
from tenuto.tracks.api import TrackShown
from tenuto.tracks.models import Licence
from tenuto.tracks.visitors import visitor_of

router = Router(tags=["Searching"])

Words = Annotated[str, StringConstraints(max_length=MOST_LETTERS)]
Minutes = Annotated[float, Field(ge=0, le=1440)]


class PersonFound(Schema):
    handle: str
    name: str
    place: str
    url: str

    @staticmethod
    def resolve_handle(person: Account) -> str:
        return person.username

    @staticmethod
    def resolve_url(person: Account) -> str:
        return person.get_absolute_url()


class FoundShown(Schema):
    """The best of each kind first: how well the words fit, then the newest. `like`: some of it was found only by words
    like those that were sent.
    """

    tracks: list[TrackShown]
    people: list[PersonFound]
    albums: list[ReleaseShown] = Field(alias="releases")
    playlists: list[PlaylistShown]
    lyrics: list[TrackShown] = Field(description="Tracks in whose lyrics the words are")
    tags: list[str] = Field(description="On the tracks found, with words that were looked for")
    like: bool


class SearchFilters(Filters):
    """With any of these nothing but tracks is looked for."""

    minutes_from: Minutes | None = None
    minutes_to: Minutes | None = None
    licence: Licence | Literal[""] = ""

    @model_validator(mode="after")
    def from_short_to_long(self) -> "SearchFilters":
        if self.minutes_from is not None and self.minutes_to is not None and self.minutes_from > self.minutes_to:
            raise ValueError("The length ends below where it begins.")
        return self

    @property
    def narrowing(self) -> Narrowing:
        return Narrowing.of_minutes(self.wanted, self.licence, self.minutes_from, self.minutes_to)


@router.get("/search", auth=anyone, response=FoundShown, by_alias=False)
def find(
    request: HttpRequest, filters: Query[SearchFilters], q: Words, only: Literal["", "tracks"] = ""
) -> dict[str, Any]:
    """What you may meet of what these words find: in any order, accents aside, the last word perhaps only begun, slips
    of the fingers forgiven.
    """
    narrowing = filters.narrowing
    alone = bool(narrowing) or only == "tracks"
    most = Most(tracks=TRACKS_ALONE, others=0) if alone else Most()
    found = search(Asked(q), visitor_of(request), timezone.now(), most, narrowing)
    return dict(vars(found))
