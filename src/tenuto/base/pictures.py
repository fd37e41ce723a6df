"""Takes in strangers' pictures and hands out small clean copies of them.

The bytes that came are kept untouched as a blob and never shown to anybody but their owner. What others see is
drawn anew: turned upright, in sRGB, WebP, of one of a few sizes, without the camera's notes (place, serial number).

Decoding happens in this process, under limits, rather than in a child: Pillow reads the size from the first bytes, so
a bomb is refused before anything is unpacked, and a fork or a fresh interpreter (80 ms, 40 MB) per avatar would be
dearer than the picture. What a decoder could still do is bounded below: which decoders there are, how many bytes,
pixels and JPEG scans they may see, and that one picture is decoded at a time.
"""

import os
import shutil
import threading
from enum import StrEnum
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, NamedTuple

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageCms, ImageOps, features

from tenuto.base import storage
from tenuto.base.errors import BadRequest
from tenuto.base.models import Blob

MAX_BYTES = 15 * 1024 * 1024  # two of them fit into one form (TENUTO_MAX_FORM_MB)
MAX_PIXELS = 40_000_000  # a 40-megapixel camera; 160 MB when unpacked
MAX_SIDE = 20_000
# A progressive JPEG of a few kilobytes can ask for thousands of passes over all its pixels. Cameras make about ten.
MAX_JPEG_SCANS = 100

FORMATS = ["JPEG", "PNG", "WEBP", "GIF", *(["AVIF"] if features.check("avif") else [])]

# Widths that pages ask for. Few, so that nobody can fill the disk by asking for all the others.
SIZES = (48, 96, 160, 320, 480, 960, 1600)

_ONE_AT_A_TIME = threading.Lock()  # held while a picture is unpacked: bounds memory to one picture


class NotAPicture(BadRequest):
    advice = _("We could not read this as a picture. JPEG, PNG, WebP, GIF and AVIF all work.")
    code = "not_a_picture"


class PictureTooLarge(BadRequest):
    advice = _(
        "This picture is too large. Up to 15 MB and 40 megapixels work; 3000 by 3000 pixels is plenty for a cover."
    )
    status = 413
    code = "picture_too_large"


class Crop(StrEnum):
    """What is cut off, always evenly on both sides."""

    NONE = "none"
    SQUARE = "square"
    BANNER = "banner"  # three to one


class Sized(NamedTuple):
    """A derived picture, ready to be sent."""

    data: bytes
    mime: str
    etag: str


def take(picture: bytes | BinaryIO) -> Blob:
    """Keep a stranger's picture as it is, once a small copy could be drawn of it."""
    data = picture if isinstance(picture, bytes) else picture.read(MAX_BYTES + 1)
    _drawn(data, SIZES[0], Crop.SQUARE)
    return storage.put_bytes(data)


def sized(blob: Blob, size: int, crop: Crop = Crop.NONE) -> Sized:
    """The picture as WebP, at most `size` wide, made on first demand and then kept."""
    if size not in SIZES:
        raise ValueError(f"{size} is not one of the sizes {SIZES}")
    place = _place(blob.digest) / f"{crop}-{size}.webp"
    try:
        data = place.read_bytes()
    except FileNotFoundError:
        with storage.open_blob(blob) as file:
            data = _drawn(file.read(MAX_BYTES + 1), size, crop)
        _keep(place, data)
    return Sized(data, "image/webp", f'"{blob.digest[:20]}-{crop}-{size}"')


def suffix_of(blob: Blob) -> str:
    """How a file with this picture should end: ".jpg"."""
    with storage.open_blob(blob) as file, Image.open(file, formats=FORMATS) as image:
        return {"JPEG": ".jpg", "MPO": ".jpg"}.get(image.format or "", f".{(image.format or 'bin').lower()}")


def tidy() -> int:
    """Remove the copies of pictures that are no longer in storage; return of how many. For the daily sweep."""
    drawn = [folder.name for folder in (Path(settings.HOME) / "pictures").glob("??/*")]
    stored = set(Blob.objects.filter(digest__in=drawn).values_list("digest", flat=True))
    gone = [digest for digest in drawn if digest not in stored]
    for digest in gone:
        forget(digest)
    return len(gone)


