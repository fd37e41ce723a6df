"""Which tracks the answer under way is about: whatever `tracks.access` handed out while it was made.

Whoever puts something on every answer asks here, and no view has to say it, nor can one forget to. It is kept for each
request by itself: threads and coroutines have contexts of their own. Outside of a request nobody notes anything.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from tenuto.tracks.models import Track

_met: ContextVar[list[Track] | None] = ContextVar("tracks_met", default=None)


@contextmanager
def noting() -> Iterator[list[Track]]:
    """Within, the list has every track that was handed out so far."""
    met: list[Track] = []
    token = _met.set(met)
    try:
        yield met
    finally:
        _met.reset(token)


def handed_out(track: Track) -> Track:
    """Note it, if anybody wants to know, and hand it on."""
    met = _met.get()
    if met is not None:
        met.append(track)
    return track


def met_so_far() -> tuple[Track, ...]:
    """What was handed out so far for the answer under way; nothing outside of one."""
    return tuple(_met.get() or ())
