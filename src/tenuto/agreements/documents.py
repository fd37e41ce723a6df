"""Files that belong to an agreement. The wording names each by the digest of its bytes, so signatures cover them."""

import unicodedata
from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from tenuto.accounts.models import Account
from tenuto.agreements import wording
from tenuto.agreements.drafting import Settled, current, is_settled, locked, rewrite
from tenuto.agreements.models import Agreement, Document, Side, Signature
from tenuto.agreements.wording import Paper
from tenuto.base import storage
from tenuto.base.errors import BadRequest, NotFound, OverLimit

PLAIN = "text/plain; charset=utf-8"
_BEGINNINGS = {
    b"%PDF-": "application/pdf",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
}


class NoDocument(BadRequest):
    advice = _("A document is a PDF, a picture (JPEG, PNG, WebP) or plain text. This file is none of these.")
    status = 422
    code = "no_document"


class TooLarge(OverLimit):
    code = "too_large"


class TooManyDocuments(OverLimit):
    status = 409
    code = "too_many_documents"


def attach(agreement: Agreement, name: str, data: bytes, *, side: Side, by: Account, at: datetime) -> Document:
    """Add a file to a draft, and name it in its wording; signatures under the former one are void.

    The same bytes again are the document that is there already. Raises NoDocument, TooLarge, TooManyDocuments, Settled.
    """
    only_so_large(len(data))
    media_type = media_type_of(data)
    with transaction.atomic():
        locked(agreement)
        if is_settled(agreement):
            raise Settled
        content = wording.read(current(agreement).text)
        blob = storage.put_bytes(data)
        there: Document | None = agreement.documents.filter(blob=blob).first()
        if there is not None and blob.digest in {paper.digest for paper in content.papers}:
            return there
        if len(content.papers) >= settings.MAX_DOCUMENTS:
            raise TooManyDocuments(
                advice=_("An agreement has at most %(most)d documents. Take one away first.")
                % {"most": settings.MAX_DOCUMENTS}
            )
        made: Document = there or Document.objects.create(
            agreement=agreement, blob=blob, name=clean_name(name), media_type=media_type, side=side, at=at
        )
        papers = content.papers | {Paper(made.name, blob.digest)}
        rewrite(agreement, replace(content, papers=papers), side=side, by=by, at=at)
    return made


def detach(document: Document, *, side: Side, by: Account, at: datetime) -> None:
    """Take a file out of a draft. Its bytes go too, unless somebody signed a wording that names it."""
    agreement, digest = document.agreement, document.blob_id
    with transaction.atomic():
        locked(agreement)
        if is_settled(agreement):
            raise Settled
        content = wording.read(current(agreement).text)
        papers = frozenset(paper for paper in content.papers if paper.digest != digest)
        rewrite(agreement, replace(content, papers=papers), side=side, by=by, at=at)
        signed = Signature.objects.filter(wording__agreement=agreement, wording__text__contains=digest)
        if not signed.exists():
            agreement.documents.filter(blob=digest).delete()
            transaction.on_commit(lambda: storage.forget([digest]), robust=True)


def document_of(agreement: Agreement, digest: str) -> Document:
    """A document by its digest. Whoever asks has shown that they may read the agreement."""
    found: Document | None = agreement.documents.select_related("agreement", "blob").filter(blob=digest).first()
    if found is None:
        raise NotFound(f"document {digest[:12]} of agreement {agreement.key}")
    return found


def only_so_large(size_bytes: int) -> None:
    """Refuse what is too large, before it is read."""
    if size_bytes > settings.MAX_DOCUMENT_BYTES:
        most = filesizeformat(settings.MAX_DOCUMENT_BYTES)
        raise TooLarge(advice=_("This file is larger than %(most)s, the most for one document.") % {"most": most})


def media_type_of(data: bytes) -> str:
    """What a file is, by what it holds: nobody's word for it counts."""
    for beginning, media_type in _BEGINNINGS.items():
        if data.startswith(beginning):
            return media_type
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    try:
        words = data.decode()
    except UnicodeDecodeError as error:
        raise NoDocument from error
    if not words.strip() or any(unicodedata.category(letter) == "Cc" and letter not in "\t\r\n\f" for letter in words):
        raise NoDocument
    return PLAIN


def clean_name(name: str) -> str:
    """A file's name as it is shown and offered for saving: one line, no folders."""
    name = name.replace("\\", "/").rpartition("/")[2]
    name = "".join(letter for letter in name if unicodedata.category(letter)[0] != "C").strip()
    return name[-120:].strip() or "document"
