"""The drill for files: one cell is turned, and the next download says so. Nothing is ever fetched for a file."""

import http.server
import socket
import struct
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest
from django.test import Client
from django.utils import timezone

from tenuto.accounts.models import Account
from tenuto.audio import removal
from tenuto.audio.marked import UNUSED_FOR, let_go
from tenuto.audio.models import MarkedCopy
from tenuto.base import storage
from tenuto.consent.answer import answer
from tenuto.consent.models import Act
from tenuto.dsp.limits import QUICK
from tenuto.dsp.reservations import read_reservations
from tenuto.dsp.sandbox import Sandbox
from tenuto.rules.visibility import Audience
from tenuto.server.fsck import again, used_by
from tests.audio.sounding import link_to, opened, shared
from tests.consent.answering import TRAIN, agree, allow, hold, terms
from tests.dsp.clips import sine, written
from tests.safeguards.marks.marking import downloadable, downloaded, read_by_c2pa, sung
from tests.safeguards.marks.test_downloads import named

pytestmark = pytest.mark.django_db


def digest_in(path: Path) -> str:
    """The policy that the credentials of a file name."""
    report = read_by_c2pa(path, "audio/flac")
    active = report["manifests"][report["active_manifest"]]
    found = next(each["data"] for each in active["assertions"] if each["label"] == "cawg.training-mining")
    return str(found["entries"]["cawg.ai_training"]["constraint_info"]).rpartition(" ")[2]


def test_the_next_download_says_what_was_changed_and_the_file_before_is_gone(
    alma: Account, client: Client, tmp_path: Path
) -> None:
    now = timezone.now()
    agree(alma, terms(now - timedelta(days=2)), now - timedelta(days=1))
    track = downloadable(alma, sung(tmp_path, "flac"))
    said = [digest_in(downloaded(client, track, tmp_path))]
    files = [MarkedCopy.objects.get().blob]
    for wish in (allow(TRAIN), hold(TRAIN)):
        answer(alma, [track.pk], wish, Act.How.PAGE, at=timezone.now())
        got = downloaded(client, track, tmp_path)
        files.append(MarkedCopy.objects.get().blob)
        said.append(digest_in(got))
        told = client.get(f"/api/v1/tracks/{track.key}/permissions").json()
        policy = next(each for each in told["policies"] if each["asset"] == "recording")
        assert said[-1] == policy["digest"] == named(got)["RIGHTS_DIGEST"]
    assert said[0] != said[1]
    assert said[0] == said[2]
    assert [storage.path_of(blob).exists() for blob in files] == [False, False, True]


@pytest.mark.parametrize("ending", ["wav", "flac", "mp3", "m4a", "opus"])
def test_a_download_that_is_uploaded_again_says_no_by_itself(
    alma: Account, client: Client, tmp_path: Path, ending: str
) -> None:
    found = read_reservations(downloaded(client, downloadable(alma, sung(tmp_path, ending)), tmp_path))
    assert {"tag CONTENT_USAGE", "tag TDM_RESERVATION"} <= set(found)
    assert ending == "opus" or {"cawg.ai_training", "c2pa.ai_generative_training"} <= set(found)


def test_a_new_title_and_a_new_name_are_in_the_next_download(alma: Account, client: Client, tmp_path: Path) -> None:
    track = downloadable(alma, sung(tmp_path, "flac"))
    downloaded(client, track, tmp_path)
    track.title = "Low tide"
    track.save()
    report = read_by_c2pa(downloaded(client, track, tmp_path), "audio/flac")
    assert report["manifests"][report["active_manifest"]]["title"] == "Low tide"


def test_a_file_from_a_secret_link_refuses_everything_and_names_no_track(
    alma: Account, client: Client, tmp_path: Path
) -> None:
    track = downloadable(alma, sung(tmp_path, "flac"))
    track.publication.delete()
    got = downloaded(opened(client, link_to(track)), track, tmp_path)
    tags = named(got)
    assert tags["CONTENT_USAGE"] == "train-ai=n, search=n"
    assert track.key not in tags["TDM_POLICY"] + tags["license"]
    assert track.key.encode() not in got.read_bytes()
    shared(track, Audience.PUBLIC)
    assert named(downloaded(client, track, tmp_path))["CONTENT_USAGE"] == "train-ai=n, search=y"


