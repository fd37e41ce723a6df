"""A server with a small world, a Chromium, and pages that fail their test for anything that goes wrong unseen."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from fcntl import LOCK_EX, flock
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, expect, sync_playwright

from tests.migrated import begin
from tests.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = os.environ.get("TENUTO_CHROMIUM") or next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--autoplay-policy=no-user-gesture-required",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--mute-audio",
]


expect.set_options(timeout=60_000)  # a busy machine is no fault of a page

# A preview that a newer one overtakes is given up (hx-sync's replace), and htmx writes that down as an error.
OVERTAKEN = "signal is aborted without reason"
# Said by the browser of these tests, in which workers are kept out so that every request is seen.
NO_WORKERS = "Service Worker registration blocked by Playwright"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = [item for item in items if Path(__file__).parent in item.path.parents]
    for item in here:
        item.add_marker(pytest.mark.browser)
        if CHROMIUM is None:
            item.add_marker(pytest.mark.skip(reason="there is no Chromium here (TENUTO_CHROMIUM may name one)"))


@dataclass(frozen=True)
class World:
    """The server under test and what stands on it."""

    url: str
    home: Path
    pages: dict[str, str]
    keys: dict[str, str]
    link: str
    doomed: str
    sessions: dict[str, str]
    every: list[tuple[str, str, str]] = field(default_factory=list)  # name of the address, path, who opens it
    unseen: list[str] = field(default_factory=list)

    def sql(self, statement: str, *values: object) -> list[tuple[object, ...]]:
        """Ask or change the server's database behind its back."""
        with closing(sqlite3.connect(self.home / "tenuto.sqlite3", timeout=20)) as database, database:
            return database.execute(statement, values).fetchall()


def environment(home: Path) -> dict[str, str]:
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tenuto.server.settings",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        "TENUTO_HOME": str(home),
        "TENUTO_DEBUG": "no",
        # These tests are one household that plays the same minutes again and again; tests/safeguards are about such.
        "TENUTO_GUARD": "no",
    }


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Each file begins with the world as it was made, so that no file's tests rest on which others ran before."""
    with serving(tmp_path_factory, "tests.browser.world") as served:
        yield served


@contextmanager
def serving(folders: pytest.TempPathFactory, program: str) -> Iterator[World]:
    """A server on the world that this program makes; it is made once, by whichever process needs it first."""
    shared = folders.getbasetemp()
    shared = shared.parent if "PYTEST_XDIST_WORKER" in os.environ else shared
    made, told = shared / program, shared / f"{program}.json"
    with (shared / f"{program}.lock").open("w") as lock:
        flock(lock, LOCK_EX)
        if not told.exists():
            told.write_text(_make(made, program))
    home = folders.mktemp("home") / "world"
    shutil.copytree(made, home)
    with running(home, environment(home)) as url:
        yield World(url=url, home=home, **json.loads(told.read_text()))


def _make(home: Path, program: str) -> str:
    """What this program tells, in JSON, of the world that it makes in that home."""
    begin(home)
    command = [sys.executable, "-W", "error", "-m", program]
    made = subprocess.run(command, env=environment(home), cwd=ROOT, capture_output=True, text=True)
    assert made.returncode == 0, made.stderr
    return made.stdout.splitlines()[-1]


@contextmanager
def running(home: Path, surroundings: dict[str, str]) -> Iterator[str]:
    """A server on this home; its address."""
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "rsgi", "--host", "127.0.0.1", "--port", str(port)]
    with (home / "server.log").open("wb") as log:
        server = subprocess.Popen(
            [*command, "tenuto.server.front:app"], env=surroundings, cwd=ROOT, stdout=log, stderr=log
        )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_for(url, server, home / "server.log")
        yield url
    finally:
        server.terminate()
        server.wait(timeout=60)
    assert "Traceback" not in (home / "server.log").read_text()


def _wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(600):  # a busy machine takes its time
        assert server.poll() is None, log.read_text()
        try:
            with urlopen(f"{url}/manifest.webmanifest", timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(log.read_text())


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


@dataclass
class Visit:
    """One visitor's browser. Whatever its pages complain of is kept, and fails the test unless it was expected."""

    context: BrowserContext
    page: Page
    url: str
    complaints: list[str] = field(default_factory=list)
    expected: tuple[str, ...] = (OVERTAKEN, NO_WORKERS)

    def go(self, path: str) -> None:
        self.page.goto(self.url + path)
        self.page.wait_for_function("() => customElements.get('track-item') !== undefined")

    def expect_complaint(self, *words: str) -> None:
        self.expected += words

    def watch(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(f"console: {message.text} ({message.location.get('url')})")

    def request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https"} and parts.netloc != urlsplit(self.url).netloc:
            self.complaints.append(f"another host: {request.url}")

    @property
    def unexpected(self) -> list[str]:
        return [one for one in self.complaints if not any(words in one for words in self.expected)]


Visits = Callable[..., Visit]


@pytest.fixture
def visit(world: World, browser: Browser) -> Iterator[Visits]:
    """visit("bo", width=390, theme="dark", scripts=False): a fresh browser of somebody, or of a stranger."""
    visits: list[Visit] = []

    def begin(
        who: str | None = None,
        *,
        width: int = 1280,
        theme: Any = "light",
        scripts: bool = True,
        lax: bool = False,
        workers: bool = False,
    ) -> Visit:
        """`lax` is for axe alone: it writes inline styles of its own, which our policy forbids."""
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=theme,
            java_script_enabled=scripts,
            reduced_motion="reduce",
            service_workers="allow" if workers else "block",
            bypass_csp=lax,
        )
        context.set_default_timeout(60_000)
        if who is not None:
            context.add_cookies([{"name": "sessionid", "value": world.sessions[who], "url": world.url}])
        begun = Visit(context, context.new_page(), world.url)
        begun.watch(begun.page)
        context.on("page", begun.watch)
        context.on("request", begun.request)
        visits.append(begun)
        return begun

    yield begin
    for one in visits:
        one.context.close()
    assert [complaint for one in visits for complaint in one.unexpected] == []
