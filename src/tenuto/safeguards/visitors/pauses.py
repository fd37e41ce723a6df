"""Whoever opens far more pages of the catalogue than people do meets a page that offers three ways on.

Sign in, say that it is a mistake, or have the browser calculate for some seconds. It stands before pages for reading
alone: never before sound, its pictures and waveforms, links that somebody was given, feeds, the API or what other
sites embed. Search engines that have been found to be what they say are let through, and not counted. Each process
counts for itself and keeps nothing: a proof that was brought is a signed cookie.
"""

import threading
from collections.abc import Callable
from dataclasses import replace
from secrets import token_hex
from typing import NamedTuple

from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenuto.base.errors import BadRequest, Words
from tenuto.rules.budgets import Pace, Reason
from tenuto.rules.paging_through import Opened, PageLimits, bits_for, goes_through_it_all, pace_of_network, proves
from tenuto.safeguards.visitors.askers import Asker
from tenuto.safeguards.visitors.crawlers import is_confirmed_search_engine, is_licensed
from tenuto.safeguards.visitors.guard import agent_of, asker_of
from tenuto.safeguards.visitors.meter import meter
from tenuto.safeguards.visitors.refusals import ADVICE, TITLES, reference
from tenuto.web.errors import answer

# Pages that are read, by the names of their addresses. A secret link is an invitation, so it is none of them.
OF_THE_CATALOGUE = {
    "tracks:front", "tracks:profile", "tracks:track", "browse:browse", "browse:similar", "comments:comments",
    "releases:of", "releases:release", "likes:of", "reposts:of", "playlists:of", "playlists:playlist",
    "collectives:collective", "credits:of", "charts:charts", "search:search",
}  # fmt: skip
COOKIE = "tenuto_pages"
CHALLENGE_SECONDS = 10 * 60
PASS_SECONDS = 2 * 3600
PASSES_SECONDS = 24 * 3600
# Askers whom one process remembers at a time; an asker takes a kilobyte.
MOST_READERS = 10_000


class Pass(NamedTuple):
    """A proof that this browser brought: for whom, which, and the how manieth."""

    who: str
    key: str
    number: int


class TooManyPages(BadRequest):
    """Far more pages than anybody reads; what goes on is beside it."""

    said: Words = ADVICE[Reason.PAGES]
    status = 429
    code = "too_many_pages"
    template = "visitors/pause.html"
    headers = {"Cache-Control": "no-store"}

    def __init__(self, request: HttpRequest, asker: Asker, onward: str) -> None:
        super().__init__(f"pages of {(who_reads(request, asker) or 'nobody')[:8]}", advice=self.said)
        self.besides = {
            "title": TITLES[Reason.PAGES],
            "appeal": reverse("visitors:appeal", args=[reference(Reason.PAGES, reader_of(request, asker))]),
            "next": onward,
            **challenge_for(request, asker),
        }


class NoProof(TooManyPages):
    """What was brought is no proof, or none any more. The page offers a new one."""

    said = _(
        "That calculation does not fit any more: it was begun in another network, more than ten minutes ago, or was "
        "used already. These ways are open."
    )
    status = 422
    code = "no_proof"


