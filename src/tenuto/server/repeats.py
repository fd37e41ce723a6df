"""Gives an answer again that Django gave to the same question a moment ago, without asking Django.

A player asks for the same file every few seconds, and a popular track is asked for by many at once. Each decision
holds for the few seconds that its view allowed, so a link that is revoked falls silent within them.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable

from tenuto.rules.ranges import Asked, answer
from tenuto.server.incoming import Pairs, Scope, Transport
from tenuto.server.outgoing import Heading, send_stretch
from tenuto.web import whereabouts
from tenuto.web.files import Repeat, SentFile, file_headers

# When there are more, all are forgotten: a few seconds later they would be anyway.
MOST = 4096
_OFTEN_ASKED = "/media/"
# Of an answer with a file, what depends on the stretch; the rest is the same for every stretch.
_OF_THE_STRETCH = {"etag", "accept-ranges", "last-modified", "content-type", "content-length", "content-range"}

Question = tuple[str, ...]


class Known:
    """An answer that may be given again until `until`, with the headers that Django's middleware put on it."""

    __slots__ = ("headers", "held", "offered", "repeat", "until")

    def __init__(self, offered: SentFile, repeat: Repeat, headers: Pairs) -> None:
        self.offered = offered
        self.held = offered.held
        self.repeat = repeat
        self.headers = headers
        self.until = time.monotonic() + repeat.seconds


class Repeats:
    """Read on the event loop, written by threads: single dictionary operations, each of which is whole."""

    def __init__(self) -> None:
        self._known: dict[Question, Known] = {}
        self._being_asked: dict[Question, asyncio.Event] = {}  # of the loop alone

    def remember(self, scope: Scope, offered: SentFile, repeat: Repeat, heading: Heading) -> None:
        if heading.has("set-cookie"):  # was meant for one
            return
        if len(self._known) >= MOST:
            self._known.clear()
        known = Known(offered, repeat, heading.without(_OF_THE_STRETCH))
        self._known[self._question(scope, repeat.to_everybody)] = known

    async def give_or_ask(self, scope: Scope, transport: Transport, ask: Callable[[], Awaitable[None]]) -> None:
        """Answer from memory, or by `ask`. While one asks for sound, others who want the same wait: it may be theirs.

        Without it, 200 readers whose answer has just grown old would all ask Django at once.
        """
        if self.give(scope, transport):
            return
        question = self._question(scope, of_everybody=True)
        if scope.method != "GET" or not scope.path.startswith(_OFTEN_ASKED):
            await ask()
        elif question in self._being_asked:
            await self._being_asked[question].wait()
            if not self.give(scope, transport):
                await ask()
        else:
            answered = self._being_asked[question] = asyncio.Event()
            try:
                await ask()
            finally:
                del self._being_asked[question]
                answered.set()

    def give(self, scope: Scope, transport: Transport) -> bool:
        """Answer if the answer is known. Waits for nothing, so it may run on the event loop."""
        if not self._known or scope.method not in {"GET", "HEAD"}:
            return False
        known = self._find(scope)
        if known is None:
            return False
        header = scope.headers.get
        asked = Asked.by(scope.method, lambda name: header(name) or "")
        given = answer(asked, known.held)
        if known.repeat.admits is not None and not known.repeat.admits(header, scope.client, asked, given):
            return False
        headers = [*known.headers, *file_headers(known.offered, given)]
        send_stretch(scope.method, known.offered.path, given, headers, transport)
        if known.repeat.sent is not None:
            known.repeat.sent(header("cookie") or "", asked, given)
        return True

    def _find(self, scope: Scope) -> Known | None:
        for of_everybody in (True, False):
            known = self._known.get(self._question(scope, of_everybody))
            if known is not None and time.monotonic() < known.until:
                return known
        return None

    def _question(self, scope: Scope, of_everybody: bool) -> Question:
        """What makes two requests one question: the address, the country, and, unless it is all one, who asks."""
        header = scope.headers.get
        country = whereabouts.country_at(scope.client, header) or ""
        if of_everybody:
            return (scope.path, scope.query_string, country)
        return (scope.path, scope.query_string, country, header("cookie") or "", header("authorization") or "")
