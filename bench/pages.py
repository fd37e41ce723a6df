"""How quickly pages come of a large place: front page, stream of those one follows, profile, album, search.

200,000 tracks, 20,000 people, two million follows and likes (bench/crowd.py), on SQLite and on PostgreSQL; two web
processes on these two cores, twenty readers, half of them signed in, each on a connection of their own.

Server time (p50_ms, p99_ms, search_p99_ms): from the arrival of a request in our process until the answer was handed to
the network (bench/timed.py). The waits for a thread, for the interpreter, for the other requests on the same core and
for the database are in it. The readers read: each opens the next page a second after the last one came, which no person
keeps up. `unpaused` says what becomes of it when nobody reads and all twenty ask without end: then what counts is the
number of pages a second, and each page takes as long as the queue before it.

Growth: the same pages of the large place and of one that has a twentieth of everything (10,000 tracks) and the words of
so many titles, so that about as much stands on a page of either; asked by one reader in turns, so that a busy machine
slows both alike. It is the median of the large one, in those of the small one, of the page that grows most.

A machine on which others work at the same time makes all of this slower: `load` is how many were running or waiting to
run at the beginning and at the end, and `cpu_ms_per_page` is what the web processes themselves took of the processor
for a page while the readers read, waiting left out. `of_limit` sets each figure against its limit: 1 is just within it.

Questions to the database are counted for each kind of page at both sizes, and must be as many.
"""

import argparse
import asyncio
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]
if TYPE_CHECKING:
    from bench.deliver import Server

PAGES = ("front", "stream", "profile", "album", "search", "search/typing")
READERS = 20
PAUSE_SECONDS = 1.0


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--quick", action="store_true", help="a small place, on SQLite alone")
    options.add_argument("--database", choices=["sqlite", "postgresql", "both"], help="(default: both that are here)")
    options.add_argument("--here", action="store_true", help=argparse.SUPPRESS)  # one database, as a process of its own
    given = options.parse_args()
    if given.here:
        print(json.dumps(measure(quick=given.quick)))
        return
    from tests.on_postgres import is_here, serving

    wanted = given.database or ("sqlite" if given.quick else "both")
    found: dict[str, dict[str, Any]] = {}
    if wanted in {"sqlite", "both"}:
        found["sqlite"] = alone(given.quick)
    if wanted in {"postgresql", "both"}:
        if is_here():
            with serving() as address:
                found["postgresql"] = alone(given.quick, TENUTO_DATABASE=address)
        else:
            say("PostgreSQL is not installed: not measured")
    worst = {key: max(one[key] for one in found.values()) for key in next(iter(found.values())) if key in WORST}
    print(json.dumps(worst | found))


LIMITS = {"p50_ms": 25, "p99_ms": 100, "search_p99_ms": 50, "growth": 1.5}
WORST = ("p50_ms", "p99_ms", "search_p99_ms", "growth", "queries_per_page_max")


def alone(quick: bool, **settings: str) -> dict[str, Any]:
    """Measured in a process of its own, because settings are read once."""
    command = [sys.executable, __file__, "--here", *(["--quick"] if quick else [])]
    ran = subprocess.run(command, env=os.environ | settings, check=True, stdout=subprocess.PIPE, text=True)
    result: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    return result


