"""Resumable uploads by the tus protocol, version 1.0: the core, and creation, termination, checksum and expiration.

https://tus.io/protocols/resumable-upload
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Callable
from datetime import datetime
from email.utils import format_datetime
from functools import wraps
from typing import cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt

from tenuto.accounts.callers import caller_of
from tenuto.accounts.models import Account
from tenuto.audio import arrive, journey
from tenuto.audio.arrive import Checksum, Wish
from tenuto.audio.models import Upload
from tenuto.base.errors import BadRequest, NotFound, TenutoError
from tenuto.rules.visibility import Audience
from tenuto.tracks.access import own_track
from tenuto.web.errors import answer

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,termination,checksum,expiration"
ALGORITHMS = ("sha1", "sha256", "md5")
# Kept with the upload and given back to whoever asks: room for a long name in any script, and for the wishes.
MOST_METADATA_LETTERS = 8_000
PIECE_TYPE = "application/offset+octet-stream"

View = Callable[..., HttpResponse]


class WrongVersion(BadRequest):
    advice = _("This server speaks version 1.0.0 of the tus protocol; the request has to say so.")
    status = 412
    code = "wrong_version"


class WrongType(BadRequest):
    advice = _("A piece of a file has the type application/offset+octet-stream.")
    status = 415
    code = "wrong_type"


class Gone(BadRequest):
    advice = _("This upload was not finished in time and is gone. Begin again.")
    status = 410
    code = "gone"


class Malformed(BadRequest):
    code = "malformed"


def spoken(view: View) -> View:
    """Speak tus: its version in every answer, its errors as short texts, its method override, for members only."""

    @csrf_exempt
    @wraps(view)
    def speaking(request: HttpRequest, **named: str) -> HttpResponse:
        # What is asked for in truth is also what has to be guarded against forgery.
        request.method = method = request.headers.get("X-HTTP-Method-Override", request.method or "").upper()
        try:
            if method == "OPTIONS":
                response = _capabilities()
            elif request.headers.get("Tus-Resumable") != VERSION:
                raise WrongVersion(request.headers.get("Tus-Resumable", "no version"))
            else:
                response = view(request, method, caller_of(request), **named)
        except TenutoError as error:
            response = answer(request, error)
            if isinstance(error, WrongVersion):
                response["Tus-Version"] = VERSION
        response["Tus-Resumable"] = VERSION
        response["Cache-Control"] = "no-store"
        return response

    return speaking


@spoken
def uploads(request: HttpRequest, method: str, caller: Account) -> HttpResponse:
    """POST begins an upload; its first piece may come with it."""
    if method != "POST":
        return _not_here("OPTIONS, POST")
    said = request.headers.get("Upload-Metadata", "")
    named = read_metadata(said)
    upload = arrive.begin(
        caller, named.get("filename") or "untitled", _length(request), _wish(caller, named), timezone.now(), said
    )
    if request.content_type == PIECE_TYPE:
        upload = _receive(request, upload, 0)
    response = HttpResponse(status=201)
    response["Location"] = reverse("audio:tus-upload", args=[upload.key])
    response["Upload-Offset"] = str(upload.received_bytes)
    _say_expiry(response, upload)
    return response


@spoken
def upload(request: HttpRequest, method: str, caller: Account, key: str) -> HttpResponse:
    """HEAD asks how far it is, PATCH sends the next piece, DELETE forgets it."""
    found = _own_upload(caller, key, timezone.now())
    if method == "HEAD":
        found = arrive.settled(found)
        response = HttpResponse()
        response["Upload-Length"] = str(found.length_bytes)
        if found.metadata.get("said"):
            response["Upload-Metadata"] = found.metadata["said"]
    elif method == "PATCH":
        if request.content_type != PIECE_TYPE:
            raise WrongType(request.content_type or "no type")
        found = _receive(request, found, _number(request, "Upload-Offset"))
        response = HttpResponse(status=204)
    elif method == "DELETE":
        arrive.abandon(found)
        return HttpResponse(status=204)
    else:
        return _not_here("OPTIONS, HEAD, PATCH, DELETE")
    response["Upload-Offset"] = str(found.received_bytes)
    _say_expiry(response, found)
    return response


def read_metadata(said: str) -> dict[str, str]:
    """Upload-Metadata: pairs of a name and Base64, with commas between; a name alone has the empty value."""
    if len(said) > MOST_METADATA_LETTERS:
        raise Malformed(advice=_("Upload-Metadata is longer than %d letters.") % MOST_METADATA_LETTERS)
    named: dict[str, str] = {}
    for pair in said.split(",") if said.strip() else []:
        name, _space, value = pair.strip().partition(" ")
        if not name or not name.isascii() or name in named:
            raise Malformed(advice=_("Upload-Metadata holds an empty or repeated name."))
        try:
            named[name] = base64.b64decode(value.strip(), validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            raise Malformed(advice=_("Upload-Metadata holds a value that is not Base64 of UTF-8.")) from None
    return named


def _receive(request: HttpRequest, found: Upload, offset: int) -> Upload:
    if found.finished_at is not None:
        if offset == found.length_bytes and not int(request.headers.get("Content-Length") or 0):
            return found  # the answer to the last piece was lost, and the client asks to be sure
        raise arrive.WrongOffset(f"{found.key} has come whole")
    if int(request.headers.get("Content-Length") or 0) > found.length_bytes - offset >= 0:
        raise arrive.TooMuch(f"{found.key}: announced more than the rest")
    try:
        # Django's request is the body's stream: it is read a piece at a time, never whole.
        return journey.receive(found, offset, cast("arrive.Body", request), timezone.now(), _checksum(request))
    except arrive.CutOff as error:
        # Nobody hears this answer; what came is kept, and the client asks for the offset when it is back.
        raise Malformed(str(error), advice=_("The line was cut. Ask for the offset, and go on from there.")) from error


def _own_upload(caller: Account, key: str, at: datetime) -> Upload:
    found = Upload.objects.filter(key=key, owner=caller).first()
    if found is None:
        raise NotFound(f"upload {key}")
    if found.finished_at is None and found.expires_at <= at:
        raise Gone(f"upload {key}")
    return found


def _length(request: HttpRequest) -> int:
    if request.headers.get("Upload-Defer-Length") is not None:
        raise Malformed(advice=_("Please say the length of the file at the beginning, in Upload-Length."))
    return _number(request, "Upload-Length")


def _number(request: HttpRequest, header: str) -> int:
    said = request.headers.get(header, "")
    # isdigit alone would let other scripts' digits through, and a thousand of them.
    if not re.fullmatch("[0-9]{1,18}", said):
        raise Malformed(advice=_("The header %s has to hold a whole number.") % header)
    return int(said)


def _checksum(request: HttpRequest) -> Checksum | None:
    said = request.headers.get("Upload-Checksum")
    if said is None:
        return None
    algorithm, _space, value = said.partition(" ")
    try:
        expected = base64.b64decode(value.strip(), validate=True)
    except binascii.Error:
        expected = b""
    if algorithm not in ALGORITHMS or len(expected) != hashlib.new(algorithm, usedforsecurity=False).digest_size:
        raise Malformed(advice=_("Upload-Checksum has to name sha1, sha256 or md5, and its digest in Base64."))
    return Checksum(algorithm, expected)


def _wish(caller: Account, named: dict[str, str]) -> Wish:
    audience, moment = named.get("audience", ""), named.get("starts_at", "")
    if audience not in {"", *Audience}:
        raise Malformed(advice=_("The audience is followers or public; leave it out for the sketchbook."))
    try:
        starts_at = parse_datetime(moment) if moment else None
    except ValueError:
        starts_at = None
    if moment and starts_at is None:
        raise Malformed(advice=_("The date is to be written as 2026-12-24T18:00:00Z."))
    if starts_at is not None and timezone.is_naive(starts_at):
        starts_at = timezone.make_aware(starts_at)
    return Wish(
        audience=Audience(audience) if audience else None,
        starts_at=starts_at,
        replaces=own_track(caller, named["replaces"]) if named.get("replaces") else None,
    )


def _capabilities() -> HttpResponse:
    response = HttpResponse(status=204)
    response["Tus-Version"] = VERSION
    response["Tus-Extension"] = EXTENSIONS
    response["Tus-Max-Size"] = str(settings.MAX_FILE_BYTES)
    response["Tus-Checksum-Algorithm"] = ",".join(ALGORITHMS)
    return response


def _not_here(allowed: str) -> HttpResponse:
    return HttpResponse(status=405, headers={"Allow": allowed})


def _say_expiry(response: HttpResponse, found: Upload) -> None:
    if found.finished_at is None:
        response["Upload-Expires"] = format_datetime(found.expires_at, usegmt=True)
