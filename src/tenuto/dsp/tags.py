"""What a file says of itself: title, artist, album, a picture. Believed as a suggestion only, and never longer than it
may be; a torn or hostile tag reads as an absent one."""

import base64
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import mutagen
from mutagen.aac import AAC
from mutagen.aiff import AIFF
from mutagen.flac import FLAC, Picture
from mutagen.id3 import (
    APIC,
    COMM,
    ID3,
    TALB,
    TCOM,
    TCON,
    TCOP,
    TDRC,
    TIT2,
    TPE1,
    TPUB,
    TRCK,
    TSRC,
    TXXX,
    ID3NoHeaderError,
)
from mutagen.mp3 import MP3
from mutagen.mp4 import MP4, MP4Cover, MP4Tags
from mutagen.oggflac import OggFLAC
from mutagen.oggopus import OggOpus
from mutagen.oggvorbis import OggVorbis
from mutagen.wave import WAVE

from tenuto.dsp.errors import SoundError
from tenuto.dsp.limits import QUICK, Limits
from tenuto.dsp.opening import open_sound
from tenuto.rules.iswc import read_iswc
from tenuto.rules.upc import read_upc

KINDS = [MP3, FLAC, MP4, OggVorbis, OggOpus, OggFLAC, AIFF, WAVE, AAC]

FRONT_COVER = 3  # ID3v2.4, section 4.14; FLAC takes over the numbers

_LONGEST = {"comment": 5000, "copyright": 500, "date": 30, "isrc": 30, "iswc": 30, "upc": 30, "genre": 60}
_LONGEST_OTHER = 200
_MOST_VALUES = 8  # artists of one tag that are joined; the rest is noise


@dataclass(frozen=True)
class Tags:
    """One file's own words. Absent ones are empty."""

    title: str = ""
    artist: str = ""
    album: str = ""
    genre: str = ""
    date: str = ""  # YYYY, YYYY-MM or YYYY-MM-DD
    isrc: str = ""
    iswc: str = ""
    upc: str = ""  # thirteen digits
    comment: str = ""
    copyright: str = ""
    composer: str = ""
    label: str = ""
    track_number: int | None = None
    picture: bytes = b""
    picture_mime: str = ""  # from the picture's first bytes, not from what the tag claims

    def as_json(self) -> dict[str, str | int]:
        """The words without the picture; empty ones left out."""
        return {name: value for name, value in asdict(self).items() if name != "picture" and value not in ("", None)}


def read_tags(path: Path, limits: Limits = QUICK) -> Tags:
    """Read what `path` says of itself. Never fails: what cannot be read is not there."""
    try:
        tags = _by_mutagen(path, limits)
    # Mutagen leaks struct.error, IndexError, UnicodeError and others on torn tags, besides its own errors.
    except Exception:  # noqa: BLE001  a song must not be refused for its tags
        tags = Tags()
    try:
        return _completed(tags, _by_ffmpeg(path))
    except SoundError:
        return tags


def write_tags(path: Path, tags: Tags) -> None:
    """Put `tags` into the file at `path`, in its format's own way."""
    match path.suffix.lower():
        case ".mp3":
            try:
                id3 = ID3(path)
            except ID3NoHeaderError:
                id3 = ID3()
            _fill_id3(id3, tags)
            id3.save(path)
        case ".wav" | ".aiff":
            file = WAVE(path) if path.suffix.lower() == ".wav" else AIFF(path)
            if file.tags is None:
                file.add_tags()
            _fill_id3(file.tags, tags)
            file.save()
        case ".flac" | ".ogg" | ".opus":
            vorbis = {".flac": FLAC, ".ogg": OggVorbis, ".opus": OggOpus}[path.suffix.lower()](path)
            _fill_vorbis(vorbis, tags)
            vorbis.save()
        case ".m4a":
            mp4 = MP4(path)
            _fill_mp4(mp4, tags)
            mp4.save()
        case other:
            raise ValueError(f"files named {other} carry no tags")


# Reading


def _by_mutagen(path: Path, limits: Limits) -> Tags:
    file = mutagen.File(path, options=KINDS)
    if file is None:
        return Tags()
    held = file.tags
    if isinstance(held, ID3):
        tags, picture = _from_id3(held)
    elif isinstance(held, MP4Tags):
        tags, picture = _from_mp4(held)
    else:
        tags, picture = _from_vorbis(held or {}, getattr(file, "pictures", []))
    mime = picture_mime(picture)
    if not mime or len(picture) > limits.largest_picture_bytes:
        return tags
    return replace(tags, picture=picture, picture_mime=mime)