def measure(*, quick: bool) -> dict[str, Any]:
    os.environ["TENUTO_GUARD"] = "no"  # twenty who turn pages without end are whom it stops
    from bench.deliver import HOME, say  # sets Django up, in a home of its own: before all that needs it

    from bench.crowd import Crowd  # isort: skip
    from django.db import connection
    from tests.migrated import begin

    from tenuto.base.tables import migrate
    from tenuto.server.serve import collect

    large = (1_500, 200, 4_000) if quick else (200_000, 20_000, 2_000_000)  # tracks, people, edges
    small = tuple(count // (5 if quick else 20) for count in large)
    seconds, turns, unpaused = (4, 6, 1) if quick else (60, 60, 20)
    busy = [os.getloadavg()[0]]
    try:
        began = time.monotonic()
        if connection.vendor == "sqlite":
            begin(HOME)  # with what all migrations made, once for each state of the code
        else:
            migrate()
            collect(say)
        crowd = Crowd(*small)
        crowd.settle_from(0)
        cookies = sessions(crowd)
        crowd.grow_from(0)
        analysed()
        few = Place(crowd, *copy_of(HOME))
        fewer = queries(crowd, cookies)
        say(f"{connection.vendor}: {small[0]:,} tracks, {small[1]:,} people: {time.monotonic() - began:.0f} s to make")
        began = time.monotonic()
        crowd.become(*large)
        crowd.settle_from(small[1])
        crowd.grow_from(small[0])
        analysed()
        say(f"{connection.vendor}: {large[0]:,} tracks, {large[1]:,} people: {time.monotonic() - began:.0f} s to make")
        asked = queries(crowd, cookies)
        for page, count in asked.items():
            say(f"{page:14} {count} questions to the database")
            if not page.startswith("search"):
                assert count == fewer[page], f"{page} asks {fewer[page]} times, then {count} times"
        connection.close()
        times = HOME / "times"
        with ExitStack() as stack:
            growth = grown(stack, crowd, few, cookies, turns)
        with ExitStack() as stack:
            port, web = served(stack, HOME, os.environ.get("TENUTO_DATABASE", ""), processes=2, times=times)
            load(crowd, port, cookies, 2, 0)  # what each thread reads once is read now
            taken(times)
            cpu_before = web.cpu_seconds()
            load(crowd, port, cookies, seconds, PAUSE_SECONDS)
            cpu_seconds = web.cpu_seconds() - cpu_before
            reading = taken(times)
            pages = load(crowd, port, cookies, unpaused, pause_seconds=0)
            hurried = taken(times)
    finally:
        connection.close()
        shutil.rmtree(HOME, ignore_errors=True)
    every = [ms for page in reading.values() for ms in page]
    for page, found in reading.items():
        say(f"{page:14} p50 {quantile(found, 50):6.1f} ms   p99 {quantile(found, 99):6.1f} ms   {len(found)} pages")
    searches = [ms for page, found in reading.items() if page.startswith("search") for ms in found]
    figures = {
        "p50_ms": quantile(every, 50),
        "p99_ms": quantile(every, 99),
        "search_p99_ms": quantile(searches, 99),
        "growth": max(growth.values()),
    }
    return figures | {
        "of_limit": {name: round(figures[name] / limit, 2) for name, limit in LIMITS.items()},
        "cpu_ms_per_page": round(cpu_seconds * 1000 / len(every), 1),
        "load": [round(one, 1) for one in (*busy, os.getloadavg()[0])],
        "queries_per_page_max": max(asked.values()),
        "queries": asked,
        "growth_of": growth,
        "page_p50_ms": {page: quantile(found, 50) for page, found in reading.items()},
        "page_p99_ms": {page: quantile(found, 99) for page, found in reading.items()},
        "unpaused": {
            "pages_per_second": round(pages / unpaused, 1),
            "p50_ms": quantile([ms for page in hurried.values() for ms in page], 50),
            "p99_ms": quantile([ms for page in hurried.values() for ms in page], 99),
        },
        "readers": READERS,
        "pause_seconds": PAUSE_SECONDS,
        "tracks": [small[0], large[0]],
    }


class Place:
    """A copy of everything as it stands: a home and a database, and how many tracks, people and edges are in it."""

    def __init__(self, crowd: Any, home: Path, database: str) -> None:
        self.size, self.home, self.database = (crowd.tracks, crowd.people, crowd.edges), home, database


def copy_of(home: Path) -> tuple[Path, str]:
    from django.db import connection

    other = home / "small"
    other.mkdir()
    (other / "static").symlink_to(home / "static")
    (other / "secret_key").symlink_to(home / "secret_key")
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(other / "tenuto.sqlite3")])
        return other, ""
    address = os.environ["TENUTO_DATABASE"]
    name = connection.settings_dict["NAME"]
    connection.close()
    import psycopg

    with psycopg.connect(address.replace(f"/{name}?", "/postgres?"), autocommit=True) as server:
        server.execute(f"CREATE DATABASE small TEMPLATE {name}")
    return other, address.replace(f"/{name}?", "/small?")


def analysed() -> None:
    """As autovacuum and `PRAGMA optimize` would leave it."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def sessions(crowd: Any) -> list[str]:
    """Cookies of ten people who are signed in; with as many who are not, the readers."""
    from django.test import Client

    from tenuto.accounts.models import Account

    found = []
    for number in range(READERS // 2):
        client = Client()
        account = Account.objects.get(username=f"artist-{(number * 17 + 1) % crowd.people}")
        client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
        found.append(f"sessionid={client.cookies['sessionid'].value}")
    return found


def queries(crowd: Any, cookies: list[str]) -> dict[str, int]:
    """How many questions each kind of page asks at most, for somebody signed in."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(HTTP_HOST="127.0.0.1", HTTP_COOKIE=cookies[0])
    found: dict[str, int] = defaultdict(int)
    for page in PAGES:
        client.get(crowd.addresses(page, 1))  # what is asked once a process is not asked again
        for turn in range(14):
            with CaptureQueriesContext(connection) as asked:
                assert client.get(crowd.addresses(page, turn)).status_code == 200
            found[page] = max(found[page], len(asked))
    return dict(found)


