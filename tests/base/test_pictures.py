import struct
import zlib
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import settings as bounds
from hypothesis import strategies as st
from PIL import Image, ImageCms, features

from tenuto.base import pictures, storage
from tenuto.base.models import Blob
from tenuto.base.pictures import Crop, NotAPicture, PictureTooLarge

pytestmark = pytest.mark.django_db


def encoded(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def opened(picture: pictures.Sized) -> Image.Image:
    image = Image.open(BytesIO(picture.data))
    image.load()
    return image


def two_halves(width: int = 300, height: int = 200) -> Image.Image:
    """Red on the left, blue on the right."""
    image = Image.new("RGB", (width, height), "red")
    image.paste("blue", (width // 2, 0, width, height))
    return image


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_claiming(width: int, height: int) -> bytes:
    """A few bytes that say they are a huge picture."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


KINDS = ["JPEG", "PNG", "WEBP", "GIF", *(["AVIF"] if features.check("avif") else [])]


@pytest.mark.parametrize("kind", KINDS)
def test_every_common_format_is_kept_as_it_came_and_shown_as_webp(kind: str) -> None:
    original = encoded(two_halves(), kind)
    blob = pictures.take(original)
    assert blob.digest == sha256(original).hexdigest()
    shown = pictures.sized(blob, 96, Crop.SQUARE)
    assert shown.mime == "image/webp"
    image = opened(shown)
    assert (image.format, image.size) == ("WEBP", (96, 96))
    left, right = image.convert("RGB").getpixel((10, 48)), image.convert("RGB").getpixel((86, 48))
    assert isinstance(left, tuple)
    assert isinstance(right, tuple)
    assert left[0] > 200 > left[2]
    assert right[2] > 200 > right[0]


@pytest.mark.parametrize(
    ("crop", "size"), [(Crop.NONE, (160, 107)), (Crop.SQUARE, (160, 160)), (Crop.BANNER, (160, 53))]
)
def test_a_crop_gives_its_shape(crop: Crop, size: tuple[int, int]) -> None:
    assert opened(pictures.sized(pictures.take(encoded(two_halves())), 160, crop)).size == size


def test_a_small_picture_is_not_blown_up() -> None:
    blob = pictures.take(encoded(two_halves(60, 40)))
    assert opened(pictures.sized(blob, 480)).size == (60, 40)
    assert opened(pictures.sized(blob, 480, Crop.SQUARE)).size == (40, 40)
    assert opened(pictures.sized(pictures.take(encoded(two_halves(2, 1))), 480, Crop.BANNER)).size == (2, 1)


def test_a_camera_s_notes_are_obeyed_and_then_left_out() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90 degrees to the right
    exif[0x010F] = "SecretCamera"
    exif.get_ifd(0x8825)[1] = "N"  # where it was taken
    original = encoded(two_halves(200, 100), "JPEG", exif=exif, comment=b"SecretComment")
    assert b"SecretCamera" in original
    shown = pictures.sized(pictures.take(original), 320)
    image = opened(shown)
    assert image.size == (100, 200)
    top = image.convert("RGB").getpixel((50, 20))
    assert isinstance(top, tuple)
    assert top[0] > 200
    assert not image.getexif()
    assert b"Secret" not in shown.data


def test_colours_of_another_profile_are_brought_to_srgb() -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    shown = pictures.sized(pictures.take(encoded(two_halves(), "PNG", icc_profile=lab)), 96)
    assert "icc_profile" not in opened(shown).info
    broken = pictures.sized(pictures.take(encoded(two_halves(), "PNG", icc_profile=b"no profile at all")), 96)
    assert opened(broken).size == (96, 64)


@pytest.mark.parametrize("mode", ["L", "LA", "P", "1", "RGBA", "I;16"])
def test_every_kind_of_pixel_becomes_plain_colour(mode: str) -> None:
    grey = Image.new("I;16", (50, 50), 0x8000) if mode == "I;16" else Image.new("L", (50, 50), 128).convert(mode)
    pixel = opened(pictures.sized(pictures.take(encoded(grey)), 48)).convert("RGB").getpixel((20, 20))
    assert isinstance(pixel, tuple)
    assert mode == "1" or all(120 <= value <= 136 for value in pixel)


def test_the_colours_of_print_work_too() -> None:
    cmyk = Image.new("CMYK", (50, 50), (0, 255, 255, 0))
    pixel = opened(pictures.sized(pictures.take(encoded(cmyk, "JPEG")), 48)).convert("RGB").getpixel((20, 20))
    assert isinstance(pixel, tuple)
    assert pixel[0] > 200 > pixel[1]


def test_what_is_see_through_stays_so() -> None:
    assert (
        opened(pictures.sized(pictures.take(encoded(Image.new("RGBA", (50, 50), (255, 0, 0, 0)))), 48)).mode == "RGBA"
    )


def test_of_a_moving_picture_the_first_frame_is_shown() -> None:
    moving = encoded(
        Image.new("RGB", (50, 50), "red"), "GIF", save_all=True, append_images=[Image.new("RGB", (50, 50), "blue")]
    )
    image = opened(pictures.sized(pictures.take(moving), 48))
    assert not getattr(image, "is_animated", False)
    pixel = image.convert("RGB").getpixel((20, 20))
    assert isinstance(pixel, tuple)
    assert pixel[0] > 200


PROGRESSIVE = encoded(two_halves(), "JPEG", progressive=True)
SCAN = PROGRESSIVE[PROGRESSIVE.rindex(b"\xff\xda") : -2]
FIVE_HUNDRED_SCANS = PROGRESSIVE[:-2] + SCAN * 500 + PROGRESSIVE[-2:]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not a picture",
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b"%PDF-1.4\n",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
        encoded(two_halves(), "TIFF"),
        encoded(two_halves(), "BMP"),
        encoded(two_halves(), "JPEG")[:-400],
        encoded(two_halves())[:-40],
        FIVE_HUNDRED_SCANS,
    ],
    ids=["empty", "words", "svg", "pdf", "eps", "tiff", "bmp", "cut jpeg", "cut png", "scan bomb"],
)
def test_what_is_no_picture_of_ours_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(NotAPicture) as refusal:
        pictures.take(data)
    assert "JPEG, PNG" in str(refusal.value.advice)
    assert not Blob.objects.exists()


@pytest.mark.parametrize("size", [(7000, 7000), (20_001, 1), (1, 20_001), (60_000, 60_000), (2**31 - 1, 2**31 - 1)])
def test_a_bomb_is_refused_by_its_first_bytes(size: tuple[int, int]) -> None:
    with pytest.raises(PictureTooLarge):
        pictures.take(png_claiming(*size))


def test_more_bytes_than_allowed_are_refused_without_reading_on() -> None:
    class Endless(BytesIO):
        asked = 0

        def read(self, size: int | None = -1, /) -> bytes:
            self.asked += size or 0
            return b"\xff\xd8" + b"\0" * ((size or 2) - 2)

    endless = Endless()
    with pytest.raises(PictureTooLarge):
        pictures.take(endless)
    assert endless.asked == pictures.MAX_BYTES + 1


def test_a_text_chunk_that_unpacks_to_gigabytes_is_refused() -> None:
    bomb = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"\0" * 80_000_000))
    plain = encoded(two_halves())
    with pytest.raises(NotAPicture):
        pictures.take(plain[:33] + bomb + plain[33:])


def test_nothing_of_a_polyglot_but_its_picture_is_shown() -> None:
    polyglot = encoded(two_halves(), "JPEG") + b"PK\x03\x04<script>alert(1)</script>"
    assert b"<script>" not in pictures.sized(pictures.take(polyglot), 96).data


def test_a_size_that_no_page_uses_is_not_made() -> None:
    blob = pictures.take(encoded(two_halves()))
    with pytest.raises(ValueError, match="97 is not one of the sizes"):
        pictures.sized(blob, 97)


def test_a_copy_is_drawn_once_and_then_kept_until_forgotten() -> None:
    blob = pictures.take(encoded(two_halves(301, 201)))
    first = pictures.sized(blob, 96)
    folder = Path(settings.HOME) / "pictures" / blob.digest[:2] / blob.digest
    assert [file.name for file in folder.iterdir()] == ["none-96.webp"]
    storage.path_of(blob).unlink()
    assert pictures.sized(blob, 96) == first
    pictures.tidy()
    pictures.forget(blob.digest)
    pictures.forget(blob.digest)
    assert not folder.exists()


def test_copies_of_pictures_that_are_gone_go_too() -> None:
    kept, gone = pictures.take(encoded(two_halves(302, 201))), pictures.take(encoded(two_halves(303, 201)))
    for blob in (kept, gone):
        pictures.sized(blob, 96)
    storage.forget([gone.digest])
    pictures.tidy()
    folders = {folder.name for folder in (Path(settings.HOME) / "pictures").glob("??/*")}
    assert kept.digest in folders
    assert gone.digest not in folders


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_damaged_picture_is_refused_or_shown_but_breaks_nothing(kind: str) -> None:
    good = encoded(two_halves(40, 30), kind)

    @given(position=st.integers(0, len(good) - 1), junk=st.binary(min_size=1, max_size=8))
    @bounds(max_examples=40, deadline=None)
    def damage(position: int, junk: bytes) -> None:
        try:
            blob = pictures.take(good[:position] + junk + good[position + len(junk) :])
        except (NotAPicture, PictureTooLarge):
            return
        pictures.sized(blob, 96, Crop.SQUARE)

    damage()
