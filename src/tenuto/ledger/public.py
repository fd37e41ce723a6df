"""The public files of the log, as any web server could serve them from the same folder; this one does so by itself.

Who checks a log reads it from anywhere, also from a page of somebody else: every answer allows that.
"""

import re
from pathlib import Path

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from tenuto.base.errors import NotFound
from tenuto.ledger import logs
from tenuto.ledger.manifests import path_of
from tenuto.ledger.models import Log
from tenuto.rules.lines import Refused
from tenuto.rules.tiles import parse_path

TEXT = "text/plain; charset=utf-8"
BYTES = "application/octet-stream"
FOR_EVER = "public, max-age=31536000, immutable"
FOR_NOW = "public, max-age=5"


@require_safe
def checkpoint(request: HttpRequest, number: int = 1) -> HttpResponseBase:
    """How large the log is, and its root, signed."""
    return _file(_folder(number) / "checkpoint", TEXT, FOR_NOW)


@require_safe
def tile(request: HttpRequest, rest: str, number: int = 1) -> HttpResponseBase:
    """A tile of hashes, or a bundle of entries. It never changes."""
    path = f"tile/{rest}"
    try:
        parse_path(path)
    except Refused as error:
        raise NotFound(str(error)) from error
    return _file(_folder(number) / path, BYTES, FOR_EVER)


@require_safe
def policy(request: HttpRequest) -> HttpResponseBase:
    """Whose signatures are on our checkpoints: our keys and our witnesses, as a policy that verifiers read."""
    return _file(Path(settings.LOG_DIR) / "policy", TEXT, FOR_NOW)


@require_safe
def manifest(request: HttpRequest, root: str) -> HttpResponseBase:
    """The blinded list of one job, by its root as the job's record in the log names it."""
    if not re.fullmatch(r"[0-9a-f]{64}", root):
        raise NotFound(f"“{root}” is no root")
    try:
        file = path_of(bytes.fromhex(root)).open("rb")
    except FileNotFoundError as error:
        raise NotFound(f"no manifest {root}") from error
    # 64 MB for a million works: as it is read, not all at once
    return _kept(FileResponse(file, content_type=BYTES), FOR_EVER)


def _folder(number: int) -> Path:
    return logs.shelf_of(Log(number=number)).folder


def _file(place: Path, media_type: str, keep: str) -> HttpResponseBase:
    try:
        return _kept(HttpResponse(place.read_bytes(), content_type=media_type), keep)
    except (FileNotFoundError, IsADirectoryError) as error:
        raise NotFound(f"no {place}") from error


def _kept(answer: HttpResponseBase, keep: str) -> HttpResponseBase:
    answer["Cache-Control"] = keep
    answer["Access-Control-Allow-Origin"] = "*"
    return answer
