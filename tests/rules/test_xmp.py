"""A packet gets into a picture without a pixel of it changing, and readers of others' making find it."""

from io import BytesIO
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tenuto.rules.signals.plus import data_mining, packet
from tenuto.rules.usage_policies import NOTHING, Answers
from tenuto.rules.xmp import with_packet

SAID = packet(Answers(search=True), "https://t.example/machines?a=1&b=2")
FORMS = [
    ("JPEG", "RGB", {}),
    ("JPEG", "L", {"exif": Image.Exif().tobytes()}),
    ("PNG", "RGBA", {}),
    ("WEBP", "RGB", {}),
    ("WEBP", "RGBA", {}),
    ("WEBP", "RGB", {"lossless": True}),
    ("WEBP", "RGBA", {"lossless": True}),
    ("WEBP", "RGB", {"exif": b"Exif\0\0MM"}),  # has the extended header already
]


def picture(form: str, mode: str, options: dict[str, object]) -> bytes:
    image = Image.linear_gradient("L").resize((37, 23)).convert(mode)
    if mode == "RGBA":
        image.putalpha(Image.radial_gradient("L").resize((37, 23)))
    out = BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


@pytest.mark.parametrize(("form", "mode", "options"), FORMS)
def test_a_packet_is_found_and_no_pixel_changes(form: str, mode: str, options: dict[str, object]) -> None:
    plain = picture(form, mode, options)
    told = with_packet(plain, SAID)
    with Image.open(BytesIO(plain)) as before, Image.open(BytesIO(told)) as after:
        assert (after.format, after.size, after.mode) == (before.format, before.size, before.mode)
        assert after.tobytes() == before.tobytes()
        found = after.info["xmp"] if form != "PNG" else after.info["XML:com.adobe.xmp"].encode()
        assert found == SAID
        tree = ElementTree.fromstring(found.decode())
        value = tree.findtext(".//{http://ns.useplus.org/ldf/xmp/1.0/}DataMining")
        assert value == "http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED-EXCEPTSEARCHENGINEINDEXING"
    assert with_packet(told, SAID) == told


@given(st.sampled_from(FORMS), st.integers(0, 400), st.binary(max_size=30))
def test_a_torn_picture_stays_as_it_is_or_stays_readable_to_us(
    form: tuple[str, str, dict[str, object]], cut: int, noise: bytes
) -> None:
    with_packet(picture(*form)[:cut] + noise, SAID)  # raises nothing


@given(st.builds(Answers, *[st.booleans()] * 6))
def test_no_value_is_looser_than_the_answers(answers: Answers) -> None:
    value = data_mining(answers).rpartition("DMI-")[2]
    if value == "ALLOWED":
        assert all(answers)
    if value in ("PROHIBITED-AIMLTRAINING", "PROHIBITED-GENAIMLTRAINING"):
        assert answers.mine
        assert answers.ai_input
        assert answers.ai_index
    if value == "PROHIBITED-GENAIMLTRAINING":
        assert answers.train
    assert answers.search or value == "PROHIBITED"


def test_silence_is_a_no() -> None:
    assert data_mining(NOTHING).endswith("DMI-PROHIBITED")
