"""One granian (RSGI) application around Django's WSGI handler.

Django decides in a small pool of threads. When its answer is a file, the stretch of bytes goes to granian, which
sends it outside Python: no thread is held while bytes go out, however slow the listener. Bodies that are not small
are read in a second pool as they come in, so that slow uploads never keep a page waiting.
"""

import asyncio
import io
import logging
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.handlers.wsgi import WSGIHandler
from django.db import connections
from django.http.response import StreamingHttpResponse
from django.utils import timezone

from tenuto.audio.deliveries import deliveries
from tenuto.rules.ranges import Asked, answer
from tenuto.safeguards.signals.middleware import headers_about
from tenuto.safeguards.visitors.meter import meter
from tenuto.server.incoming import Body, Environ, Scope, Transport, environ
from tenuto.server.outgoing import Heading, send, send_spooled, send_stretch
from tenuto.server.repeats import Repeats
from tenuto.server.statics import Static, listed, static
from tenuto.web.files import FileAnswer, file_headers

log = logging.getLogger(__name__)

# A body up to this size is taken whole before a thread is asked for.
SMALL_BODY_BYTES = 256 * 1024
PLAIN = [("content-type", "text/plain; charset=utf-8"), ("x-content-type-options", "nosniff")]


class Refused(Exception):
    """A request that never reaches Django."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status


class Front:
    """Takes requests from granian on its event loop; everything that may wait runs in one of two pools."""

    def __init__(self, handler: WSGIHandler) -> None:
        self._handler = handler
        self._pages = ThreadPoolExecutor(settings.FRONT_THREADS, "page")
        self._bodies = ThreadPoolExecutor(settings.FRONT_UPLOAD_THREADS, "body")
        self._repeats = Repeats()
        self._static_url = "/" + settings.STATIC_URL.strip("/") + "/"
        self._statics = listed(Path(settings.STATIC_ROOT))
        self._store = os.path.realpath(settings.STORE_DIR) + os.sep
        self._told = list(headers_about(()))  # to machines, with what never reaches Django

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Granian has answered what it had, and stops: leave nothing open and nothing unwritten."""
        for pool, threads in ((self._pages, settings.FRONT_THREADS), (self._bodies, settings.FRONT_UPLOAD_THREADS)):
            all_idle = threading.Barrier(threads)
            for _ in range(threads):
                pool.submit(_close_connections, all_idle)
            pool.shutdown(wait=True)
        deliveries.write(timezone.now())
        meter.finish(timezone.now())

    async def __rsgi__(self, scope: Scope, transport: Transport) -> None:
        try:
            if scope.path.startswith(self._static_url):
                self._static(scope, transport)
            else:
                await self._repeats.give_or_ask(scope, transport, lambda: self._through_django(scope, transport))
        except Refused as refusal:
            send(scope.method, refusal.status, [*PLAIN, *self._told], str(refusal).encode(), transport)

    async def _through_django(self, scope: Scope, transport: Transport) -> None:
        loop = asyncio.get_running_loop()
        length = _body_length(scope)
        if length <= SMALL_BODY_BYTES:
            body = await transport() if length else b""
            if len(body) < length:
                raise Refused(400, "The request ended before its body had come.")
            env = environ(scope, length, io.BytesIO(body))
            spooled = await loop.run_in_executor(self._pages, self._answer, scope, env, transport)
        else:
            stream = Body(transport, length, loop)
            filling = loop.create_task(stream.fill())
            try:
                env = environ(scope, length, stream)
                spooled = await loop.run_in_executor(self._bodies, self._answer, scope, env, transport)
            finally:
                filling.cancel()
        if spooled is not None:
            # granian opens the file at once, and an open file outlives its name.
            loop.call_later(60, spooled.unlink, True)

    def _answer(self, scope: Scope, env: Environ, transport: Transport) -> Path | None:
        """In a thread: have Django answer, and hand the answer to granian."""
        heading = Heading()
        try:
            response = self._handler(env, heading)
            try:
                if isinstance(response, FileAnswer):
                    self._send_file(scope, response, heading, transport)
                elif isinstance(response, StreamingHttpResponse):
                    return send_spooled(scope.method, heading, response, transport)
                else:
                    send(scope.method, heading.status, heading.headers, b"".join(response), transport)
            finally:
                # Closing tells Django that the request is over, which also tends the database connection.
                response.close()
        except Exception:
            log.exception("%s %s", scope.method, scope.path)
            words = b"Something went wrong on our side. Nothing was lost."
            send(scope.method, 500, [*PLAIN, *self._told], words, transport)
        return None

    def _send_file(self, scope: Scope, response: FileAnswer, heading: Heading, transport: Transport) -> None:
        offered = response.offered
        path = Path(os.path.realpath(offered.path))
        if not str(path).startswith(self._store):
            raise PermissionError(f"{path} lies outside the store")
        if path.stat().st_size != offered.size_bytes:
            raise OSError(f"{path} has not the {offered.size_bytes} bytes that it should have")
        send_stretch(scope.method, path, response.stretch, heading.headers, transport)
        if response.repeat is not None:
            self._repeats.remember(scope, offered, response.repeat, heading)

    def _static(self, scope: Scope, transport: Transport) -> None:
        """Our own style sheets and scripts."""
        name = scope.path.removeprefix(self._static_url)
        found = self._statics.get(name) or (_not_yet_collected(name) if settings.DEBUG else None)
        if found is None or scope.method not in {"GET", "HEAD"}:
            raise Refused(404, "There is nothing here.")
        header = scope.headers.get
        zips = found.zipped is not None and "gzip" in (header("accept-encoding") or "")
        offered, body = (found.zipped, found.zipped_bytes) if zips and found.zipped else (found.plain, b"")
        given = answer(Asked.by(scope.method, lambda name: header(name) or ""), offered.held)
        headers = [*file_headers(offered, given), *self._told]
        if body:
            send(scope.method, given.status, headers, body[given.first : given.first + given.length], transport)
        else:
            send_stretch(scope.method, offered.path, given, headers, transport)


def _body_length(scope: Scope) -> int:
    stated = scope.headers.get("content-length")
    if scope.headers.get("transfer-encoding") is not None:
        # Both headers at once is how one request is smuggled inside another.
        if stated is not None:
            raise Refused(400, "A request has a Content-Length or a Transfer-Encoding, not both.")
        raise Refused(411, "Please say how long the body is, in Content-Length.")
    length = int(stated or 0)
    if length > settings.MAX_FORM_BYTES and not scope.path.startswith(settings.UPLOAD_PATHS):
        raise Refused(413, f"This address takes at most {settings.MAX_FORM_BYTES // 1024**2} MB at once.")
    return length


def _close_connections(all_idle: threading.Barrier) -> None:
    all_idle.wait(30)  # so that no thread takes two of these
    connections.close_all()


def _not_yet_collected(name: str) -> Static | None:
    """While developing, files are found where they are written."""
    place = finders.find(name)
    return static(Path(place)) if isinstance(place, str) else None
