"""Puts words about rights into a copy of a file of sound, and leaves room for content credentials. Never the sound.

For the sandbox: the file is a stranger's. What comes back is a place to write to and a digest; whoever asked signs, so
no key is ever in the process that reads the file.
"""

import shutil
from base64 import b64decode, b64encode
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from mutagen.aiff import AIFF
from mutagen.flac import FLAC, Picture
from mutagen.id3 import ID3, TCOP, TXXX, USER, WCOP, ID3NoHeaderError
from mutagen.mp4 import MP4, MP4Cover
from mutagen.oggflac import OggFLAC
from mutagen.oggopus import OggOpus
from mutagen.oggvorbis import OggVorbis
from mutagen.wave import WAVE

from tenuto.dsp.carriers import Place, leave_room
from tenuto.dsp.errors import SoundError
from tenuto.dsp.opening import open_sound
from tenuto.rules.xmp import with_packet

_UTF8 = 3
_FREEFORM = "----:com.apple.iTunes:"


@dataclass(frozen=True)
class Words:
    """What the tags are to say."""

    copyright: str  # for files whose artist has not written one
    address: str  # of the policy, for people
    terms: str  # in a sentence
    named: Mapping[str, str]  # machines' words, each under its name
    packet: bytes = b""  # XMP for the covers inside


@dataclass(frozen=True)
class Marked:
    """The copy, and how its credentials are tied to it. `place` has no length where they go beside the file."""

    place: Place
    tagged: bool


def prepare(path: Path, container: str, into: Path, words: Words, room: int, nonce: bytes) -> Marked:
    """Write a copy of `path` to `into`, with the words in its tags and room for credentials of `room` bytes.

    A file that cannot be written to is copied as it is: its sound comes first.
    """
    shutil.copyfile(path, into)
    sound = packets(path)
    tagged = _tag(into, container, words)
    if tagged and packets(into) != sound:
        shutil.copyfile(path, into)
        tagged = False
    # Mutagen raises anything on a torn file, besides its own errors; a song must not be kept back for its marks.
    with suppress(Exception):
        place = leave_room(into, container, room, nonce)
        if packets(into) == sound:
            return Marked(place, tagged)
    shutil.copyfile(path, into)
    tagged = tagged and _tag(into, container, words) and packets(into) == sound
    if not tagged:
        shutil.copyfile(path, into)
    return Marked(Place(), tagged)


def packets(path: Path) -> bytes:
    """What names the sound of a file, as it is coded: the digest of its packets, without any tag around them."""
    digest = sha256()
    try:
        with open_sound(path) as container:
            for packet in container.demux(audio=0):
                digest.update(packet)
    except (SoundError, OSError, ValueError) as error:
        digest.update(f"it ends in {type(error).__name__}".encode())
    return digest.digest()


def _tag(path: Path, container: str, words: Words) -> bool:
    try:
        match container:
            case "mp3" | "aac":
                _tag_id3(path, words)
            case "wav" | "aiff":
                _tag_chunk(path, container, words)
            case "flac" | "ogg":
                _tag_vorbis(path, container, words)
            case "mp4":
                _tag_mp4(path, words)
            case _:
                return False
    except Exception:  # noqa: BLE001  as above
        return False
    return True


def _tag_id3(path: Path, words: Words) -> None:
    try:
        id3 = ID3(path)
    except ID3NoHeaderError:
        id3 = ID3()
    _fill_id3(id3, words)
    id3.save(path)


def _tag_chunk(path: Path, container: str, words: Words) -> None:
    file = WAVE(path) if container == "wav" else AIFF(path)
    if file.tags is None:
        file.add_tags()
    _fill_id3(file.tags, words)
    file.save()


def _fill_id3(id3: ID3, words: Words) -> None:
    if not id3.getall("TCOP") and words.copyright:
        id3.add(TCOP(encoding=_UTF8, text=[words.copyright]))
    for frame in id3.getall("APIC"):
        frame.data = with_packet(frame.data, words.packet)
    id3.delall("WCOP")
    id3.add(WCOP(url=words.address))
    id3.delall("USER")
    id3.add(USER(encoding=_UTF8, lang="eng", text=words.terms))
    for name, text in words.named.items():
        id3.delall(f"TXXX:{name}")
        id3.add(TXXX(encoding=_UTF8, desc=name, text=[text]))


def _tag_vorbis(path: Path, container: str, words: Words) -> None:
    file = FLAC(path) if container == "flac" else _ogg(path)
    if file.tags is None:
        file.add_tags()
    if isinstance(file, FLAC):
        for picture in file.pictures:
            picture.data = with_packet(picture.data, words.packet)
    elif coded := file.tags.get("metadata_block_picture"):
        file.tags["metadata_block_picture"] = [_with_packet(text, words.packet) for text in coded]
    if words.copyright and not file.tags.get("copyright"):
        file.tags["copyright"] = [words.copyright]
    file.tags["license"] = [words.address]
    file.tags["usageterms"] = [words.terms]
    for name, text in words.named.items():
        file.tags[name] = [text]
    file.save()


def _with_packet(coded: str, packet: bytes) -> str:
    picture = Picture(b64decode(coded))
    picture.data = with_packet(picture.data, packet)
    return b64encode(picture.write()).decode()


def _ogg(path: Path) -> OggVorbis | OggOpus | OggFLAC:
    with path.open("rb") as file:
        head = file.read(64)
    if b"OpusHead" in head:
        return OggOpus(path)
    return OggFLAC(path) if b"\x7fFLAC" in head else OggVorbis(path)


def _tag_mp4(path: Path, words: Words) -> None:
    file = MP4(path)
    if file.tags is None:
        file.add_tags()
    if words.copyright and not file.tags.get("cprt"):
        file.tags["cprt"] = [words.copyright]
    if covers := file.tags.get("covr"):
        file.tags["covr"] = [MP4Cover(with_packet(bytes(one), words.packet), one.imageformat) for one in covers]
    said = {"LICENSE": words.address, "USAGETERMS": words.terms, **words.named}
    for name, text in said.items():
        file.tags[f"{_FREEFORM}{name}"] = [text.encode()]
    file.save()
