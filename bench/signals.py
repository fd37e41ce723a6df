"""What it costs to tell machines what holds, and how soon a change of mind is told.

Headers: `header_ms` is the processor's time that an answer takes longer because it tells machines what holds: the
middleware around a view that hands out a track, less that view; and, as a page is the dearest, what a track's page has
in its head for machines, JSON-LD included. That is measured apart, in rounds whose median is taken, because one request
differs from the next by more than that.

Peer: the same answers of the same site with the middleware and without it, in turns: a track's page, a range of its
sound, an HLS playlist, its artwork, the API. `with_to_without` is the median of the five ratios of lower quartiles.
Both sides ask the database equally often, or this stops.

Rendering: `signals_ms` is for the policy of a track read anew and every signal of it, as the page about them has them.

Drill: an artist holds one cell, and takes a track back; how long until each surface tells it, asked again and again.
"""

import argparse
import gc
import json
import logging
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[1]), str(Path(__file__).resolve().parents[1] / "src")]
HOME = Path(tempfile.mkdtemp(prefix="tenuto-bench-"))
os.environ |= {
    "TENUTO_HOME": str(HOME),
    "DJANGO_SETTINGS_MODULE": "tenuto.server.settings",
    "TENUTO_LOG_LEVEL": "ERROR",
}

import django  # noqa: E402  the home must be known first

django.setup()

from bench.catalogue import Catalogue  # noqa: E402  needs Django set up
from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.urls import resolve  # noqa: E402
from django.utils import timezone  # noqa: E402

from tenuto.consent.answer import Wish, answer  # noqa: E402
from tenuto.consent.models import Act  # noqa: E402
from tenuto.demo.load import publish_terms  # noqa: E402
from tenuto.rules.cells import cell_named  # noqa: E402
from tenuto.rules.visibility import Surface, Visitor  # noqa: E402
from tenuto.safeguards.signals.head import head  # noqa: E402
from tenuto.safeguards.signals.middleware import Signals  # noqa: E402
from tenuto.safeguards.signals.shown import told_of  # noqa: E402
from tenuto.terms.accepting import accept  # noqa: E402
from tenuto.terms.models import Acceptance, Version  # noqa: E402
from tenuto.tracks import access, publish  # noqa: E402
from tenuto.tracks.met import handed_out, noting  # noqa: E402
from tenuto.tracks.models import Track  # noqa: E402

MIDDLEWARE = "tenuto.safeguards.signals.middleware.Signals"
MEASURED = cell_named("recording/organisation/input")
PATIENCE_SECONDS = 10.0


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--quick", action="store_true", help="fewer rounds")
    quick = options.parse_args().quick
    gc.disable()  # else one of two equal requests pays for both
    logging.getLogger("django.request").setLevel(logging.ERROR)  # what is taken back is missing; that is the point
    try:
        catalogue = Catalogue(HOME)
        catalogue.prepare()
        track = access.whole(Track.objects.filter(slug="first")).get()
        headers, head = alone(track, 400 if quick else 4_000), head_of(track, 400 if quick else 4_000)
        say(f"headers {headers * 1e6:.1f} us, a page's head {head * 1e6:.1f} us")
        found = {"header_ms": round((headers + head) * 1000, 4), "headers_alone_us": round(headers * 1e6, 1)}
        found["with_to_without"] = beside(track, catalogue.lasting_address(), rounds=40 if quick else 300)
        found["signals_ms"] = round(median_of(lambda: rendered(track), 15 if quick else 100) * 1000, 2)
        found |= drill(track)
    finally:
        shutil.rmtree(HOME, ignore_errors=True)
    print(json.dumps(found))


# ——— what headers cost ———


def beside(track: Track, media: str, rounds: int) -> float:
    """How much longer answers take with the middleware than without: the median over the kinds of answers."""
    both = [name for name in settings.MIDDLEWARE if name != MIDDLEWARE]
    assert len(both) == len(settings.MIDDLEWARE) - 1
    with_it = Client(HTTP_HOST="127.0.0.1")
    without = Client(HTTP_HOST="127.0.0.1")
    with_it.handler.load_middleware()
    settings.MIDDLEWARE, all_of_them = both, settings.MIDDLEWARE
    without.handler.load_middleware()
    settings.MIDDLEWARE = all_of_them
    places = {
        "page": track.get_absolute_url(),
        "sound": media,
        "playlist": media.replace(".mp4", ".m3u8"),
        "artwork": f"/tracks/{track.key}/artwork-320.webp",
        "api": f"/api/v1/tracks/{track.key}",
    }
    ratios = []
    for name, place in places.items():
        same_questions(with_it, without, place)
        spent: dict[Client, list[float]] = {with_it: [], without: []}
        for number in range(rounds):
            turn = (with_it, without) if number % 2 else (without, with_it)
            for client in turn:
                spent[client].append(asked(client, place))
        bare, longer = quartile(spent[without]), quartile(spent[with_it]) - quartile(spent[without])
        say(f"{name}: {bare * 1000:.2f} ms without, {longer * 1000:+.3f} ms with")
        ratios.append((bare + longer) / bare)
    return round(statistics.median(ratios), 3)


