"""Recordings of every kind, marked as they leave, and the eyes of others that look at them."""

import json
from pathlib import Path
from typing import Any

import c2pa
import encypher_c2pa
from django.test import Client
from django.utils import timezone

from tenuto.accounts.models import Account
from tenuto.base import storage
from tenuto.dsp.probe import probe
from tenuto.dsp.tags import Tags, write_tags
from tenuto.safeguards.marks import keys
from tenuto.tracks.models import Recording, Track
from tests.audio.sounding import public
from tests.dsp.clips import music, written

KINDS = {
    "wav": "audio/wav",
    "flac": "audio/flac",
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
    "ogg": "audio/ogg",
    "opus": "audio/ogg",
    "aiff": "audio/aiff",
    "aac": "audio/aac",
}
WITHIN = ("wav", "flac", "mp3", "m4a")  # credentials lie in the file itself
BESIDE = ("ogg", "opus", "aiff", "aac")


def sung(folder: Path, ending: str, seconds: float = 1.0) -> Path:
    """A short song with tags of its artist's own."""
    path = written(folder / f"song.{ending}", music(seconds), 44_100)
    if ending != "aac":
        write_tags(path, Tags(title="Harbour", artist="Alma", comment="Played at night."))
    return path


def downloadable(owner: Account, path: Path, **facts: Any) -> Track:
    """A public track that anybody may download, with this file as its original."""
    track = public(owner, downloads=True, **facts)
    storage_path = path.with_name(f"kept-{path.name}")
    storage_path.write_bytes(path.read_bytes())
    Recording.objects.filter(track=track).update(
        original=storage.adopt(storage_path), filename=path.name, container=probe(path).container
    )
    return track


def downloaded(client: Client, track: Track, into: Path) -> Path:
    """The file that a listener gets, under its ending."""
    response = client.get(f"/tracks/{track.key}/download")
    assert response.status_code == 200
    path = into / f"got.{Path(track.recordings.get().filename).suffix.lstrip('.')}"
    path.write_bytes(b"".join(response.streaming_content))  # type: ignore[attr-defined]
    return path


def root_pem() -> str:
    return keys.root(timezone.now()).pem.decode()


def read_by_c2pa(path: Path, media_type: str, beside: bytes = b"") -> dict[str, Any]:
    """The report of the reference reader, which is told to trust this instance's root and to fetch nothing."""
    told = {
        "verify": {"verify_trust": True, "remote_manifest_fetch": False, "ocsp_fetch": False},
        "trust": {"trust_anchors": root_pem()},
    }
    context = c2pa.Context(c2pa.Settings.from_dict(told))
    with path.open("rb") as file:
        reader = c2pa.Reader(media_type, file, *([beside] if beside else []), context=context)
        report: dict[str, Any] = json.loads(reader.json())
        reader.close()
    return report


def read_by_encypher(path: Path, media_type: str, **more: Any) -> dict[str, Any]:
    """The report of a second, independent reader."""
    root = root_pem()
    return dict(
        encypher_c2pa.verify(
            str(path), media_type, trust_pem=root, tsa_trust_pem=root, no_default_trust=True,
            telemetry=False, online=False, **more,
        )
    )  # fmt: skip


def codes(report: dict[str, Any], kind: str) -> set[str]:
    found = report["validation_results"]
    return {each["code"] for each in found.get("activeManifest", found)[kind]}