def test_copies_that_nobody_asks_for_are_let_go(alma: Account, client: Client, tmp_path: Path) -> None:
    track = downloadable(alma, sung(tmp_path, "mp3"))
    downloaded(client, track, tmp_path)
    blob = MarkedCopy.objects.get().blob
    let_go(timezone.now())
    assert MarkedCopy.objects.exists()
    let_go(timezone.now() + UNUSED_FOR + UNUSED_FOR)
    assert not MarkedCopy.objects.exists()
    assert not storage.path_of(blob).exists()
    assert downloaded(client, track, tmp_path).stat().st_size


def test_a_copy_whose_bytes_were_lost_is_made_anew(alma: Account, client: Client, tmp_path: Path) -> None:
    track = downloadable(alma, sung(tmp_path, "mp3"))
    downloaded(client, track, tmp_path)
    storage.path_of(MarkedCopy.objects.get().blob).unlink()
    assert read_by_c2pa(downloaded(client, track, tmp_path), "audio/mpeg")["validation_state"] == "Trusted"


def test_a_damaged_copy_is_let_go_by_the_check_and_made_anew(alma: Account, client: Client, tmp_path: Path) -> None:
    track = downloadable(alma, sung(tmp_path, "mp3"))
    downloaded(client, track, tmp_path)
    blob = MarkedCopy.objects.get().blob
    assert used_by(blob) == "a copy for downloads"
    storage.path_of(blob).write_bytes(b"torn")
    mend = again(blob)
    assert mend is not None
    mend()
    assert not MarkedCopy.objects.exists()
    assert read_by_c2pa(downloaded(client, track, tmp_path), "audio/mpeg")["validation_state"] == "Trusted"


def test_copies_go_with_the_account_of_their_artist(alma: Account, client: Client, tmp_path: Path) -> None:
    track = downloadable(alma, sung(tmp_path, "mp3"))
    downloaded(client, track, tmp_path)
    blob = MarkedCopy.objects.get().blob
    gone: list[str] = []
    while (digests := removal._remove(alma)) is not None:
        gone += digests
    assert blob.digest in gone
    assert not MarkedCopy.objects.exists()


# ——— nothing is fetched for a stranger's file ———


class Trap(http.server.BaseHTTPRequestHandler):
    """Notes whoever comes."""

    came: list[str] = []

    def do_GET(self) -> None:
        self.came.append(self.path)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_an_upload_that_names_an_address_of_its_credentials_makes_nobody_fetch_them(tmp_path: Path) -> None:
    """The reference reader, left to its own settings, did: so the trap is one."""
    server = http.server.HTTPServer(("127.0.0.1", 0), Trap)
    Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}/theirs.c2pa"
    packet = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description rdf:about="" xmlns:dcterms="http://purl.org/dc/terms/" dcterms:provenance="{address}"/>'
        "</rdf:RDF></x:xmpmeta>"
    ).encode()
    path = written(tmp_path / "x.wav", sine(0.2), 48_000)
    data = path.read_bytes() + b"_PMX" + struct.pack("<I", len(packet)) + packet + bytes(len(packet) % 2)
    path.write_bytes(data[:4] + struct.pack("<I", len(data) - 8) + data[8:])
    try:
        with Sandbox() as sandbox:
            assert sandbox.run(read_reservations, path, reads=[path], limits=QUICK) == ()
        assert Trap.came == []
        with socket.create_connection(("127.0.0.1", server.server_port)) as line:  # the trap does catch whoever comes
            line.sendall(b"GET /caught HTTP/1.0\r\n\r\n")
            line.recv(100)
        assert Trap.came == ["/caught"]
    finally:
        server.shutdown()
        server.server_close()
