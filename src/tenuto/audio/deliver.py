"""May this visitor hear it? Then at which address, and which file that is.

A public track has one lasting address for everybody. Any other track is reached by a signed address that is tied to
one listener and soon ends. So is sound in a player on somebody else's page, where no cookie says who listens: there
the address itself names the listener, and whoever has it may use it, for anybody may hear that sound. Either way the
decision is made again each time the address is used, so a link that is revoked falls silent with the next stretch of
sound. Whatever is wrong, the answer is that there is nothing here.
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from django.core import signing
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from tenuto.audio.listeners import Listener, listener_of
from tenuto.audio.models import Rendition
from tenuto.base.errors import NotFound
from tenuto.base.models import Blob
from tenuto.dsp.fmp4 import Index
from tenuto.rules.plays import WINDOW, Timeline
from tenuto.rules.sharing import Regions
from tenuto.rules.visibility import Hearing, Reason, Surface, Visitor
from tenuto.tracks import access
from tenuto.tracks.models import Recording, Track
from tenuto.tracks.visitors import visitor_of
from tenuto.web.whereabouts import country_of

# A signed address lives for the track twice over, and this long for pauses; then the player asks for a new one.
PAUSES_SECONDS = 15 * 60
# What browsers may keep of a public track unasked. Within this time a second play would not count anyway, so no
# play goes uncounted because its bytes came from the browser's own cache.
KEPT_SECONDS = int(WINDOW.total_seconds())
# The best first: a browser takes the first type that it plays.
KINDS = (Rendition.Kind.OPUS, Rendition.Kind.AAC)

_SIGNER = signing.Signer(salt="tenuto.media")
_RECORDING_KEY = re.compile(r"[a-z0-9]{12}")


@dataclass(frozen=True)
class Pass:
    """What an address of sound says. A lasting address has a recording and nothing else."""

    recording_key: str
    binding: str = ""  # of the one listener who may use it
    surface: Surface = Surface.STREAM
    link_id: int | None = None
    until: int = 0  # seconds since 1970

    @property
    def is_lasting(self) -> bool:
        return not self.binding


class Sound(NamedTuple):
    """One rendition, as far as sending it goes. A few columns: this is asked for with every stretch of sound."""

    kind: str
    codecs: str
    segments: list[object]
    digest: str
    size_bytes: int
    recording_id: int
    track_key: str

    @property
    def blob(self) -> Blob:
        return Blob(self.digest, self.size_bytes)

    @property
    def where(self) -> Index:
        return Index.from_json(self.segments)

    @property
    def content_type(self) -> str:
        return f'audio/mp4; codecs="{self.codecs}"'


@dataclass(frozen=True)
class Opened:
    """Sound that may be heard, and by whom."""

    sound: Sound
    track: Track
    hearing: Hearing
    listener: Listener | None  # None at a lasting address: anybody

    @property
    def recording(self) -> Recording:
        """The current one, whose sound this is."""
        assert self.track.recording is not None
        return self.track.recording

    @property
    def is_for_everybody(self) -> bool:
        return self.listener is None

    @property
    def cache_control(self) -> str:
        """Bytes of public tracks may be kept for a while, of tracks for some countries by browsers only."""
        if not self.is_for_everybody:
            return "private, no-store"
        shared = self.track.regions == Regions.WORLDWIDE
        return f"{'public' if shared else 'private'}, max-age={KEPT_SECONDS}"


def address_for(
    recording: Recording, hearing: Hearing, listener: Listener, at: datetime, surface: Surface = Surface.STREAM
) -> str:
    """The address of a recording's sound for somebody who may hear it now."""
    if hearing.reason is Reason.PUBLIC and surface is not Surface.EMBED:
        return recording.key
    until = int(at.timestamp() + 2 * (recording.seconds or 0) + PAUSES_SECONDS)
    return write_pass(Pass(recording.key, listener.binding, surface, hearing.link_id, until))


def write_pass(given: Pass) -> str:
    """The pass as part of an address, signed."""
    if not given.binding:
        raise ValueError("a signed address belongs to somebody")
    return _SIGNER.sign_object(
        [given.recording_key, given.binding, given.surface.value, given.link_id or 0, given.until]
    )


def read_pass(address: str, at: datetime) -> Pass:
    """What an address says, if it is one of ours and has not ended."""
    if _RECORDING_KEY.fullmatch(address):
        return Pass(address)
    try:
        key, binding, surface, link_id, until = _SIGNER.unsign_object(address)
    except (signing.BadSignature, ValueError) as error:
        raise NotFound("no address of ours") from error
    if at.timestamp() >= until:
        raise NotFound(f"the address of {key} has ended")
    return Pass(key, binding, Surface(surface), link_id or None, until)


def open_address(request: HttpRequest, address: str, kind: str, at: datetime) -> Opened:
    """The rendition at an address, if whoever asks may hear it at this moment."""
    wanted = read_pass(address, at)
    listener = None
    if wanted.is_lasting:
        # Decided as for a stranger, so the answer can be the same for everybody.
        visitor = Visitor(country=country_of(request))
    elif wanted.surface is Surface.EMBED:
        # Decided as for a stranger too, but by the switch for embedding.
        listener, visitor = Listener(wanted.binding), Visitor(country=country_of(request))
    else:
        listener = listener_of(request)
        if not constant_time_compare(listener.binding, wanted.binding):
            raise NotFound("the address is somebody else's")
        visitor = visitor_of(request)
        if wanted.link_id is not None:
            visitor = replace(visitor, link_ids=visitor.link_ids | {wanted.link_id})
    sound = sound_of(kind, recording__key=wanted.recording_key)
    track, hearing = access.track_by_key(visitor, sound.track_key if sound else "", wanted.surface, at)
    if sound is None:
        raise NotFound(f"recording {wanted.recording_key} has no {kind}")
    return Opened(sound, track, hearing, listener)


def sound_of(kind: str, **which: object) -> Sound | None:
    """One kind of rendition of a recording that is the current one of its track."""
    rows = Rendition.objects.filter(kind=kind, recording__current=True, **which).values_list(
        "kind", "codecs", "segments", "blob_id", "blob__size_bytes", "recording_id", "recording__track__key"
    )
    return next((Sound(*row) for row in rows[:1]), None)


def renditions_of(recording: Recording) -> list[Rendition]:
    """What can be played of a recording, the best first."""
    found = {rendition.kind: rendition for rendition in recording.renditions.all()}
    return [found[kind] for kind in KINDS if kind in found]


def timeline_of(sound: Sound) -> Timeline:
    """Where in the rendition's bytes its seconds lie."""
    return Timeline((each.offset_bytes, each.size_bytes, each.seconds) for each in sound.where.segments)


def seconds_left(address: str, at: datetime) -> int | None:
    """How long an address works; None for one that lasts."""
    given = read_pass(address, at)
    return None if given.is_lasting else given.until - int(at.timestamp())
