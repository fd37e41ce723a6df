"""Sound through the HTTP API: what is on its way in, what plays, who listened. Bytes go by tus and media addresses."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema, Status

from tenuto.accounts.callers import account_calling, member
from tenuto.audio import count, journey, listens, receipts
from tenuto.audio.listeners import Listener, client_of, network_of
from tenuto.audio.models import Upload
from tenuto.base.errors import NotFound
from tenuto.rules.visibility import Reason, Surface
from tenuto.safeguards.visitors import guard
from tenuto.tracks import access
from tenuto.tracks.models import Recording
from tenuto.tracks.refusals import refusal_words, warning_words
from tenuto.tracks.visitors import visitor_of

router = Router(tags=["Sound"])
SHOWN_UPLOADS = 100


class RecordingShown(Schema):
    """One uploaded file of a track. `advice` says in words why it was refused, or what is odd about it."""

    key: str
    track: str = Field(alias="track.key")
    filename: str
    sha256: str = Field(alias="original_id")
    stage: Recording.Stage
    progress: float
    current: bool
    advice: str
    container: str
    codec: str
    channels: int | None
    sample_rate_hz: int | None
    bits: int | None
    lossless: bool | None
    seconds: float | None
    loudness_lufs: float | None
    loudness_range_lu: float | None
    true_peak_dbtp: float | None
    arrived_at: datetime
    ready_at: datetime | None

    @staticmethod
    def resolve_advice(recording: Recording) -> str:
        if recording.stage == Recording.Stage.REFUSED:
            return str(refusal_words(recording.refusal))
        return str(warning_words(recording.warning)) if recording.warning else ""


class UploadShown(Schema):
    """A file on its way in. Its bytes go to `url` by the tus protocol."""

    key: str
    url: str
    filename: str
    length_bytes: int
    received_bytes: int
    created_at: datetime
    expires_at: datetime
    recording: RecordingShown | None

    @staticmethod
    def resolve_url(upload: Upload) -> str:
        return f"/uploads/{upload.key}"


class ListenWish(Schema):
    key: str = Field(max_length=12, description="the track")
    source: str = Field("api", pattern="^[a-z][a-z-]{0,19}$")


class Source(Schema):
    src: str
    type: str


class ListenShown(Schema):
    """Where the sound is, and by how much to turn it. The addresses of a hidden track end after `ends_in` seconds."""

    listen: str
    key: str
    title: str
    artist: str
    seconds: float
    gain_db: float
    sources: list[Source]
    hls: str
    peaks: str
    ends_in: float | None


class Report(Schema):
    position: float = Field(ge=0, le=10**6, allow_inf_nan=False, description="seconds from the beginning")
    heard: float = Field(ge=0, le=10**6, allow_inf_nan=False, description="seconds of it that were played")


class ReceiptShown(Schema):
    """One listener of a secret link, told apart from others by a few letters and no more."""

    listener: str
    times: int
    last_at: datetime
    share: float


class LinkReceiptsShown(Schema):
    link: int
    name: str
    listens: int
    listeners: int
    receipts: list[ReceiptShown]


@router.get("/uploads", auth=member, response=list[UploadShown])
def list_uploads(request: HttpRequest) -> list[Upload]:
    """Your latest uploads, unfinished ones among them."""
    mine = Upload.objects.filter(owner=account_calling(request)).select_related("recording__track")
    return list(mine.order_by("-pk")[:SHOWN_UPLOADS])


@router.get("/uploads/{key}", auth=member, response=UploadShown)
def read_upload(request: HttpRequest, key: str) -> Upload:
    """How far an upload is, and what became of it."""
    mine = Upload.objects.filter(owner=account_calling(request)).select_related("recording__track")
    upload = mine.filter(key=key).first()
    if upload is None:
        raise NotFound
    return upload


@router.get("/me/tracks/{key}/recordings", auth=member, response=list[RecordingShown])
def list_recordings(request: HttpRequest, key: str) -> list[Recording]:
    """Every file that was uploaded for a track, newest first."""
    track = access.own_track(account_calling(request), key)
    return list(Recording.objects.filter(track=track).select_related("track").order_by("-pk"))


@router.post("/me/tracks/{key}/recordings/{recording}/again", auth=member, response={202: None})
def try_again(request: HttpRequest, key: str, recording: str) -> Status[None]:
    """Have a file that was refused, or failed, tried once more."""
    track = access.own_track(account_calling(request), key)
    found = Recording.objects.filter(track=track, key=recording).first()
    if found is None:
        raise NotFound
    journey.try_again(found)
    return Status(202, None)


@router.get("/me/tracks/{key}/receipts", auth=member, response=list[LinkReceiptsShown])
def list_receipts(request: HttpRequest, key: str) -> list[dict[str, Any]]:
    """Who listened by which secret link of a track."""
    track = access.own_track(account_calling(request), key)
    return [
        {
            "link": of_link.link.pk,
            "name": of_link.link.name,
            "listens": of_link.listens,
            "listeners": of_link.listeners,
            "receipts": [asdict(receipt) for receipt in of_link.receipts],
        }
        for of_link in receipts.receipts_of(track)
    ]


@router.post("/listens", auth=member, response=ListenShown)
def begin_listen(request: HttpRequest, wish: ListenWish) -> dict[str, Any]:
    """Begin to play a track in your program, if its artist allows app playback. Report how far it is as it plays."""
    account, visitor, at = account_calling(request), visitor_of(request), timezone.now()
    track, hearing = access.track_by_key(visitor, wish.key, Surface.APP, at)
    recording = listens.playable(track)
    # A program keeps no cookies: it is its account.
    listener = Listener(f"a{account.pk}", account)
    guard.begin(request, "", account, track, recording, at)
    how = count.Circumstances(
        source=wish.source,
        network=network_of(request, at),
        client=client_of(request),
        country=visitor.country or "",
        link_id=hearing.link_id,
        opened_by_link=hearing.reason is Reason.SECRET_LINK,
    )
    listen = count.begin(track, listener, how, at)
    return listens.for_player(track, recording, hearing, listener, listen, at, Surface.APP)


@router.patch("/listens/{key}", auth=member, response={204: None})
def report_listen(request: HttpRequest, key: str, report: Report) -> Status[None]:
    """Say how far it is. What counts as a play is what was also delivered."""
    account, at = account_calling(request), timezone.now()
    listener = Listener(f"a{account.pk}", account)
    listen = count.own_listen(key, listener, at)
    listens.count_heard(request, listen, listener, report.position, report.heard, at)
    return Status(204, None)
