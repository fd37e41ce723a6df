"""The one door by which the bytes of works leave storage (contract 5), for those who have decided that they may."""

from pathlib import Path

from tenuto.base import storage
from tenuto.base.models import Blob


def path_of(blob: Blob) -> Path:
    """Where the bytes lie, for an answer that sends them or a step that works on them."""
    return storage.path_of(blob)
