"""What a file already says against AI: in content credentials of whoever signed, and in its tags.

Read as a no, and for nothing else: a no is believed of anybody, so no signature is checked and nothing is fetched.
Whatever cannot be read, or asks for more than credentials need, says nothing.
"""

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import mutagen
from mutagen.id3 import ID3
from mutagen.mp4 import MP4Tags

from tenuto.dsp.carriers import stores
from tenuto.dsp.tags import KINDS
from tenuto.rules import cbor, jumbf
from tenuto.rules.cbor import NotCbor
from tenuto.rules.credentials import TRAINING
from tenuto.rules.file_marks import refusals
from tenuto.rules.jumbf import Content, NotJumbf

_MOST = 20  # of what is told back
_LONGEST_NAME = 80
_LARGEST_BOX_BYTES = 64 * 1024  # of one assertion
_LONGEST_TEXT = 500


def read_reservations(path: Path) -> tuple[str, ...]:
    """Each no in the file at `path`, named by where it stands: "cawg.ai_training", "tag TDM_RESERVATION"."""
    found: list[str] = []
    for source in (_in_credentials, _in_tags):
        # Mutagen leaks anything on torn tags; and a stranger's boxes are no reason to refuse a song.
        with suppress(Exception):
            found += source(path)
    return tuple(dict.fromkeys(name[:_LONGEST_NAME] for name in found))[:_MOST]


def _in_credentials(path: Path) -> Iterator[str]:
    for store in stores(path):
        try:
            for content in jumbf.contents(store):
                yield from _refused_in(content)
        except NotJumbf:
            continue


def _refused_in(content: Content) -> Iterator[str]:
    label = content.path[-1].partition("__")[0]  # a second one of a kind bears a number
    if not label.startswith(TRAINING) or len(content.data) > _LARGEST_BOX_BYTES:
        return
    try:
        said = cbor.decode(content.data) if content.letters == b"cbor" else json.loads(content.data)
    except (NotCbor, ValueError, RecursionError):
        return
    entries = said.get("entries") if isinstance(said, dict) else None
    for name, entry in entries.items() if isinstance(entries, dict) else ():
        # `constrained` asks for something that a machine cannot know to be met.
        if isinstance(entry, dict) and entry.get("use") != "allowed":
            yield str(name)


def _in_tags(path: Path) -> Iterator[str]:
    file = mutagen.File(path, options=KINDS)
    for name in refusals(dict(_named(file.tags))) if file is not None and file.tags is not None else ():
        yield f"tag {name}"


def _named(held: object) -> Iterator[tuple[str, str]]:
    """Tags under the names that people give them, whatever the format."""
    if isinstance(held, ID3):
        for frame in held.getall("TXXX"):
            yield str(frame.desc), " ".join(map(str, frame.text[:1]))[:_LONGEST_TEXT]
    elif isinstance(held, MP4Tags):
        for atom, values in held.items():
            if atom.startswith("----:"):
                text = b"".join(map(bytes, values[:1]))[:_LONGEST_TEXT]
                yield atom.rpartition(":")[2], text.decode("utf-8", "replace")
    else:
        for name, values in dict(held or {}).items():  # type: ignore[call-overload]  # Vorbis comments
            yield str(name), " ".join(map(str, values[:1]))[:_LONGEST_TEXT]