def _from_id3(id3: ID3) -> tuple[Tags, bytes]:
    def words(frame: str) -> list[str]:
        return [str(text) for found in id3.getall(frame)[:1] for text in found.text[:_MOST_VALUES]]

    # iTunes keeps its own measurements in comments with a description; people's words have none.
    comments = [str(text) for frame in id3.getall("COMM") if not frame.desc for text in frame.text[:1]]
    genres = [genre for frame in id3.getall("TCON")[:1] for genre in frame.genres[:_MOST_VALUES]]
    pictures = sorted(id3.getall("APIC"), key=lambda frame: frame.type != FRONT_COVER)
    tags = _tags(
        title=words("TIT2"),
        artist=words("TPE1"),
        album=words("TALB"),
        genre=genres,
        date=words("TDRC") or words("TDOR"),
        isrc=words("TSRC"),
        iswc=words("TXXX:ISWC"),
        upc=words("TXXX:BARCODE") or words("TXXX:UPC"),
        comment=comments,
        copyright=words("TCOP"),
        composer=words("TCOM"),
        label=words("TPUB"),
        track=words("TRCK"),
    )
    return tags, pictures[0].data if pictures else b""


def _from_mp4(mp4: MP4Tags) -> tuple[Tags, bytes]:
    def words(atom: str) -> list[str]:
        found = mp4.get(atom, [])[:_MOST_VALUES]
        return [value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value) for value in found]

    numbers = [str(pair[0]) for pair in mp4.get("trkn", [])[:1]]
    tags = _tags(
        title=words("\xa9nam"),
        artist=words("\xa9ART"),
        album=words("\xa9alb"),
        genre=words("\xa9gen"),
        date=words("\xa9day"),
        isrc=words("----:com.apple.iTunes:ISRC"),
        iswc=words("----:com.apple.iTunes:ISWC"),
        upc=words("----:com.apple.iTunes:BARCODE") or words("----:com.apple.iTunes:UPC"),
        comment=words("\xa9cmt"),
        copyright=words("cprt"),
        composer=words("\xa9wrt"),
        label=words("----:com.apple.iTunes:LABEL"),
        track=numbers,
    )
    covers = mp4.get("covr", [])
    return tags, bytes(covers[0]) if covers else b""


def _from_vorbis(vorbis: Mapping[str, list[str]], pictures: Iterable[Picture]) -> tuple[Tags, bytes]:
    def words(*names: str) -> list[str]:
        return next((list(vorbis[name])[:_MOST_VALUES] for name in names if name in vorbis), [])

    found = list(pictures)
    for text in words("metadata_block_picture"):
        found.append(Picture(base64.b64decode(text)))
    found.sort(key=lambda picture: picture.type != FRONT_COVER)
    tags = _tags(
        title=words("title"),
        artist=words("artist"),
        album=words("album"),
        genre=words("genre"),
        date=words("date", "originaldate", "year"),
        isrc=words("isrc"),
        iswc=words("iswc"),
        upc=words("barcode", "upc", "ean"),
        comment=words("comment", "description"),
        copyright=words("copyright"),
        composer=words("composer"),
        label=words("label", "organization", "publisher"),
        track=words("tracknumber"),
    )
    return tags, found[0].data if found else b""


def _by_ffmpeg(path: Path) -> Tags:
    """What FFmpeg read: RIFF INFO and AIFF text chunks, which Mutagen passes over, and older dialects."""
    with open_sound(path) as container:
        found = dict(container.metadata)
        for stream in container.streams.audio[:1]:
            found = {**stream.metadata, **found}
    words = {name.lower(): [value] for name, value in found.items()}
    return _tags(
        title=words.get("title", []),
        artist=words.get("artist", words.get("author", [])),
        album=words.get("album", []),
        genre=words.get("genre", []),
        date=words.get("date", words.get("year", [])),
        isrc=words.get("isrc", words.get("tsrc", [])),
        iswc=words.get("iswc", []),
        upc=words.get("barcode", words.get("upc", [])),
        comment=words.get("comment", []),
        copyright=words.get("copyright", []),
        composer=words.get("composer", []),
        label=words.get("publisher", words.get("label", [])),
        track=words.get("track", []),
    )


def _completed(tags: Tags, other: Tags) -> Tags:
    """`tags`, with `other` wherever they are silent."""
    missing = {name: value for name, value in vars(other).items() if value and not getattr(tags, name)}
    return replace(tags, **missing)


def _tags(*, track: list[str], **words: list[str]) -> Tags:
    clean: dict[str, Any] = {
        name: clean_text(", ".join(filter(str.strip, values)), _LONGEST.get(name, _LONGEST_OTHER))
        for name, values in words.items()
    }
    clean |= {name: " ".join(text.split()) for name, text in clean.items() if name != "comment"}  # one line each
    clean["date"] = _date(clean["date"])
    clean["isrc"] = _isrc(clean["isrc"])
    clean["iswc"] = read_iswc(clean["iswc"]) or ""
    clean["upc"] = read_upc(clean["upc"]) or ""
    return Tags(**clean, track_number=_number(track))


