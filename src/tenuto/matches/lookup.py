"""A file that is nobody's upload, compared with what is registered. No work is read: only the index, and the file.

So nothing passes the gate by a cell of the file's own: it is no work here. What is used of the registered works is what
their artists allowed with *train*, that they be recognised, and it is asked once more before one is told.
"""

import shutil
from dataclasses import replace
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from tenuto.ai.identification.findings import Passage
from tenuto.ai.identification.lookup import RATE_HZ, question, together
from tenuto.audio.sandbox import SANDBOX, within
from tenuto.base.errors import BadRequest
from tenuto.base.ids import new_key
from tenuto.consent.current import stopped
from tenuto.dsp.limits import ROOMY, Limits
from tenuto.dsp.mono import SIDES, write_sides
from tenuto.gate import asking, volumes
from tenuto.gate.rewriting import ask
from tenuto.matches.works import BE_KNOWN, standing

KIND = "identification.index"


class Stopped(BadRequest):
    advice = _("The operator of this server has stopped the comparison. Nothing was compared.")
    status = 409
    code = "stopped"


class NotWhole(BadRequest):
    advice = _("What registered works are known by is just being made again. Nothing was compared; ask later.")
    status = 503
    code = "not_whole"
    headers = {"Retry-After": "300"}


def longest(seconds: float) -> Limits:
    """Recordings up to this length, and no longer than the operator lets any be."""
    return replace(within(ROOMY), longest_seconds=min(seconds, within(ROOMY).longest_seconds))


def identify(file: Path, limits: Limits | None = None) -> list[Passage]:
    """Passages of registered works in a file, in the order in which they sound. Raises SoundError, Stopped,
    NotWhole.

    A work that was taken back while we searched is not told. Whether whoever asks may know of it is theirs to ask who
    tell it.
    """
    if stopped() & BE_KNOWN.bit:
        raise Stopped
    if volumes.is_lacking(KIND):
        raise NotWhole
    place = Path(settings.SCRATCH_DIR) / f"identify-{new_key()}"
    place.mkdir(parents=True)
    limits = limits or within(ROOMY)
    try:
        _samples, names = SANDBOX.run(
            write_sides, file, place, RATE_HZ, limits, reads=[file], writes=[place], limits=limits
        )
        sides = [place / name for name in SIDES if name in names]
        SANDBOX.run(
            ask, question, sides, place / asking.QUESTION, reads=sides, writes=[place], limits=limits
        )  # fmt: skip
        found = together(asking.ask(KIND, place))
    finally:
        shutil.rmtree(place, ignore_errors=True)
    return standing(Passage(work=0, later=False, **one) for one in found)
