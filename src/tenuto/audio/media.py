"""The addresses of sound: renditions by ranges, HLS, the plain stream, the original, the waveform."""

import json
import struct
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path, PurePath
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from tenuto.audio import count, deliver, downloads, store
from tenuto.audio.deliver import Opened
from tenuto.audio.deliveries import deliveries
from tenuto.audio.listeners import client_of, give_cookie, id_in_cookies, listener_of, network_of, new_listener
from tenuto.audio.marked import marked_copy
from tenuto.audio.models import Rendition, Waveform
from tenuto.audio.names import file_safe
from tenuto.audio.store import Playback
from tenuto.base.errors import NotFound
from tenuto.dsp.fmp4 import Index, Variant, hls_master_playlist, hls_media_playlist
from tenuto.rules.credentials import MEDIA_TYPE
from tenuto.rules.ranges import Answer, Asked, Held, answer, without_conditions
from tenuto.rules.signals import content_usage
from tenuto.rules.visibility import Hearing, Reason, Surface
from tenuto.safeguards.signals.middleware import headers_about
from tenuto.safeguards.visitors import guard
from tenuto.safeguards.visitors.books import Wish
from tenuto.tracks import access
from tenuto.tracks.models import Recording, Track
from tenuto.tracks.visitors import account_asking, visitor_of
from tenuto.web import whereabouts
from tenuto.web.files import Repeat, SentFile, file_response
from tenuto.web.whereabouts import country_of

# A decision holds for so long without being asked for again: who revokes a link and listens for it hears it gone.
HOLDS_SECONDS = 1.0
# Of "from here to the end" so much is sent at once, 50 s of sound: what has been sent can be counted, and a link that
# is revoked falls silent. Played and sought in Chromium and Firefox; HLS players ask for whole segments anyway.
STRETCH_BYTES = 1024 * 1024
HLS = "application/vnd.apple.mpegurl"
_IN_SESSION_DATA = {content_usage.NAME, "tdm-reservation", "tdm-policy"}
_TYPES = {
    "wav": "audio/wav", "aif": "audio/aiff", "aiff": "audio/aiff", "flac": "audio/flac", "mp3": "audio/mpeg",
    "m4a": "audio/mp4", "mp4": "audio/mp4", "aac": "audio/aac", "ogg": "audio/ogg", "oga": "audio/ogg",
    "opus": "audio/ogg",
}  # fmt: skip


@require_safe
def media(request: HttpRequest, address: str, kind: str) -> HttpResponseBase:
    """One rendition, by ranges."""
    opened = deliver.open_address(request, address, kind, timezone.now())
    listener_id = opened.listener.id if opened.listener else None
    return _sound(request, opened, listener_id)


@require_safe
def playlist(request: HttpRequest, address: str, kind: str) -> HttpResponseBase:
    """The HLS playlist of one rendition. Its addresses are relative, so they carry the signature on."""
    opened = deliver.open_address(request, address, kind, timezone.now())
    text = hls_media_playlist(opened.sound.where, f"{kind}.mp4", dict(headers_about([opened.track])))
    return HttpResponse(text, content_type=HLS, headers={"Cache-Control": opened.cache_control})


@require_safe
def master(request: HttpRequest, address: str) -> HttpResponseBase:
    """The HLS playlist that offers the renditions: AAC first, which all players know and begin with."""
    opened = deliver.open_address(request, address, Rendition.Kind.AAC, timezone.now())
    variants = [
        Variant(f"{rendition.kind}.m3u8", rendition.codecs, Index.from_json(rendition.segments))
        for rendition in reversed(deliver.renditions_of(opened.recording))
    ]
    text = hls_master_playlist(variants, _session_data(opened.track))
    return HttpResponse(text, content_type=HLS, headers={"Cache-Control": opened.cache_control})


def _session_data(track: Track) -> dict[str, str]:
    """What the headers say of AI, under names as RFC 8216 wants them: within a domain of ours, turned round."""
    domain = ".".join(reversed((urlsplit(settings.SITE_URL).hostname or "localhost").split(".")))
    said = headers_about([track])
    return {f"{domain}.{name.lower()}": value for name, value in said if name in _IN_SESSION_DATA}


@require_safe
def stream(request: HttpRequest, key: str) -> HttpResponseBase:
    """For a plain audio element, without JavaScript: decided by the session each time, so it needs no signature.

    Such listens are kept but never counted, for nothing says whether the bytes were played.
    """
    return _plain(request, key, Surface.STREAM, "plain")