def quartile(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=4)[0]


def asked(client: Client, place: str) -> float:
    """The processor's time of one request."""
    start = time.process_time()
    response = client.get(place, headers={"Range": "bytes=0-107000"})
    spent = time.process_time() - start
    assert response.status_code in {200, 206}, response.status_code
    response.close()
    return spent


def same_questions(with_it: Client, without: Client, place: str) -> None:
    """Both ask the database as often; the one tells machines, the other does not."""
    counts = []
    for client, tells in ((with_it, True), (without, False)):
        client.get(place).close()  # what is asked once a process is not asked again
        with CaptureQueriesContext(connection) as questions:
            response = client.get(place)
        assert ("Content-Usage" in response.headers) is tells, place
        response.close()
        counts.append(len(questions))
    assert counts[0] == counts[1], (place, counts)


def alone(track: Track, times: int) -> float:
    """The middleware around a view that hands out the track and answers, beside the view."""

    def view(request: HttpRequest) -> HttpResponse:
        handed_out(track)
        return HttpResponse()

    request, told = HttpRequest(), Signals(view)

    def run(ask: Callable[[HttpRequest], object]) -> float:
        start = time.process_time()
        for _ in range(times):
            ask(request)
        return (time.process_time() - start) / times

    return statistics.median(run(told) - run(view) for _ in range(15))


# ——— what the page costs ———


def rendered(track: Track) -> None:
    told = told_of(track, timezone.now())
    assert len(told.signals) > 8
    assert len({policy.digest for policy in told.policies}) == len(told.policies)


def head_of(track: Track, times: int) -> float:
    """What stands in the head of a track's page for machines."""
    request = HttpRequest()
    request.resolver_match = resolve(track.get_absolute_url())
    with noting():
        handed_out(track)
        assert "application/ld+json" in head(request)
        return median_of(lambda: head(request), times)


def median_of(work: Callable[[], object], times: int) -> float:
    spent = []
    for _ in range(times):
        start = time.process_time()
        work()
        spent.append(time.process_time() - start)
    return statistics.median(spent)


# ——— how soon a change of mind is told ———


def drill(track: Track) -> dict[str, float]:
    """The slowest surface, in milliseconds of the wall clock, from the act on."""
    publish_terms()
    now, owner = timezone.now(), track.owner
    version = Version.objects.get()
    accept(owner, version, version.digest, [], Acceptance.How.PAGE, at=now)
    answer(owner, [track.pk], Wish(allowed=MEASURED.bit), Act.How.PAGE, at=now)
    client = Client(HTTP_HOST="127.0.0.1")
    permissions = f"/api/v1/tracks/{track.key}/permissions"
    page = f"/tracks/{track.key}/machines"

    def cell() -> str:
        [policy] = [one for one in client.get(permissions).json()["policies"] if one["asset"] == "recording"]
        return str(policy["policy"]["cells"]["organisation"]["input"])

    def digest() -> str:
        return str(client.get(permissions).json()["digest"])

    assert cell() == "allowed"
    before = digest()
    start = time.perf_counter()
    answer(owner, [track.pk], Wish(held=MEASURED.bit), Act.How.PAGE, at=timezone.now())
    after = {
        "policy": until(lambda: cell() == "held", start),
        "digest": until(lambda: digest() != before, start),
        "machines": until(lambda: before not in client.get(page).content.decode(), start),
    }
    stranger = {"track": track.get_absolute_url(), "permissions": permissions, "rsl": f"/tracks/{track.key}/rsl.xml"}
    assert all(client.get(place).status_code == 200 for place in stranger.values())
    start = time.perf_counter()
    publish.withdraw_to_sketchbook(track, owner, timezone.now())
    for name, place in stranger.items():
        after[name] = until(lambda place=place: client.get(place).status_code == 404, start)  # type: ignore[misc]
    hearing = access.meet(
        access.whole(Track.objects.filter(pk=track.pk)).get(), Visitor(), Surface.PAGE, timezone.now()
    )
    assert not hearing
    for name, seconds in after.items():
        say(f"{name}: told after {seconds * 1000:.0f} ms")
    return {"told_after_ms": round(max(after.values()) * 1000, 1)}


def until(told: Callable[[], bool], start: float) -> float:
    while not told():
        if time.perf_counter() - start > PATIENCE_SECONDS:
            raise SystemExit("a surface has not told the change within ten seconds")
    return time.perf_counter() - start


def say(words: str) -> None:
    print(words, file=sys.stderr)


if __name__ == "__main__":
    main()