def grown(stack: ExitStack, crowd: Any, few: Place, cookies: list[str], turns: int) -> dict[str, float]:
    """The median of each page of the large place, in those of the small one; one reader, in turns."""
    from bench.deliver import HOME

    many = Place(crowd, HOME, os.environ.get("TENUTO_DATABASE", ""))
    times: dict[str, tuple[list[float], list[float]]] = {page: ([], []) for page in PAGES}
    with ThreadPoolExecutor() as both:  # at once: a server takes seconds to begin
        ports = both.map(lambda place: served(stack, place.home, place.database, processes=1)[0], (few, many))
        lines = [stack.enter_context(closing(HTTPConnection("127.0.0.1", port, timeout=60))) for port in ports]
    for turn in range(-3, turns):  # the first few warm up
        for page in PAGES:
            for number, (place, line) in enumerate(zip((few, many), lines, strict=True)):
                crowd.become(*place.size)
                taken_ms = asked_once(line, crowd.addresses(page, turn), cookies[turn % len(cookies)])
                if turn >= 0:
                    times[page][number].append(taken_ms)
    crowd.become(*many.size)
    growth = {page: round(statistics.median(b) / statistics.median(a), 2) for page, (a, b) in times.items()}
    for page, (a, b) in times.items():
        say(f"{page:14} {statistics.median(a):6.1f} ms -> {statistics.median(b):6.1f} ms   x{growth[page]}")
    return growth


def asked_once(line: HTTPConnection, path: str, cookie: str) -> float:
    began = time.perf_counter()
    line.request("GET", path, headers={"Cookie": cookie})
    answer = line.getresponse()
    answer.read()
    assert answer.status == 200, f"{path} answered {answer.status}"
    return (time.perf_counter() - began) * 1000


def served(
    stack: ExitStack, home: Path, database: str, processes: int, times: Path | None = None
) -> tuple[int, "Server"]:
    """A server on this home and database until the stack ends: its port and its processes; with a clock where `times`
    says where to write.
    """
    from bench.deliver import started

    from tenuto.server.serve import free_port, web_command

    port = free_port("127.0.0.1", 18_100 + random.randrange(900))
    command = [*web_command("127.0.0.1", port, processes)[:-1], "bench.timed:app"]
    settings = {
        "TENUTO_HOME": str(home),
        "TENUTO_DATABASE": database,
        "TENUTO_BENCH_TIMES": str(times or home / "unread"),
    }
    return port, stack.enter_context(started(command, port, **settings))


def load(crowd: Any, port: int, cookies: list[str], seconds: float, pause_seconds: float) -> int:
    """Twenty readers for so long. How many pages they opened."""
    return asyncio.run(_load(crowd, port, cookies, seconds, pause_seconds))


async def _load(crowd: Any, port: int, cookies: list[str], seconds: float, pause_seconds: float) -> int:
    until, opened = time.monotonic() + seconds, 0

    async def read(number: int) -> None:
        nonlocal opened
        cookie = cookies[number // 2] if number % 2 else ""
        kinds = PAGES if cookie else tuple(page for page in PAGES if page != "stream")
        await asyncio.sleep(pause_seconds * number / READERS)  # nobody begins at the stroke of a clock
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**22)
        turn = number
        while time.monotonic() < until:
            turn += 1
            path = crowd.addresses(kinds[turn % len(kinds)], turn)
            head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n" + (f"Cookie: {cookie}\r\n" if cookie else "") + "\r\n"
            writer.write(head.encode())
            answer = await reader.readuntil(b"\r\n\r\n")
            assert answer.startswith(b"HTTP/1.1 200"), f"{path}: {answer[:60]!r}"
            [length] = [
                int(line.split(b":")[1]) for line in answer.split(b"\r\n") if line.lower().startswith(b"content-length")
            ]
            await reader.readexactly(length)
            opened += 1
            # Between half a pause and one and a half: readers in step would meet in every queue.
            await asyncio.sleep(pause_seconds * random.uniform(0.5, 1.5))
        writer.close()

    await asyncio.gather(*(read(number) for number in range(READERS)))
    return opened


def taken(times: Path) -> dict[str, list[float]]:
    """What the processes wrote down since it was last asked, by the kind of page."""
    found: dict[str, list[float]] = defaultdict(list)
    for file in times.parent.glob(f"{times.name}.*"):
        for line in file.read_text().splitlines():
            milliseconds, _, path = line.partition(" ")
            found[kind_of(path)].append(float(milliseconds))
        os.truncate(file, 0)
    return dict(found)


def kind_of(path: str) -> str:
    path = path.split("?")[0]
    if "/albums/" in path:
        return "album"
    return {"/": "front", "/following": "stream", "/search": "search", "/search/typing": "search/typing"}.get(
        path, "profile"
    )


def quantile(values: list[float], percent: int) -> float:
    """Of few values the largest, or there would be none."""
    return round(statistics.quantiles(values, n=100)[percent - 1] if len(values) > 1 else max(values), 1)


def say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
