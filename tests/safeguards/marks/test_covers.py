"""A cover says in itself what the headers beside it say, on the site and inside a downloaded file."""

from io import BytesIO
from pathlib import Path
from typing import Any

import mutagen
import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image

from tenuto.accounts.models import Account
from tenuto.base import pictures
from tenuto.dsp.tags import Tags, read_tags, write_tags
from tenuto.tracks.models import Track
from tests.audio.sounding import public, sketch
from tests.dsp.clips import sine, written
from tests.golden.audio.make import png
from tests.safeguards.marks.marking import downloadable, downloaded

pytestmark = pytest.mark.django_db
JPEG = BytesIO()
Image.linear_gradient("L").convert("RGB").resize((64, 64)).save(JPEG, "JPEG")


def covered(track: Track) -> Track:
    track.artwork = pictures.take(png(64, 64))
    track.save()
    return track


def said_in(picture: bytes) -> Any:
    with Image.open(BytesIO(picture)) as opened:
        opened.load()
        return opened.info.get("xmp") or opened.info["XML:com.adobe.xmp"].encode()


def test_a_public_cover_may_be_found_and_not_mined(alma: Account, client: Client) -> None:
    track = covered(public(alma))
    response = client.get(address(track))
    assert b"DMI-PROHIBITED-EXCEPTSEARCHENGINEINDEXING" in said_in(response.content)
    assert f"/tracks/{track.key}" in said_in(response.content).decode()
    assert client.get(address(track), headers={"if-none-match": response["ETag"]}).status_code == 304


def address(track: Track) -> str:
    return reverse("tracks:artwork", args=[track.key, 96])


def test_a_hidden_cover_refuses_everything_and_names_no_track(alma: Account, as_alma: Client) -> None:
    track = covered(sketch(alma))
    said = said_in(as_alma.get(address(track)).content)
    assert b"DMI-PROHIBITED<" in said
    assert track.key.encode() not in said


@pytest.mark.parametrize("ending", ["mp3", "flac", "m4a", "opus", "wav"])
@pytest.mark.parametrize(("picture", "mime"), [(png(8, 8), "image/png"), (JPEG.getvalue(), "image/jpeg")])
def test_the_cover_inside_a_download_says_it_too(
    alma: Account, client: Client, tmp_path: Path, ending: str, picture: bytes, mime: str
) -> None:
    path = written(tmp_path / f"song.{ending}", sine(0.3), 48_000)
    write_tags(path, Tags(title="Harbour", picture=picture, picture_mime=mime))
    got = downloaded(client, downloadable(alma, path), tmp_path)
    assert mutagen.File(got) is not None
    inside = read_tags(got).picture
    assert b"DMI-PROHIBITED" in said_in(inside)
    with Image.open(BytesIO(inside)) as after, Image.open(BytesIO(picture)) as before:
        assert after.tobytes() == before.tobytes()
