"""Tempo, key and loudness as pages write them."""

from django import template

from tenuto.browse.key_names import name_of
from tenuto.browse.sound import Certainty, Short
from tenuto.browse.words import CERTAINTIES
from tenuto.rules.keys import Key
from tenuto.rules.tempo import written

register = template.Library()


@register.filter
def tempo(bpm: float) -> str:
    """Beats a minute, with as many digits as a musician would write."""
    return written(bpm)


@register.filter
def key_name(key: Key) -> str:
    """A key as musicians of the reader's language call it."""
    return str(name_of(key))


@register.filter
def certain(how: Certainty) -> str:
    """How sure the machine is, in words."""
    return str(CERTAINTIES[how])


@register.filter
def tenths(level: float) -> str:
    """A level with one digit and a real minus: −9.8."""
    return f"{level:.1f}".replace("-", "−")


@register.filter
def signed(cents: int) -> str:
    return f"{cents:+d}".replace("-", "−")


@register.filter
def short_of(shorts: dict[int, Short], track_id: int) -> str:
    """Tempo and key of one track of a list: “120 BPM · E♭ major (5B)”."""
    short = shorts.get(track_id)
    return str(short) if short else ""
