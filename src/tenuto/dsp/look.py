"""The first look at a file: what it is, and what it says of itself. Both in one child, since a fork costs as much."""

from pathlib import Path

from tenuto.dsp.limits import QUICK, Limits
from tenuto.dsp.probe import Probe, probe
from tenuto.dsp.reservations import read_reservations
from tenuto.dsp.tags import Tags, read_tags


def look(path: Path, limits: Limits = QUICK) -> tuple[Probe, Tags, tuple[str, ...]]:
    """What `path` is and says, and each no to AI that it carries. Raises SoundError when it is no use."""
    return probe(path, limits), read_tags(path, limits), read_reservations(path)