def clean_text(text: str, longest: int) -> str:
    """`text` without control characters, lone surrogates and invisible direction marks, cut to `longest`."""
    # Cut first: normalising a hostile megabyte costs seconds.
    composed = unicodedata.normalize("NFC", text[: longest * 4])
    kept = "".join(
        mark for mark in composed if mark == "\n" or unicodedata.category(mark) not in ("Cc", "Cf", "Cs", "Co", "Cn")
    )
    return kept.strip()[:longest].strip()


def picture_mime(picture: bytes) -> str:
    """The kind of picture that `picture` begins like, or nothing."""
    if picture.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if picture.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if picture[:4] == b"RIFF" and picture[8:12] == b"WEBP":
        return "image/webp"
    if picture[:6] in (b"GIF87a", b"GIF89a"):
        return "image/gif"
    return ""


def _date(text: str) -> str:
    found = re.match(r"(\d{4})(?:-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01]))?)?(?!\d)", text)
    return found.group(0) if found and found.group(1) != "0000" else ""


def _isrc(text: str) -> str:
    """ISO 3901: two letters, three letters or digits, seven digits. Dashes are for the eye."""
    code = text.replace("-", "").replace(" ", "").upper()
    return code if re.fullmatch(r"[A-Z]{2}[A-Z0-9]{3}\d{7}", code) else ""


def _number(words: list[str]) -> int | None:
    found = re.match(r"\s*0*(\d{1,4})(?!\d)", words[0][:20], re.ASCII) if words else None
    return int(found.group(1)) or None if found else None


# Writing


def _fill_id3(id3: ID3, tags: Tags) -> None:
    utf8 = 3
    frames = {
        TIT2: tags.title,
        TPE1: tags.artist,
        TALB: tags.album,
        TCON: tags.genre,
        TDRC: tags.date,
        TSRC: tags.isrc,
        TCOP: tags.copyright,
        TCOM: tags.composer,
        TPUB: tags.label,
        TRCK: str(tags.track_number or ""),
    }
    for frame, text in frames.items():
        id3.delall(frame.__name__)
        if text:
            id3.add(frame(encoding=utf8, text=[text]))
    id3.delall("COMM")
    if tags.comment:
        id3.add(COMM(encoding=utf8, lang="eng", desc="", text=[tags.comment]))
    for name, text in (("ISWC", tags.iswc), ("BARCODE", tags.upc)):
        id3.delall(f"TXXX:{name}")
        if text:
            id3.add(TXXX(encoding=utf8, desc=name, text=[text]))
    id3.delall("APIC")
    if tags.picture:
        id3.add(APIC(encoding=utf8, mime=tags.picture_mime, type=FRONT_COVER, desc="", data=tags.picture))


def _fill_vorbis(file: FLAC | OggVorbis | OggOpus, tags: Tags) -> None:
    if file.tags is None:
        file.add_tags()
    names = {
        "title": tags.title,
        "artist": tags.artist,
        "album": tags.album,
        "genre": tags.genre,
        "date": tags.date,
        "isrc": tags.isrc,
        "iswc": tags.iswc,
        "barcode": tags.upc,
        "comment": tags.comment,
        "copyright": tags.copyright,
        "composer": tags.composer,
        "label": tags.label,
        "tracknumber": str(tags.track_number or ""),
    }
    for name, text in names.items():
        file.tags[name] = [text] if text else []
    picture = Picture()
    picture.type, picture.mime, picture.data = FRONT_COVER, tags.picture_mime, tags.picture
    if isinstance(file, FLAC):
        file.clear_pictures()
        if tags.picture:
            file.add_picture(picture)
    else:
        coded = base64.b64encode(picture.write()).decode()
        file.tags["metadata_block_picture"] = [coded] if tags.picture else []


def _fill_mp4(file: MP4, tags: Tags) -> None:
    if file.tags is None:
        file.add_tags()
    atoms = {
        "\xa9nam": tags.title,
        "\xa9ART": tags.artist,
        "\xa9alb": tags.album,
        "\xa9gen": tags.genre,
        "\xa9day": tags.date,
        "\xa9cmt": tags.comment,
        "cprt": tags.copyright,
        "\xa9wrt": tags.composer,
    }
    for atom, text in atoms.items():
        file.tags.pop(atom, None)
        if text:
            file.tags[atom] = [text]
    freeform = {"ISRC": tags.isrc, "ISWC": tags.iswc, "BARCODE": tags.upc, "LABEL": tags.label}
    for name, text in freeform.items():
        atom = f"----:com.apple.iTunes:{name}"
        file.tags.pop(atom, None)
        if text:
            file.tags[atom] = [text.encode()]
    file.tags.pop("trkn", None)
    if tags.track_number:
        file.tags["trkn"] = [(tags.track_number, 0)]
    file.tags.pop("covr", None)
    kinds = {"image/jpeg": MP4Cover.FORMAT_JPEG, "image/png": MP4Cover.FORMAT_PNG}
    if tags.picture and tags.picture_mime in kinds:
        file.tags["covr"] = [MP4Cover(tags.picture, kinds[tags.picture_mime])]
