"""How quickly sound and pages are delivered.

Sound: 200 readers at once, each asking for random ranges of about 107 kB (6 s of music) of one rendition, from our
front and from nginx, in turns, with the same load generator (wrk where there is one, else plain sockets here), on
the same cores. Public: the lasting address. Signed: 200 listeners of a track that is not public, each with an
address and a cookie of their own, so that every decision is made for every listener again and again.

Pages: track page and front page with a small, a middling and a large catalogue: the same number of queries, and a
median time that hardly grows.
"""

import argparse
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

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
from bench.readers import Load, read_ranges  # noqa: E402

from tenuto.server.serve import free_port, web_command  # noqa: E402

READERS = 200
RANGE_BYTES = 107_000


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--quick", action="store_true", help="fewer seconds, smaller catalogues")
    quick = options.parse_args().quick
    # 200 readers who take 44 s of sound a second are whom it stops; what it costs, bench/scrape.py measures.
    os.environ["TENUTO_GUARD"] = "no"
    sizes = [100, 5_000] if quick else [100, 10_000, 200_000]
    seconds, rounds = (2, 1) if quick else (4, 5)
    found: dict[str, Any] = {}
    try:
        catalogue = Catalogue(HOME)
        catalogue.prepare()
        with our_front(HOME, processes=2) as front:
            found |= media(catalogue, front, seconds, rounds)
        found |= pages(catalogue, sizes, asked=25 if quick else 200)
    finally:
        shutil.rmtree(HOME, ignore_errors=True)
    print(json.dumps(found))


def media(catalogue: Catalogue, front: "Server", seconds: int, rounds: int) -> dict[str, Any]:
    public, private = [(catalogue.lasting_address(), "")], catalogue.signed_addresses(READERS)
    loads: dict[str, list[Load]] = {"public": [], "nginx": [], "signed": []}
    with debian_nginx() as nginx:
        for targets in (public, private):
            front.load(targets, 1)  # what each process reads once is read now
        for _ in range(rounds):
            loads["public"].append(front.load(public, seconds))
            if nginx:
                loads["nginx"].append(nginx.load([(f"/{catalogue.file_in_store()}", "")], seconds))
            loads["signed"].append(front.load(private, seconds))
    for name, runs in loads.items():
        for load in runs:
            say(
                f"{name:7} {load.per_second:8.0f} ranges/s   p50 {load.p50_ms:6.1f} ms   p99 {load.p99_ms:6.1f} ms   "
                f"{load.cpu_ms:.3f} CPU-ms each   {load.errors} errors"
            )
    found = {name: runs for name, runs in loads.items() if runs}
    return {
        "range_ratio_vs_nginx": ratio(loads["public"], loads["nginx"]),
        "signed_ratio_vs_nginx": ratio(loads["signed"], loads["nginx"]),
        "ranges_per_second": {name: round(middle(load.per_second for load in runs)) for name, runs in found.items()},
        "p99_ms": {name: round(middle(load.p99_ms for load in runs), 1) for name, runs in found.items()},
        "cpu_ms_per_range": {name: round(middle(load.cpu_ms for load in runs), 3) for name, runs in found.items()},
        "readers": READERS,
        "errors": sum(load.errors for runs in loads.values() for load in runs),
        "load_generator": loads["public"][0].generator,
    }


def ratio(ours: list[Load], theirs: list[Load]) -> float | None:
    """The middle one of the rounds' ratios: each compares neighbours in time, so a busy machine hurts both alike."""
    if not theirs:
        say("nginx is not installed: no ratio")
        return None
    return round(middle(one.per_second / other.per_second for one, other in zip(ours, theirs, strict=True)), 3)


def middle(values: Iterable[float]) -> float:
    return statistics.median(values)


