"""The instance's certificates: made once, renewed in time, kept from others. Its time stamps, checked by OpenSSL."""

import os
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from cryptography import x509
from django.conf import settings
from django.test import Client

from tenuto.ledger.errors import KeyMissing
from tenuto.rules import der
from tenuto.safeguards.marks import keys, stamping
from tenuto.server import ledger_parts

NOW = datetime(2026, 11, 29, tzinfo=UTC)
QUERY = "application/timestamp-query"


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, settings: Any) -> None:
    settings.SIGNING_DIR = tmp_path / "signing"


def test_a_chain_is_made_once_and_only_its_owner_can_read_it() -> None:
    first = keys.signer(NOW)
    assert keys.signer(NOW) is first
    first.certificate.verify_directly_issued_by(keys.root(NOW).certificate)
    keys.stamper(NOW).certificate.verify_directly_issued_by(keys.root(NOW).certificate)
    for name in keys.NAMES:
        assert (Path(settings.SIGNING_DIR) / f"{name}.pem").stat().st_mode & 0o077 == 0


def test_the_signer_is_renewed_before_it_ends_and_the_root_stays() -> None:
    root, first = keys.root(NOW), keys.signer(NOW)
    assert keys.signer(NOW + timedelta(days=300)).certificate == first.certificate
    later = keys.signer(NOW + timedelta(days=310))
    assert later.certificate.serial_number != first.certificate.serial_number
    assert keys.root(NOW + timedelta(days=310)).certificate == root.certificate
    later.certificate.verify_directly_issued_by(root.certificate)


def test_of_those_who_begin_at_once_all_hold_the_same_root() -> None:
    found: list[bytes] = []
    threads = [Thread(target=lambda: found.append(keys.root(NOW).der)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1


@pytest.mark.parametrize("how", ["readable", "torn", "another's"])
def test_a_key_that_is_not_as_it_must_be_is_refused_with_what_to_do(how: str) -> None:
    keys.signer(NOW)
    place = Path(settings.SIGNING_DIR) / "root.pem"
    if how == "readable":
        place.chmod(0o644)
    elif how == "torn":
        place.write_bytes(place.read_bytes()[:100])
    else:
        other = (Path(settings.SIGNING_DIR) / "signer.pem").read_bytes()
        whole = place.read_bytes()
        place.write_bytes(whole[: whole.index(b"-----BEGIN CERT")] + other[other.index(b"-----BEGIN CERT") :])
    with pytest.raises(KeyMissing):
        keys.root(NOW)


def test_a_backup_takes_the_keys_along_and_puts_them_back_unread_by_others(tmp_path: Path) -> None:
    keys.signer(NOW)
    keys.stamper(NOW)
    found = {name: place for name, place in ledger_parts.parts(tmp_path).items() if name.startswith("signing/")}
    assert sorted(found) == ["signing/root.pem", "signing/signer.pem", "signing/stamper.pem"]
    for name, place in found.items():
        assert ledger_parts.place_for(name) == place
        assert ledger_parts.mode_of(name) == 0o600
    assert ledger_parts.place_for("signing/../secret_key") is None


def test_no_key_shows_when_a_holder_is_printed() -> None:
    assert "PRIVATE" not in repr(keys.root(NOW))
    assert "PRIVATE" not in keys.root(NOW).pem.decode()


def test_the_root_is_handed_out_without_its_key(client: Client) -> None:
    answer = client.get("/certificates/root.pem")
    assert x509.load_pem_x509_certificate(answer.content).subject == keys.root(datetime.now(UTC)).certificate.subject
    assert b"PRIVATE" not in answer.content


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
@pytest.mark.parametrize("digest", ["-sha256", "-sha512"])
def test_openssl_takes_our_stamps(client: Client, tmp_path: Path, digest: str) -> None:
    (tmp_path / "data").write_bytes(os.urandom(100))
    (tmp_path / "root.pem").write_bytes(client.get("/certificates/root.pem").content)

    def openssl(*arguments: str) -> str:
        done = subprocess.run(["openssl", "ts", *arguments], cwd=tmp_path, capture_output=True, text=True, check=False)
        return done.stdout

    openssl("-query", "-data", "data", digest, "-cert", "-out", "asked")
    answer = client.post("/time-stamp", (tmp_path / "asked").read_bytes(), content_type=QUERY)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/timestamp-reply")
    (tmp_path / "told").write_bytes(answer.content)
    check = ("-verify", "-in", "told", "-CAfile", "root.pem")
    assert "Verification: OK" in openssl(*check, "-queryfile", "asked")
    assert "Verification: OK" in openssl(*check, "-data", "data")
    (tmp_path / "data").write_bytes(b"something else")
    assert "Verification: OK" not in openssl(*check, "-data", "data")


def test_what_is_no_request_is_told_so(client: Client) -> None:
    assert client.post("/time-stamp", b"x", content_type="text/plain").status_code == 415
    assert client.post("/time-stamp", bytes(5000), content_type=QUERY).status_code == 413
    assert client.get("/time-stamp").status_code == 405
    refused = client.post("/time-stamp", b"x", content_type=QUERY)
    status = der.read_all(der.read_all(refused.content)[0][1])[0][1]
    assert (refused.status_code, der.read_all(status)[0]) == (200, (der.INTEGER, b"\2"))


def test_no_two_stamps_bear_one_number() -> None:
    def number(stamp: bytes) -> bytes:
        """Of the TSTInfo, which lies where RFC 3161 has it."""
        signed = der.read_all(der.read(der.read_all(der.read(stamp)[1])[1][1])[1])
        info = der.read(der.read(der.read_all(signed[2][1])[1][1])[1])[1]
        return der.read_all(info)[3][1]

    assert len({number(stamping.stamp(b"x", NOW)) for _ in range(50)}) == 50
