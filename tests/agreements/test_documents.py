"""Documents: what may be attached, that signatures cover their bytes, and who may have them."""

from hashlib import sha256
from io import BytesIO

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks as Capture
from pytest_django import Settings

from tenuto.accounts.models import Account
from tenuto.agreements.documents import attach
from tenuto.agreements.drafting import current
from tenuto.agreements.models import Agreement, Document, Side
from tenuto.agreements.wording import read
from tenuto.base import storage
from tenuto.base.models import Blob
from tests.agreements.acting import browser
from tests.agreements.agreeing import dee, drafted, isrc, label, over, signed, signs

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7\n% the contract of 5 November\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 20


@pytest.fixture
def draft(alma: Account) -> Agreement:
    return drafted(label(dee(), at=timezone.now()), alma, over(isrc()), by=dee(), at=timezone.now())


def sends(client: Client, draft: Agreement, data: bytes, name: str = "contract.pdf") -> int:
    file = BytesIO(data)
    file.name = name
    return client.post(f"/agreements/{draft.key}/documents", {"file": file}).status_code


def test_a_document_is_part_of_what_is_signed(draft: Agreement, as_alma: Client, alma: Account) -> None:
    signs(draft, Side.ORGANISATION, dee(), timezone.now())
    assert sends(as_alma, draft, PDF) == 302
    wording = current(draft)
    (paper,) = read(wording.text).papers
    assert (paper.name, paper.digest) == ("contract.pdf", sha256(PDF).hexdigest())
    assert not wording.signatures.exists(), "the label has to sign anew, with the document"
    assert "contract.pdf" in browser(dee()).get(draft.get_absolute_url()).content.decode()


def test_its_two_sides_get_its_bytes_to_save_and_nobody_else(draft: Agreement, as_alma: Client, as_cy: Client) -> None:
    sends(as_alma, draft, b"<script>alert(1)</script> in plain text", "../../<b>note.html")
    document = Document.objects.get()
    assert (document.media_type, document.name) == ("text/plain; charset=utf-8", "<b>note.html")
    address = f"/agreements/{draft.key}/documents/{document.blob_id}"
    answer = browser(dee()).get(address)
    assert b"".join(answer.streaming_content) == b"<script>alert(1)</script> in plain text"  # type: ignore[attr-defined]
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Type"].startswith("text/plain")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert as_cy.get(address).status_code == 404
    assert Client().get(address).status_code == 302


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (PDF, 302),
        (PNG, 302),
        (b"\xff\xd8\xff\xe0 picture", 302),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", 302),
        ("Übereinkunft\n".encode(), 302),
        (b"MZ\x90\x00\x03", 422),
        (b"PK\x03\x04\x00\x01", 422),
        (b"\xfe\xed\xfa\xce", 422),
        (b"text with \x00 in it", 422),
        (b"   \n", 422),
        (b"", 422),
    ],
)
def test_what_a_file_is_its_bytes_say(draft: Agreement, as_alma: Client, data: bytes, status: int) -> None:
    assert sends(as_alma, draft, data) == status
    assert Document.objects.exists() is (status == 302)


def test_limits_are_said(draft: Agreement, as_alma: Client, settings: Settings) -> None:
    settings.MAX_DOCUMENT_BYTES = 100
    settings.MAX_DOCUMENTS = 2
    assert sends(as_alma, draft, PDF + b"x" * 100) == 413
    assert [sends(as_alma, draft, PDF + bytes([65 + n])) for n in range(3)] == [302, 302, 409]
    assert sends(as_alma, draft, PDF + b"A", "again.pdf") == 302, "it is there already"
    assert len(read(current(draft).text).papers) == Document.objects.count() == 2


def test_what_was_taken_out_is_gone(
    draft: Agreement, as_alma: Client, django_capture_on_commit_callbacks: Capture
) -> None:
    sends(as_alma, draft, PDF)
    digest = Document.objects.get().blob_id
    with django_capture_on_commit_callbacks(execute=True):
        assert as_alma.post(f"/agreements/{draft.key}/documents/{digest}").status_code == 302
    assert not read(current(draft).text).papers
    assert not Blob.objects.filter(digest=digest).exists()
    assert not storage.place_of(digest).exists()


def test_what_somebody_signed_stays_even_if_taken_out(
    draft: Agreement, as_alma: Client, django_capture_on_commit_callbacks: Capture
) -> None:
    sends(as_alma, draft, PDF)
    signs(draft, Side.ORGANISATION, dee(), timezone.now())
    digest = Document.objects.get().blob_id
    with django_capture_on_commit_callbacks(execute=True):
        as_alma.post(f"/agreements/{draft.key}/documents/{digest}")
    assert not read(current(draft).text).papers
    assert storage.place_of(digest).exists(), "the wording that the label signed names it"


def test_once_both_have_signed_documents_stay_as_they_are(alma: Account, as_alma: Client) -> None:
    harbour = label(dee(), at=timezone.now())
    draft = drafted(harbour, alma, over(isrc()), by=dee(), at=timezone.now())
    made = attach(draft, "contract.pdf", PDF, side=Side.ARTIST, by=alma, at=timezone.now())
    signs(draft, Side.ORGANISATION, dee(), timezone.now())
    signs(draft, Side.ARTIST, alma, timezone.now())
    assert sends(as_alma, draft, PDF + b"2") == 409
    assert as_alma.post(f"/agreements/{draft.key}/documents/{made.blob_id}").status_code == 409
    assert signed(harbour, alma, over(isrc(), title="x"), by=dee(), at=timezone.now())
    assert Document.objects.count() == 1
