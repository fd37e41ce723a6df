"""What recordings are made of, in templates."""

from django import template

register = template.Library()

_NAMES = {"vorbis": "Ogg Vorbis", "opus": "Opus"}


@register.filter
def codec_name(codec: str) -> str:
    """What musicians call a codec that FFmpeg calls pcm_s24le."""
    return "PCM" if codec.startswith("pcm_") else _NAMES.get(codec, codec.upper())
