"""How much of a catalogue can be carried away in a day, and who else is hurt by the guard against it.

Ten ways of collecting, each alone against 2,000 public tracks for 24 hours of a simulated clock, through Django's whole
handler in this process; then a day on which all ten run at once beside listeners, of whom nobody may be refused. Then a
short piece over real HTTP, through our own front and its memory. The share counts each track by the seconds taken of
it, at most its length, so it is never too low.

Beside the promise stand ways that show where holding ends (bench/collectors.py), the worst way from noon to noon,
where two days' allowances lie side by side, and the fast one when it comes again for three days.
"""

import argparse
import json
import logging
import os
import shutil
import statistics
import sys
import time
from contextlib import closing
from datetime import datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).resolve().parents[1]), str(Path(__file__).resolve().parents[1] / "src")]
from bench.deliver import HOME, our_front, say  # noqa: E402  sets Django up, in a home of its own

OVER_HTTP = 120  # tracks, each asked for twice

from bench.collectors import HELD_TOO, NOT_HELD, WAYS, single_fast  # noqa: E402  needs Django set up
from bench.drill import BEGAN, BROWSER, TRACK_SECONDS, TRACKS, Drill, House, Way  # noqa: E402
from bench.listeners import people  # noqa: E402
from bench.readers import FILE_BYTES  # noqa: E402
from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from tenuto.safeguards.visitors.books import Wish  # noqa: E402
from tenuto.safeguards.visitors.guard import admits  # noqa: E402
from tenuto.safeguards.visitors.meter import meter  # noqa: E402


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--quick", action="store_true", help="fewer listeners, collectors who give up sooner")
    quick = options.parse_args().quick
    settings.DELIVERY_PAUSE_SECONDS, settings.GUARD_PAUSE_SECONDS = 10**6, 0  # exchanged by the simulated clock
    settings.ALLOWED_HOSTS = ["*"]
    let_the_disk_rest()
    for name in ("django.request", "tenuto.safeguards.visitors.meter"):
        logging.getLogger(name).setLevel(logging.ERROR)  # each refusal would be a line
    try:
        house = House(HOME, quick)
        shares = {name: drill(house, way) for name, way in WAYS.items()}
        beyond = {name: drill(house, way) for name, way in (HELD_TOO | NOT_HELD).items()}
        worst = max(shares, key=lambda name: shares[name])
        if not quick:
            beyond[f"{worst}_from_noon"] = drill(house, WAYS[worst], BEGAN + timedelta(hours=12))
            beyond["single_fast_three_days"] = drill(house, single_fast, days=3)
        together = beside_listeners(house, 24 if quick else 1_000)
        found = {
            "worst_catalogue_share_pct": shares[worst],
            "listeners_refused": together.refused.total(),
            "listeners": together.listeners,
            "requests_of_listeners": together.requests,
            "catalogue_share_pct": shares,
            "all_ten_at_once_pct": round(together.share(), 3),
            "beyond_the_ten_pct": beyond,
            "guard_ms": guard_ms(),
            "over_http": over_http(house),
        }
    finally:
        shutil.rmtree(HOME, ignore_errors=True)
    for name, share in (shares | beyond).items():
        say(f"{name:26} {share:6.3f} % of the catalogue")
    print(json.dumps(found))


def let_the_disk_rest() -> None:
    """A simulated day writes as often as a real one. That it survives a loss of power is no part of what is asked."""
    options = connection.settings_dict.get("OPTIONS", {})
    if connection.vendor == "sqlite":
        options["init_command"] = options["init_command"].replace("synchronous=FULL", "synchronous=OFF")


def drill(house: House, way: Way, begins: datetime = BEGAN, days: int = 1) -> float:
    timezone.now = lambda: begins
    one = Drill(house, begins, days)
    one.collect(way)
    began = time.process_time()
    one.run()
    say(f"{way.__name__}: {one.share():.3f} % in {time.process_time() - began:.0f} s of this machine")
    return round(one.share(), 3)


def beside_listeners(house: House, size: int) -> Drill:
    """All ten at once, and people."""
    began = time.process_time()
    together = Drill(house)
    listeners = people(house, size)
    for way in WAYS.values():
        together.collect(way)
    together.listen(listeners)
    together.run()
    say(
        f"{len(listeners)} listeners: {together.requests} requests in {time.process_time() - began:.0f} s; "
        f"refused: {dict(together.refused) or 'nobody'}"
    )
    return together


def guard_ms() -> float:
    """Of this process's time, for each stretch that the front gives again by itself; the middle of several rounds."""
    meter.forget()
    headers = {"user-agent": BROWSER, "cookie": "tenuto_listener=" + "a" * 32}
    rounds = []
    for turn in range(9):
        began = time.process_time()
        for number in range(2_000):
            client = f"10.{turn}.{number % 200}.9:4000"
            assert admits(headers.get, client, f"c{number % 500}", Wish(number % 100, 222.0, 1.0))
        rounds.append((time.process_time() - began) / 2_000 * 1000)
    return round(statistics.median(rounds), 4)


def over_http(house: House) -> dict[str, Any]:
    """One collector, fast, over a real connection and through the front's memory of answers: each range twice."""
    timezone.now = _really_now
    os.environ["TENUTO_BEHIND_PROXY"] = "yes"  # from 127.0.0.1 anybody may take as they like
    who = {"User-Agent": "python-requests/2.32", "X-Forwarded-For": "198.18.90.5"}
    statuses: list[int] = []
    seconds = 0.0
    told = 0
    with our_front(HOME, processes=2) as front, closing(HTTPConnection("127.0.0.1", front.port, timeout=60)) as line:
        for key in house.keys[:OVER_HTTP]:
            for _ in range(2):
                line.request("GET", house.sound[key], headers=who)
                answer = line.getresponse()
                body = answer.read()
                statuses.append(answer.status)
                if answer.status == 200 and _ == 0:
                    seconds += len(body) / FILE_BYTES * TRACK_SECONDS
                told += answer.getheader("Retry-After") is not None
    assert all(status in {200, 429} for status in statuses), sorted(set(statuses))
    assert told == statuses.count(429)
    share = 100 * seconds / (TRACKS * TRACK_SECONDS)
    return {"share_pct": round(share, 3), "given": statuses.count(200), "refused": statuses.count(429)}


_really_now = timezone.now


if __name__ == "__main__":
    main()