def pages(catalogue: Catalogue, sizes: list[int], asked: int) -> dict[str, Any]:
    """A server for each size, asked in turns, so that a busy machine slows all of them alike."""
    queries: dict[str, list[int]] = {"track": [], "front": []}
    times: dict[str, list[list[float]]] = {"track": [[] for _ in sizes], "front": [[] for _ in sizes]}
    with ExitStack() as stack:
        lines = []
        for size in sizes:
            began = time.monotonic()
            catalogue.grow_to(size)
            queries["track"].append(catalogue.queries_of(catalogue.any_page(size)))
            queries["front"].append(catalogue.queries_of("/"))
            server = stack.enter_context(our_front(catalogue.copy(), processes=1))
            lines.append(stack.enter_context(closing(HTTPConnection("127.0.0.1", server.port, timeout=30))))
            say(f"{size:,} tracks: {time.monotonic() - began:.0f} s to make")
        for turn in range(-5, asked):  # the first few warm up
            for number, (size, line) in enumerate(zip(sizes, lines, strict=True)):
                for page, path in (("track", catalogue.any_page(size)), ("front", "/")):
                    milliseconds = time_of(line, path)
                    if turn >= 0:
                        times[page][number].append(milliseconds)
    medians = {page: [middle(values) for values in found] for page, found in times.items()}
    for page, counts in queries.items():
        said = ", ".join(f"{value:.1f} ms" for value in medians[page])
        say(f"{page:5} page: p50 {said}; {1000 / medians[page][-1]:.0f} pages/s; {counts[0]} queries")
        assert len(set(counts)) == 1, f"the {page} page asks {counts} queries with {sizes} tracks"
    return {
        "page_p50_growth": round(max(values[-1] / values[0] for values in medians.values()), 3),
        "queries_per_page": {page: counts[0] for page, counts in queries.items()},
        "page_p50_ms": {page: [round(value, 2) for value in values] for page, values in medians.items()},
        "pages_per_second": {page: round(1000 / values[-1], 1) for page, values in medians.items()},
        "tracks": sizes,
    }


def time_of(line: HTTPConnection, path: str) -> float:
    """Milliseconds until a page has come whole."""
    began = time.perf_counter()
    line.request("GET", path)
    answer = line.getresponse()
    answer.read()
    assert answer.status == 200, f"{path} answered {answer.status}"
    return (time.perf_counter() - began) * 1000


class Server:
    """A server process under measurement."""

    def __init__(self, process: "subprocess.Popen[bytes]", port: int) -> None:
        self.process = process
        self.port = port

    def load(self, targets: list[tuple[str, str]], seconds: int) -> Load:
        before = self.cpu_seconds()
        load = read_ranges(self.port, targets, READERS, seconds, RANGE_BYTES)
        return load.with_cpu(self.cpu_seconds() - before)

    def cpu_seconds(self) -> float:
        """Of the process and its children; 0 where there is no /proc."""
        try:
            children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
            stats = [Path(f"/proc/{pid}/stat").read_text() for pid in (str(self.process.pid), *children)]
        except OSError:
            return 0.0
        ticks = [sum(map(int, stat.rpartition(")")[2].split()[11:13])) for stat in stats]
        return sum(ticks) / os.sysconf("SC_CLK_TCK")


@contextmanager
def our_front(home: Path, processes: int) -> Iterator[Server]:
    port = free_port("127.0.0.1", 18_100 + random.randrange(500))
    with started(web_command("127.0.0.1", port, processes), port, TENUTO_HOME=str(home)) as server:
        yield server


@contextmanager
def debian_nginx() -> Iterator[Server | None]:
    binary = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if binary is None:
        yield None
        return
    port = 18_700 + random.randrange(500)
    config = HOME / "nginx.conf"
    config.write_text(
        f"""daemon off; worker_processes 2; pid {HOME}/nginx.pid; error_log {HOME}/nginx.log;
events {{ worker_connections 1024; }}
http {{
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000;
  client_body_temp_path {HOME}/n1; proxy_temp_path {HOME}/n2; fastcgi_temp_path {HOME}/n3;
  uwsgi_temp_path {HOME}/n4; scgi_temp_path {HOME}/n5;
  server {{ listen 127.0.0.1:{port}; root {HOME}/store; }}
}}
"""
    )
    HOME.chmod(0o755)
    user = ["-g", "user root;"] if os.geteuid() == 0 else []
    with started([binary, "-c", str(config), *user], port) as server:
        yield server


@contextmanager
def started(command: list[str], port: int, **settings: str) -> Iterator[Server]:
    environment = os.environ | settings | {"PYTHONPATH": os.pathsep.join(sys.path[:2])}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=(HOME / "log").open("ab"))
    try:
        for _ in range(3_000):  # a busy machine takes its time
            try:
                with closing(HTTPConnection("127.0.0.1", port, timeout=5)) as line:
                    line.request("GET", "/static/none")
                    line.getresponse().read()
                break
            except OSError:
                assert process.poll() is None, (HOME / "log").read_text()[-2000:]
                time.sleep(0.1)
        yield Server(process, port)
    finally:
        process.terminate()
        process.wait(30)


def say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
