"""A manifest's published list of places: its root is computed again, so that everybody can count what is in it."""

from itertools import pairwise

from ..rules.lines import Refused
from ..rules.manifests import Manifest

LEAF_BYTES = 64  # a place and a value of 32 bytes each


def rebuilt(content: bytes) -> Manifest:
    """The manifest of a published file: places and values, sorted by place, none twice."""
    if len(content) % LEAF_BYTES:
        raise Refused(f"a manifest's file has a multiple of {LEAF_BYTES} bytes, this one {len(content)}")
    places = [content[at : at + 32] for at in range(0, len(content), LEAF_BYTES)]
    if any(one >= two for one, two in pairwise(places)):
        raise Refused("a manifest's file is sorted by place, and has none twice")
    return Manifest(
        {place: content[at + 32 : at + 64] for at, place in zip(range(0, len(content), 64), places, strict=True)}
    )
