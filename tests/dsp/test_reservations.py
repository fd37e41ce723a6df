"""A no in a file is found wherever others look for it; hostile credentials cost nothing and stop nothing."""

import struct
from collections.abc import Iterator
from pathlib import Path

import pytest
from mutagen.flac import FLAC
from mutagen.id3 import GEOB, ID3, TXXX
from mutagen.mp4 import MP4

from tenuto.dsp.carriers import UUID
from tenuto.dsp.limits import QUICK
from tenuto.dsp.reservations import read_reservations
from tenuto.dsp.sandbox import Sandbox
from tenuto.rules import cbor, jumbf
from tests.dsp.clips import sine, written

NO = {"entries": {"cawg.ai_training": {"use": "notAllowed"}, "cawg.data_mining": {"use": "allowed"}}}
OLD_NO = {"entries": {"c2pa.ai_generative_training": {"use": "constrained"}}}
YES = {"entries": {"cawg.ai_training": {"use": "allowed"}}}


def store(label: str, assertion: object) -> bytes:
    """Credentials as anybody could write them: unsigned, for a no is believed of whoever says it."""
    return with_box(label, jumbf.box(b"cbor", cbor.encode(assertion)))


def with_box(label: str, box: bytes) -> bytes:
    inside = jumbf.superbox(jumbf.ASSERTIONS, "c2pa.assertions", jumbf.superbox(jumbf.CBOR, label, box))
    return jumbf.superbox(jumbf.STORE, "c2pa", jumbf.superbox(jumbf.MANIFEST, "urn:c2pa:theirs", inside))


def carrying(folder: Path, ending: str, credentials: bytes) -> Path:
    path = written(folder / f"x.{ending}", sine(0.2), 48_000)
    if ending == "wav":
        chunk = b"C2PA" + struct.pack("<I", len(credentials)) + credentials + bytes(len(credentials) % 2)
        data = path.read_bytes() + chunk
        path.write_bytes(data[:4] + struct.pack("<I", len(data) - 8) + data[8:])
    elif ending == "m4a":
        box = UUID + bytes(4) + b"manifest\0" + bytes(8) + credentials
        path.write_bytes(path.read_bytes() + struct.pack(">I4s", len(box) + 8, b"uuid") + box)
    else:
        tag = ID3()
        tag.add(GEOB(encoding=0, mime="application/x-c2pa-manifest-store", filename="c2pa", desc="", data=credentials))
        tag.save(path)
    return path


@pytest.mark.parametrize("ending", ["wav", "flac", "mp3", "m4a"])
def test_a_no_in_somebodys_credentials_is_found(tmp_path: Path, ending: str) -> None:
    assert read_reservations(carrying(tmp_path, ending, store("cawg.training-mining", NO))) == ("cawg.ai_training",)
    found = read_reservations(carrying(tmp_path, ending, store("c2pa.training-mining__1", OLD_NO)))
    assert found == ("c2pa.ai_generative_training",)
    assert read_reservations(carrying(tmp_path, ending, store("cawg.training-mining", YES))) == ()
    assert read_reservations(carrying(tmp_path, ending, store("c2pa.actions.v2", NO))) == ()


def test_a_no_in_a_tag_is_found_in_each_dialect(tmp_path: Path) -> None:
    mp3, flac, m4a = (written(tmp_path / f"x.{ending}", sine(0.2), 48_000) for ending in ("mp3", "flac", "m4a"))
    tag = ID3()
    tag.add(TXXX(encoding=3, desc="Content-Usage", text=["train-ai=n"]))
    tag.save(mp3)
    vorbis = FLAC(flac)
    vorbis["tdm_reservation"] = ["1"]
    vorbis.save()
    atoms = MP4(m4a)
    atoms["----:com.apple.iTunes:NOAI"] = [b"1"]
    atoms.save()
    assert read_reservations(mp3) == ("tag CONTENT_USAGE",)
    assert read_reservations(flac) == ("tag TDM_RESERVATION",)
    assert read_reservations(m4a) == ("tag NOAI",)
    for path in (written(tmp_path / f"y.{ending}", sine(0.2), 48_000) for ending in ("mp3", "wav", "ogg", "aac")):
        assert read_reservations(path) == ()


LABEL = "cawg.training-mining"
HOSTILE = {
    "nested arrays": with_box(LABEL, jumbf.box(b"cbor", b"\x81" * 60_000)),
    "arrays without an end": with_box(LABEL, jumbf.box(b"cbor", b"\x9f" * 60_000)),
    "a map of 2^64": with_box(LABEL, jumbf.box(b"cbor", b"\xbb" + b"\xff" * 8)),
    "nested json": with_box(LABEL, jumbf.box(b"json", b'{"entries":' * 5_000)),
    "an assertion of megabytes": with_box(LABEL, jumbf.box(b"cbor", bytes(4_000_000))),
    "a box that ends nowhere": b"\xff\xff\xff\xffjumb",
    "half a million boxes": jumbf.superbox(jumbf.STORE, "c2pa", b"\0\0\0\x08free" * 500_000),
    "entries that are no map": store(LABEL, {"entries": [1, 2]}),
    "no map at all": store(LABEL, [1]),
}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as ours:
        yield ours


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("ending", ["wav", "mp3"])
def test_hostile_credentials_say_nothing_within_a_moment_and_a_little_memory(
    sandbox: Sandbox, tmp_path: Path, name: str, ending: str
) -> None:
    plain = written(tmp_path / f"plain.{ending}", sine(0.2), 48_000)
    _, least = sandbox.measure(read_reservations, plain, reads=[plain], limits=QUICK)
    path = carrying(tmp_path, ending, HOSTILE[name])
    found, usage = sandbox.measure(read_reservations, path, reads=[path], limits=QUICK)
    assert found == ()
    assert usage.cpu_seconds < least.cpu_seconds + 0.5
    assert usage.peak_bytes < least.peak_bytes + 48 * 1024 * 1024


def test_a_box_larger_than_any_credentials_is_not_even_read(sandbox: Sandbox, tmp_path: Path) -> None:
    path = written(tmp_path / "x.wav", sine(0.2), 48_000)
    with path.open("ab") as file:
        file.write(b"C2PA" + struct.pack("<I", 1 << 30))
        file.truncate(path.stat().st_size + 8 + (1 << 30))  # a gigabyte of nothing, which the disk does not hold
    found, usage = sandbox.measure(read_reservations, path, reads=[path], limits=QUICK)
    assert found == ()
    assert usage.peak_bytes < 400 * 1024 * 1024
