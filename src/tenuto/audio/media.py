"""The addresses of sound: renditions by ranges, HLS, the plain stream, the original, the waveform."""

import json
import re
import struct
from functools import lru_cache
from pathlib import Path, PurePath

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from tenuto.audio import count, deliver, store
from tenuto.audio.deliver import Opened
from tenuto.audio.deliveries import deliveries
from tenuto.audio.listeners import client_of, give_cookie, id_in_cookies, listener_of, network_of, new_listener
from tenuto.audio.models import Rendition, Waveform
from tenuto.audio.store import Playback
from tenuto.base.errors import NotFound
from tenuto.dsp.fmp4 import Index, Variant, hls_master_playlist, hls_media_playlist
from tenuto.rules.ranges import Answer, Asked, answer, without_conditions
from tenuto.rules.visibility import Hearing, Reason, Surface
from tenuto.tracks import access
from tenuto.tracks.models import Track
from tenuto.tracks.visitors import visitor_of
from tenuto.web.files import Repeat, SentFile, file_response

# A decision holds for so long without being asked for again: less than the 6 s of one segment.
HOLDS_SECONDS = 5.0
# Of "from here to the end" so much is sent at once, 50 s of sound: what has been sent can be counted, and a link that
# is revoked falls silent. Played and sought in Chromium and Firefox; HLS players ask for whole segments anyway.
STRETCH_BYTES = 1024 * 1024
HLS = "application/vnd.apple.mpegurl"
_TYPES = {
    "wav": "audio/wav", "aif": "audio/aiff", "aiff": "audio/aiff", "flac": "audio/flac", "mp3": "audio/mpeg",
    "m4a": "audio/mp4", "mp4": "audio/mp4", "aac": "audio/aac", "ogg": "audio/ogg", "oga": "audio/ogg",
    "opus": "audio/ogg",
}  # fmt: skip
# No sign that a file system or a terminal takes for something else.
_UNFIT = re.compile(r'[\x00-\x1f\x7f-\x9f/\\:*?"<>|\u200e\u200f\u202a-\u202e\u2066-\u2069]+')


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
    text = hls_media_playlist(opened.sound.where, f"{kind}.mp4")
    return HttpResponse(text, content_type=HLS, headers={"Cache-Control": opened.cache_control})


@require_safe
def master(request: HttpRequest, address: str) -> HttpResponseBase:
    """The HLS playlist that offers the renditions: AAC first, which all players know and begin with."""
    opened = deliver.open_address(request, address, Rendition.Kind.AAC, timezone.now())
    variants = [
        Variant(f"{rendition.kind}.m3u8", rendition.codecs, Index.from_json(rendition.segments))
        for rendition in reversed(deliver.renditions_of(opened.recording))
    ]
    text = hls_master_playlist(variants)
    return HttpResponse(text, content_type=HLS, headers={"Cache-Control": opened.cache_control})


@require_safe
def stream(request: HttpRequest, key: str) -> HttpResponseBase:
    """For a plain audio element, without JavaScript: decided by the session each time, so it needs no signature.

    Such listens are kept but never counted, for nothing says whether the bytes were played.
    """
    at = timezone.now()
    visitor = visitor_of(request)
    track, hearing = access.track_by_key(visitor, key, Surface.STREAM, at)
    recording = track.recording
    sound = deliver.sound_of(Rendition.Kind.AAC, recording=recording) if recording else None
    if recording is None or sound is None:
        raise NotFound(f"track {key} has nothing to play yet")
    listener, cookie = new_listener(listener_of(request))
    if request.method == "GET" and (cookie or not count.is_listening(listener, recording, at)):
        how = count.Circumstances(
            "plain", network_of(request, at), client_of(request), visitor.country or "",
            hearing.link_id, hearing.reason is Reason.SECRET_LINK,
        )  # fmt: skip
        count.begin(track, listener, how, at)
    response = _sound(request, Opened(sound, track, hearing, listener), listener.id)
    give_cookie(response, cookie)
    return response


@require_safe
def download(request: HttpRequest, key: str) -> HttpResponseBase:
    """The original, as it was uploaded: for its owner, and for others where the switch allows it."""
    track, hearing = access.track_by_key(visitor_of(request), key, Surface.DOWNLOAD, timezone.now())
    if track.recording is None:
        raise NotFound(f"track {key} has no recording yet")
    blob = track.recording.original
    ending = PurePath(track.recording.filename).suffix.lstrip(".").lower()
    ending = ending if ending in _TYPES else "bin"
    headers = {
        "Content-Disposition": content_disposition_header(True, f"{file_name(track)}.{ending}") or "attachment",
        "Cache-Control": "private, no-store",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    kind = _TYPES.get(ending, "application/octet-stream")
    path = store.path_of(blob, Playback(hearing))
    return file_response(request, SentFile(path, blob.size_bytes, blob.digest, kind, headers=headers))


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
    return _UNFIT.sub(" ", f"{track.owner.name} - {track.title}").strip(" .")[:180] or track.key


def _sound(request: HttpRequest, opened: Opened, listener_id: str | None) -> HttpResponseBase:
    """Answer with sound, and note the seconds that it holds. `listener_id` is None where only the cookie tells."""
    sound = opened.sound
    offered = SentFile(
        path=store.path_of(sound.blob, Playback(opened.hearing)),
        size_bytes=sound.size_bytes,
        etag=sound.digest,
        content_type=sound.content_type,
        headers={"Cache-Control": opened.cache_control},
        most_at_once=STRETCH_BYTES,
    )
    held = offered.held
    timeline = deliver.timeline_of(sound)
    track_id, recording_id = opened.track.pk, sound.recording_id

    def sent(cookies: str, asked: Asked, given: Answer) -> None:
        if asked.method != "GET":
            return
        if given.status == 304:  # by the digest they named, they have the bytes already
            given = without_conditions(asked, held)
        to = id_in_cookies(cookies) if listener_id is None else listener_id
        deliveries.note(to, track_id, recording_id, timeline.seconds(given.first, given.length))

    asked = Asked.by(request.method or "", lambda name: request.headers.get(name, ""))
    sent(request.headers.get("Cookie", ""), asked, answer(asked, held))
    # nginx looks at the range by itself, whole ranges.
    return file_response(request, offered, Repeat(HOLDS_SECONDS, opened.is_for_everybody, sent))


def _is_open(track: Track, hearing: Hearing) -> bool:
    return hearing.reason is Reason.PUBLIC and not settings.COUNTRY_HEADER


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