@require_safe
def feed_sound(request: HttpRequest, key: str) -> HttpResponseBase:
    """What a feed says where the sound is: for whoever reads feeds, so for nobody more than for anybody."""
    return _plain(request, key, Surface.FEED, "feed")


def _plain(request: HttpRequest, key: str, surface: Surface, source: str) -> HttpResponseBase:
    at = timezone.now()
    visitor = visitor_of(request)
    track, hearing = access.track_by_key(visitor, key, surface, at)
    recording = track.recording
    sound = deliver.sound_of(Rendition.Kind.AAC, recording=recording) if recording else None
    if recording is None or sound is None:
        raise NotFound(f"track {key} has nothing to play yet")
    listener, cookie = new_listener(listener_of(request))
    if request.method == "GET" and (cookie or not count.is_listening(listener, recording, at)):
        how = count.Circumstances(
            source, network_of(request, at), client_of(request), visitor.country or "",
            hearing.link_id, hearing.reason is Reason.SECRET_LINK,
        )  # fmt: skip
        count.begin(track, listener, how, at)
    response = _sound(request, Opened(sound, track, hearing, listener), listener.id)
    give_cookie(response, cookie)
    return response


@require_safe
def download(request: HttpRequest, key: str) -> HttpResponseBase:
    """For its owner the original, as it was uploaded; for others, where the switch allows it, the marked copy."""
    at = timezone.now()
    track, hearing = access.track_by_key(visitor_of(request), key, Surface.DOWNLOAD, at)
    recording, ending = _downloadable(track)
    kind = _TYPES.get(ending, "application/octet-stream")
    headers = {
        "Content-Disposition": content_disposition_header(True, f"{file_name(track)}.{ending}") or "attachment",
        "Cache-Control": "private, no-store",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    blob = recording.original
    if hearing.reason is not Reason.OWNER:
        _note_download(request, track, recording, at)
        copy = marked_copy(track, recording, kind, at)
        blob = copy.blob
        if copy.sidecar:
            headers["Link"] = f'<{reverse("audio:credentials", args=[track.key])}>; rel="c2pa-manifest"'
    path = store.path_of(blob, Playback(hearing))
    return file_response(request, SentFile(path, blob.size_bytes, blob.digest, kind, headers=headers))


def _note_download(request: HttpRequest, track: Track, recording: Recording, at: datetime) -> None:
    """It counts as so much sound as the asked part of its bytes holds; a marked copy is as long as the original."""
    size = recording.original.size_bytes
    asked = Asked.by(request.method or "", lambda name: request.headers.get(name, ""))
    given = answer(asked, Held(size, f'"{recording.original.digest}"'))
    if request.method == "GET" and given.status in {200, 206} and size:
        seconds = recording.seconds or 0.0
        person = id_in_cookies(request.headers.get("Cookie", ""))
        account = account_asking(request)
        share = guard.wish_for(track, recording, seconds * given.length / size, at)
        guard.let_out(request, person, account, share, at)
        if given.first == 0:
            taker = f"a{account.pk}" if account else person or network_of(request, at)
            downloads.note(track, taker, country_of(request) or "", at)


@require_safe
def credentials(request: HttpRequest, key: str) -> HttpResponse:
    """The content credentials of the file that the same visitor downloads, where they lie beside it."""
    at = timezone.now()
    track, hearing = access.track_by_key(visitor_of(request), key, Surface.DOWNLOAD, at)
    recording, ending = _downloadable(track)
    if hearing.reason is Reason.OWNER:
        raise NotFound(f"the original of {key} has no credentials of ours")
    copy = marked_copy(track, recording, _TYPES.get(ending, "application/octet-stream"), at)
    if not copy.sidecar:
        raise NotFound(f"the credentials of {key} are in the file")
    headers = {
        "Content-Disposition": content_disposition_header(True, f"{file_name(track)}.c2pa") or "attachment",
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(bytes(copy.sidecar), content_type=MEDIA_TYPE, headers=headers)


def _downloadable(track: Track) -> tuple[Recording, str]:
    """The recording that is downloaded, and how its file's name ends."""
    if track.recording is None:
        raise NotFound(f"track {track.key} has no recording yet")
    ending = PurePath(track.recording.filename).suffix.lstrip(".").lower()
    return track.recording, ending if ending in _TYPES else "bin"


@require_safe
def waveform(request: HttpRequest, key: str, samples_per_pixel: str, form: str) -> HttpResponseBase:
    """The peaks of a track, as audiowaveform writes them: `dat` or `json`."""
    track, hearing = access.track_by_key(visitor_of(request), key, Surface.PAGE, timezone.now())
    found = Waveform.objects.select_related("blob").filter(
        recording=track.recording, samples_per_pixel=int(samples_per_pixel)
    )
    peaks = found.first()
    if peaks is None:
        raise NotFound(f"track {key} has no waveform of {samples_per_pixel}")
    path = store.path_of(peaks.blob, Playback(hearing))
    headers = {"Cache-Control": "public, max-age=60" if _is_open(track, hearing) else "private, no-store"}
    if form == "dat":
        offered = SentFile(path, peaks.blob.size_bytes, peaks.blob.digest, "application/octet-stream", headers=headers)
        return file_response(request, offered)
    etag = f'"{peaks.blob.digest}-json"'
    response = get_conditional_response(request, etag=etag) or HttpResponse(
        _waveform_json(path), content_type="application/json"
    )
    for name, value in {**headers, "ETag": etag}.items():
        response.headers[name] = value
    return response


def file_name(track: Track) -> str:
    """The artist and the title, as any file system takes it."""
    return file_safe(f"{track.owner.name} - {track.title}") or track.key


def _sound(request: HttpRequest, opened: Opened, listener_id: str | None) -> HttpResponseBase:
    """Answer with sound, and note the seconds that it holds. `listener_id` is None where only the cookie tells."""
    sound, at = opened.sound, timezone.now()
    track_id, recording_id = opened.track.pk, sound.recording_id
    nothing_yet = guard.wish_for(opened.track, opened.recording, 0.0, at)
    by_cookie = id_in_cookies(request.headers.get("Cookie", ""))
    person = by_cookie if listener_id is None else listener_id
    account = opened.listener.account if opened.listener else None
    is_own = account == opened.track.owner
    window = 1.0 if is_own else guard.window(request, person, account, nothing_yet, at)
    offered = SentFile(
        path=store.path_of(sound.blob, Playback(opened.hearing)),
        size_bytes=sound.size_bytes,
        etag=sound.digest,
        content_type=sound.content_type,
        headers={"Cache-Control": opened.cache_control},
        # nginx looks at the range by itself and sends the whole of it.
        most_at_once=None if settings.SENDFILE == "x-accel" else int(STRETCH_BYTES * window),
    )
    held = offered.held
    timeline = deliver.timeline_of(sound)

    def wish(asked: Asked, given: Answer) -> Wish:
        seconds = timeline.seconds(given.first, given.length) if asked.method == "GET" else 0.0
        return replace(nothing_yet, seconds=seconds)

    def admits(header: Callable[[str], str | None], client: str, asked: Asked, given: Answer) -> bool:
        to = id_in_cookies(header("cookie") or "") if listener_id is None else listener_id
        return is_own or guard.admits(header, client, to, wish(asked, given))

    def sent(cookies: str, asked: Asked, given: Answer) -> None:
        if asked.method != "GET":
            return
        if given.status == 304:  # by the digest they named, they have the bytes already
            given = without_conditions(asked, held)
        to = id_in_cookies(cookies) if listener_id is None else listener_id
        deliveries.note(to, track_id, recording_id, timeline.seconds(given.first, given.length))

    asked = Asked.by(request.method or "", lambda name: request.headers.get(name, ""))
    if not is_own:
        guard.let_out(request, person, account, wish(asked, answer(asked, held)), at)
    sent(request.headers.get("Cookie", ""), asked, answer(asked, held))
    # nginx looks at the range by itself, whole ranges.
    return file_response(request, offered, Repeat(HOLDS_SECONDS, opened.is_for_everybody, sent, admits))


def _is_open(track: Track, hearing: Hearing) -> bool:
    return hearing.reason is Reason.PUBLIC and not whereabouts.are_known()


@lru_cache(maxsize=64)
def _waveform_json(path: Path) -> bytes:
    data = path.read_bytes()
    version, flags, rate_hz, samples_per_pixel, length, channels = struct.unpack_from("<iIiiIi", data)
    peaks = struct.unpack_from(f"<{2 * length * channels}b", data, 24)
    return json.dumps(
        {
            "version": version,
            "channels": channels,
            "sample_rate": rate_hz,
            "samples_per_pixel": samples_per_pixel,
            "bits": 8 if flags & 1 else 16,
            "length": length,
            "data": peaks,
        },
        separators=(",", ":"),
    ).encode()
