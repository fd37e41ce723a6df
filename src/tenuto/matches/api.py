"""What was recognised, through the HTTP API: in one's uploads, in a file, and where registered works turned up."""

from datetime import datetime

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, File, Router, Schema
from ninja.files import UploadedFile

from tenuto.accounts.callers import account_calling, member
from tenuto.consent.models import Act
from tenuto.matches.answers import matches_in
from tenuto.matches.holding import how_it_stands
from tenuto.matches.registering import let_go, register, registrations
from tenuto.matches.sent import compare
from tenuto.matches.telling import ToldMatch, told
from tenuto.matches.works import Shown, turned_up
from tenuto.tracks.access import own_track

router = Router(tags=["Recognised"])


class PassageShown(Schema):
    """Times in seconds. `work`, `title` and `artist` are null where you may not hear the registered work."""

    begin: float
    end: float
    work_begin: float
    work_end: float
    tempo: float
    semitones: float
    probability: float
    work: str | None
    title: str | None
    artist: str | None


class MatchShown(Schema):
    """`state`: open, asked, refused, contested, settled, stays. `until`: then silence of the holder settles it."""

    key: str
    state: str
    until: datetime | None
    passages: list[PassageShown]


class RecognisedShown(Schema):
    """`state`: none, preparing, checking, waiting, stopped, refused, failed, matched, clear, settled."""

    state: str
    words: str
    matches: list[MatchShown]
    own: list[PassageShown]
    others: list[PassageShown]


class Registered(Schema):
    track: str
    registered: bool
    recognised_since: datetime | None


class RegistrationAsked(Schema):
    registered: bool


class PlaceShown(Schema):
    begin: float
    end: float
    work_begin: float
    work_end: float


class TurnedUpShown(Schema):
    """`match`: the key of the match, where the upload is or was held for it."""

    work: str
    track: str
    title: str
    artist: str
    match: str | None
    passages: list[PlaceShown] = Field(max_length=1000)


@router.get("/me/tracks/{key}/recognised", auth=member, response=RecognisedShown)
def recognised(request: HttpRequest, key: str) -> RecognisedShown:
    """How the comparison of one's own upload stands, and what was recognised in it."""
    account, now = account_calling(request), timezone.now()
    track = own_track(account, key)
    shown, stands = told(track, account, now, matches_in(track)), how_it_stands(track, now)
    return RecognisedShown(
        state=stands.state,
        words=str(stands.words),
        matches=[_match(one) for one in shown.matches],
        own=[_passage(one) for one in shown.own],
        others=[_passage(one) for one in shown.others],
    )


@router.post("/recognised", auth=member, response=list[PassageShown])
def recognise(request: HttpRequest, file: File[UploadedFile]) -> list[PassageShown]:
    """Compare a file, of up to 15 minutes, with the registered works. Nothing of it is kept; it becomes no track."""
    return [_passage(one) for one in compare(file, account_calling(request), timezone.now())]


@router.get("/me/tracks/{key}/registration", auth=member, response=Registered)
def registration(request: HttpRequest, key: str) -> Registered:
    """Is one's own track registered, and recognised?"""
    return _registered(request, key)


@router.put("/me/tracks/{key}/registration", auth=member, response=Registered)
def change_registration(request: HttpRequest, key: str, asked: RegistrationAsked) -> Registered:
    """Register one's own track, or take that back: then its fingerprint is deleted."""
    account = account_calling(request)
    act = register if asked.registered else let_go
    act(account, [own_track(account, key).pk], timezone.now(), Act.How.API)
    return _registered(request, key)


@router.get("/me/turned-up", auth=member, response=list[TurnedUpShown])
def where_mine_turned_up(request: HttpRequest) -> list[TurnedUpShown]:
    """Where one's registered works turned up, as far as one may know of it."""
    return [
        TurnedUpShown(
            work=one.work.key,
            track=one.track.key,
            title=one.track.title,
            artist=one.track.owner.username,
            match=one.match.key if one.match else None,
            passages=[
                PlaceShown(begin=at.begin, end=at.end, work_begin=at.reference_begin, work_end=at.reference_end)
                for at in one.passages
            ],
        )
        for one in turned_up(account_calling(request), timezone.now())
    ]


def _registered(request: HttpRequest, key: str) -> Registered:
    account = account_calling(request)
    track = own_track(account, key)
    (one,) = registrations([track])
    return Registered(track=track.key, registered=one.is_wanted, recognised_since=one.since)


def _match(one: ToldMatch) -> MatchShown:
    return MatchShown(
        key=one.match.key,
        state=one.standing.state,
        until=one.standing.until,
        passages=[_passage(shown) for shown in one.passages],
    )


def _passage(shown: Shown) -> PassageShown:
    at, work = shown.passage, shown.work
    return PassageShown(
        begin=at.begin,
        end=at.end,
        work_begin=at.reference_begin,
        work_end=at.reference_end,
        tempo=at.tempo,
        semitones=at.semitones,
        probability=at.probability,
        work=work.key if work else None,
        title=work.title if work else None,
        artist=work.owner.username if work else None,
    )
