"""What a cover says of its use when it is sent: the same as the headers beside it, and as cheap."""

from functools import lru_cache

from django.utils import timezone

from tenuto.rules.signals import plus
from tenuto.rules.usage_policies import Reach, at_a_glance
from tenuto.safeguards.signals.told import addresses_of, reach_of
from tenuto.tracks.artwork import says
from tenuto.tracks.models import Track


@says
def packet_of(track: Track) -> bytes:
    """The XMP packet for a track's cover, from the row at hand."""
    reach = reach_of(track, timezone.now())
    return _packet(reach, addresses_of(track, reach).people)


@lru_cache(maxsize=1024)
def _packet(reach: Reach, people: str) -> bytes:
    return plus.packet(at_a_glance(reach), people)