def let_go(digest: str | None) -> None:
    """Forget the copies of a picture that a row showed until now, unless another still points to it."""
    if digest is not None and not storage.is_used(digest):
        forget(digest)


def forget(digest: str) -> None:
    """Remove every copy derived from a picture that is no longer wanted. Safe to run twice."""
    shutil.rmtree(_place(digest), ignore_errors=True)


def _drawn(data: bytes, size: int, crop: Crop) -> bytes:
    """The picture as others may see it."""
    if len(data) > MAX_BYTES:
        raise PictureTooLarge(f"more than {MAX_BYTES} bytes")
    if data[:2] == b"\xff\xd8" and data.count(b"\xff\xda") > MAX_JPEG_SCANS:
        raise NotAPicture(f"a JPEG of more than {MAX_JPEG_SCANS} scans")
    try:
        with _ONE_AT_A_TIME, Image.open(BytesIO(data), formats=FORMATS) as image:
            if image.width * image.height > MAX_PIXELS or max(image.size) > MAX_SIDE:
                raise PictureTooLarge(f"{image.width} x {image.height} pixels")
            # A JPEG can be unpacked at a fraction of its pixels; twice the size keeps the edges clean.
            image.draft("RGB", (2 * size, 2 * size))
            upright = ImageOps.exif_transpose(image)
            return _as_webp(_cut(_in_srgb(upright), size, crop))
    except PictureTooLarge:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PictureTooLarge(str(error)) from error
    except Exception as error:
        # Crafted files make decoders raise anything from SyntaxError to struct.error: all mean the same to people.
        raise NotAPicture(f"{type(error).__name__}: {error}") from error


def _in_srgb(image: Image.Image) -> Image.Image:
    """The picture in the colours browsers assume, as RGB or RGBA."""
    if image.mode.startswith("I"):  # 16 bits of grey; convert() would cut them off at 255 instead of scaling
        image = image.convert("I").point(lambda value: value / 257).convert("L")
    profile = image.info.get("icc_profile")
    see_through = "A" in image.getbands() or "transparency" in image.info
    if profile and image.mode in {"RGB", "RGBA", "CMYK", "L"}:
        try:
            converted = ImageCms.profileToProfile(
                image,
                ImageCms.ImageCmsProfile(BytesIO(profile)),
                ImageCms.createProfile("sRGB"),
                outputMode="RGBA" if image.mode == "RGBA" else "RGB",
            )
        except (ImageCms.PyCMSError, OSError, ValueError):
            converted = None  # a broken profile: the colours as they stand are better than no picture
        if converted is not None:
            return converted
    return image.convert("RGBA" if see_through else "RGB")


def _cut(image: Image.Image, size: int, crop: Crop) -> Image.Image:
    """The picture cut to shape and made smaller; never larger than it came."""
    if crop is Crop.NONE:
        image.thumbnail((size, size), Image.Resampling.LANCZOS)
        return image
    across, down = (1, 1) if crop is Crop.SQUARE else (3, 1)
    width = max(1, min(size, image.width, image.height * across // down))
    return ImageOps.fit(image, (width, max(1, width * down // across)), Image.Resampling.LANCZOS)


def _as_webp(image: Image.Image) -> bytes:
    # A fresh image takes the pixels along and nothing else: no EXIF, XMP, ICC, comment or thumbnail.
    clean = Image.new(image.mode, image.size)
    clean.paste(image)
    out = BytesIO()
    clean.save(out, "WEBP", quality=82, method=4)
    return out.getvalue()


def _place(digest: str) -> Path:
    return Path(settings.HOME) / "pictures" / digest[:2] / digest


def _keep(place: Path, data: bytes) -> None:
    """Write whole or not at all: a reader meets either no file or all of it."""
    place.parent.mkdir(parents=True, exist_ok=True)
    draft = place.with_name(f"{place.name}.{os.getpid()}.{threading.get_ident()}.part")
    draft.write_bytes(data)
    draft.replace(place)
