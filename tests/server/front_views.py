"""Views that show what the web front hands to Django, and what it makes of the answers."""

import hashlib
import time
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase, StreamingHttpResponse
from django.urls import include, path

from tenuto.rules.ranges import Answer, Asked
from tenuto.web.files import Repeat, SentFile, file_response

asked_of_django = 0
given_again: list[tuple[str, int, int]] = []


def echo(request: HttpRequest, rest: str = "") -> HttpResponse:
    plain = {name: value for name, value in request.META.items() if isinstance(value, str)}
    return JsonResponse({"rest": rest, "body": len(request.body), "post": request.POST.dict(), **plain})


def upload(request: HttpRequest) -> HttpResponse:
    """Reads the body as it comes, keeping what came even when the client leaves."""
    kept = settings.HOME / "kept"
    sha256 = hashlib.sha256()
    with kept.open("wb") as file:
        try:
            while block := request.read(64 * 1024):
                file.write(block)
                file.flush()
                sha256.update(block)
        except OSError as error:
            (settings.HOME / "left").write_text(type(error.__cause__ or error).__name__)
            raise
    return HttpResponse(sha256.hexdigest())


def file(request: HttpRequest, name: str) -> HttpResponseBase:
    place = Path(settings.STORE_DIR) / name
    offered = SentFile(place, place.stat().st_size, "x", "audio/mp4", headers={"Cache-Control": "private"})
    return file_response(request, offered)


def again(request: HttpRequest) -> HttpResponseBase:
    global asked_of_django
    asked_of_django += 1

    def sent(cookies: str, asked: Asked, given: Answer) -> None:
        given_again.append((cookies, given.first, given.length))

    place = Path(settings.STORE_DIR) / "song"
    offered = SentFile(place, place.stat().st_size, "song", "audio/mp4")
    seconds = 0.2 if "briefly" in request.GET else 3600.0
    return file_response(request, offered, Repeat(seconds, "everybody" in request.GET, sent))


def tally(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"asked": asked_of_django, "again": given_again})


def torn(request: HttpRequest) -> HttpResponseBase:
    return file_response(request, SentFile(Path(settings.STORE_DIR) / "song", 999_999_999, "x", "audio/mp4"))


def made(request: HttpRequest) -> HttpResponseBase:
    """A stream of 20 MB that is made as it goes."""

    def blocks() -> Iterator[bytes]:
        for number in range(20):
            yield bytes([number]) * 1_000_000

    return StreamingHttpResponse(blocks(), content_type="application/zip")


def breaks(request: HttpRequest) -> HttpResponseBase:
    def blocks() -> Iterator[bytes]:
        yield b"secret so far"
        raise RuntimeError("half-way")

    return StreamingHttpResponse(blocks())


def nap(request: HttpRequest) -> HttpResponse:
    (settings.HOME / "napping").touch()
    time.sleep(0.4)
    return HttpResponse("slept")


def wrong(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("on purpose")


def odd(request: HttpRequest) -> HttpResponse:
    return HttpResponse("odd", headers={"X-Odd": "caf\xe9"})


urlpatterns = [
    path("", include("tenuto.safeguards.signals.urls")),  # every answer names them to machines
    path("", include("tenuto.safeguards.visitors.urls")),  # pages hide a decoy
    path("echo", echo),
    path("echo/<path:rest>", echo),
    path("uploads", upload),
    path("file/<path:name>", file),
    path("again", again),
    path("tally", tally),
    path("torn", torn),
    path("made", made),
    path("breaks", breaks),
    path("nap", nap),
    path("wrong", wrong),
    path("odd", odd),
]
