"""Recordings in templates: what they are made of, and why one was refused."""

from django import template

from tenuto.tracks import refusals

register = template.Library()
register.filter("refusal_words", refusals.refusal_words)
register.filter("warning_words", refusals.warning_words)

_NAMES = {"vorbis": "Ogg Vorbis", "opus": "Opus"}


@register.filter
def codec_name(codec: str) -> str:
    """What musicians call a codec that FFmpeg calls pcm_s24le."""
    return "PCM" if codec.startswith("pcm_") else _NAMES.get(codec, codec.upper())