class Pauses:
    """Counts pages of the catalogue, before any view makes one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> HttpResponse | None:
        found = request.resolver_match
        if not (settings.GUARD and settings.PAGES_OF_A_NETWORK) or request.method != "GET" or is_licensed(request):
            return None
        if found is None or found.view_name not in OF_THE_CATALOGUE:
            return None
        at = timezone.now()
        asker = reader_of(request, asker_of(request, "", at))
        who = who_reads(request, asker)
        if not who or is_confirmed_search_engine(request, at) or meter.is_pardoned((who, *asker.names)):
            return None
        # What was asked of the catalogue, by its address; the words of a search included.
        page, now = hash(request.get_full_path()), at.timestamp()
        limits = PageLimits()
        is_member = request.user.is_authenticated
        pace = limits.account if is_member else pace_of_network(settings.PAGES_OF_A_NETWORK)
        if readers.open(who, page, pace, now, meter.catalogue_tracks()):
            return None
        brought = pass_of(request, who)
        if brought is not None and readers.open(f"x{brought.key}", page, limits.passed, now, None):
            return None
        meter.note_stop(asker, Reason.PAGES, None, agent_of(request), at)
        return answer(request, TooManyPages(request, asker, request.get_full_path()))


class Readers:
    """Who opened how many pages today, in the memory of one process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()  # guards what is below; held for moments
        self._day = 0
        self._opened: dict[str, Opened] = {}

    def open(self, who: str, page: int, pace: Pace, now: float, catalogue_tracks: int | None) -> bool:
        """May this page be opened? If so it is noted. Without a size of the catalogue only the pace is looked at."""
        with self._lock:
            if self._day != (day := int(now // 86_400)):
                self._day, self._opened = day, {}
            opened = self._opened.pop(who, None) or Opened()
            while len(self._opened) >= MOST_READERS:
                self._opened.pop(next(iter(self._opened)))  # who has opened nothing for the longest time
            self._opened[who] = opened
            if catalogue_tracks is not None and goes_through_it_all(opened, catalogue_tracks, PageLimits()):
                return False
            if not opened.may_open(pace, now):
                return False
            opened.open(page, pace, now)
            return True

    def forget(self) -> None:
        """As if the process had just begun. For tests and drills."""
        with self._lock:
            self._opened = {}


readers = Readers()


def reader_of(request: HttpRequest, asker: Asker) -> Asker:
    """Whoever reads: an account is the same wherever it is, so in its own name it is stopped, appeals and goes on."""
    return replace(asker, person=f"a{request.user.pk}") if request.user.is_authenticated else asker


def who_reads(request: HttpRequest, asker: Asker) -> str:
    """By which name pages are counted: the account, else the network. Empty for a network that the operator knows."""
    if request.user.is_authenticated:
        return f"a{request.user.pk}"
    return "" if asker.is_trusted else asker.network


# ——— the proof ———


def challenge_for(request: HttpRequest, asker: Asker) -> dict[str, object]:
    """A new challenge for whoever asks."""
    who = who_reads(request, asker)
    brought = pass_of(request, who)
    before = brought.number if brought else 0
    bits = bits_for(before, int(cache.get(_passes_of(who), 0)))
    return {"challenge": signing.dumps([token_hex(8), who, bits, before], salt="tenuto.challenge"), "bits": bits}


def accept(request: HttpRequest, asker: Asker, challenge: str, found: str) -> str | None:
    """The cookie for whoever brings a proof; None where it is none, or is not theirs, too late, or used."""
    try:
        key, who, bits, before = signing.loads(challenge, salt="tenuto.challenge", max_age=CHALLENGE_SECONDS)
    except signing.BadSignature:
        return None
    if who != who_reads(request, asker) or not proves(challenge, found, bits):
        return None
    if not cache.add(f"tenuto.challenge:{key}", 1, CHALLENGE_SECONDS):
        return None
    # Two at once may count as one; it is a measure of how hard, not of how many. Each keeps it for a day more.
    cache.set(_passes_of(who), int(cache.get(_passes_of(who), 0)) + 1, PASSES_SECONDS)
    return signing.dumps([who, token_hex(8), before + 1], salt="tenuto.pass")


def give(response: HttpResponse, cookie: str) -> None:
    response.set_cookie(COOKIE, cookie, PASS_SECONDS, httponly=True, samesite="Lax", secure=settings.HTTPS)


def pass_of(request: HttpRequest, who: str) -> Pass | None:
    """The proof that this browser brought lately, if it brought it where it is now."""
    try:
        brought = Pass(*signing.loads(request.COOKIES.get(COOKIE, ""), salt="tenuto.pass", max_age=PASS_SECONDS))
    except signing.BadSignature:
        return None
    return brought if brought.who == who else None


def _passes_of(who: str) -> str:
    return f"tenuto.passes:{who}"
