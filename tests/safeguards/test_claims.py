"""A false Googlebot is turned away from tracks; nobody waits for that, or is believed for a name of their own."""

import json
from collections.abc import Callable, Sequence
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.test import Client, override_settings
from django.utils import timezone
from rich.console import Console

from tenuto.accounts.models import Account
from tenuto.rules.known_crawlers import KNOWN, Claim
from tenuto.safeguards.visitors import crawlers, guard
from tenuto.safeguards.visitors.books import Wish
from tenuto.safeguards.visitors.claims import MOST_WAITING, Claims
from tenuto.safeguards.visitors.meter import meter
from tenuto.safeguards.visitors.models import PublishedRanges, Stopped
from tenuto.safeguards.visitors.sweeps import fetch_ranges
from tenuto.server.crawlers import refresh, show
from tenuto.tracks.models import Track
from tests.audio.sounding import public

pytestmark = pytest.mark.django_db

GOOGLE = next(crawler for crawler in KNOWN if crawler.name == "Googlebot")
AGENT = {"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"}
GPT = {"User-Agent": "Mozilla/5.0 (compatible; GPTBot/1.2; +https://openai.com/gptbot)"}
THEIRS, FALSE, FORGED, SILENT = "66.249.66.1", "8.8.4.9", "8.8.4.10", "8.8.4.11"
HOST = "crawl-66-249-66-1.googlebot.com"


class Names:
    """The world's names as these tests have them; what it is asked is written down."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def names_of(self, address: str) -> Sequence[str]:
        self.asked.append(address)
        if address == SILENT:
            raise TimeoutError
        # Who owns an address writes what they like: the forged one calls itself Google's, and leads elsewhere.
        return {THEIRS: [HOST], FALSE: ["scraper.example"], FORGED: [HOST, "127.0.0.1", "scraper.example"]}[address]

    def addresses_of(self, name: str) -> Sequence[str]:
        self.asked.append(name)
        return {HOST: [THEIRS]}[name]


class Behind:
    """Work for later, done when the test says so."""

    def __init__(self) -> None:
        self.waiting: list[Callable[[], None]] = []

    def do(self) -> None:
        while self.waiting:
            self.waiting.pop(0)()


@pytest.fixture
def names() -> Names:
    return Names()


@pytest.fixture
def behind(names: Names, monkeypatch: pytest.MonkeyPatch) -> Behind:
    made = Behind()
    monkeypatch.setattr(crawlers, "claims", Claims(names, made.waiting.append))
    return made


@pytest.fixture
def track(alma: Account) -> Track:
    return public(alma)


def asked(track: Track, address: str, agent: dict[str, str] = AGENT) -> int:
    return Client(headers=agent, REMOTE_ADDR=address).get(track.get_absolute_url()).status_code


def test_a_false_googlebot_is_turned_away_and_the_true_one_is_not(track: Track, behind: Behind) -> None:
    """Three who say the same, told apart by name servers alone."""
    for address in (THEIRS, FALSE, FORGED):
        assert asked(track, address) == 200  # nothing is known yet, and nobody waits
    behind.do()
    assert [asked(track, address) for address in (THEIRS, FALSE, FORGED)] == [200, 403, 403]
    told = Client(headers={**AGENT, "Accept": "application/json"}, REMOTE_ADDR=FALSE).get(f"/api/v1/tracks/{track.key}")
    assert (told.status_code, told.json()["code"]) == (403, "false_crawler")
    assert Client(headers=AGENT, REMOTE_ADDR=FALSE).get("/").status_code == 200  # what is no track is open


@override_settings(PAGES_OF_A_NETWORK=2)
def test_a_search_engine_that_is_what_it_says_is_never_paused(track: Track, behind: Behind) -> None:
    """Others with its name are, and so is whoever is AI's too."""
    both = {"User-Agent": f"{AGENT['User-Agent']} GPTBot/1.2"}
    for address in (THEIRS, SILENT):
        assert asked(track, address) == 200
    behind.do()
    assert [asked(track, THEIRS) for _ in range(4)] == [200] * 4
    assert [asked(track, SILENT) for _ in range(4)] == [200, 429, 429, 429]
    assert [Client(headers=both, REMOTE_ADDR=THEIRS).get("/").status_code for _ in range(3)] == [200, 429, 429]


def test_an_address_is_asked_about_once_and_no_name_but_its_operators(
    track: Track, behind: Behind, names: Names
) -> None:
    """Whoever owns an address chooses its name, and so would choose what this server looks up."""
    for _ in range(3):
        asked(track, FORGED)
    behind.do()
    for _ in range(3):
        asked(track, FORGED)
    assert names.asked == [FORGED, HOST]
    assert behind.waiting == []


def test_what_cannot_be_found_out_changes_nothing(track: Track, names: Names, monkeypatch: pytest.MonkeyPatch) -> None:
    """A silent name server makes nobody false, and a full waiting list makes nobody wait."""
    behind = Behind()
    claims = Claims(names, behind.waiting.append)
    monkeypatch.setattr(crawlers, "claims", claims)
    assert asked(track, SILENT) == 200
    behind.do()
    assert asked(track, SILENT) == 200
    for number in range(MOST_WAITING + 10):
        claims.of(GOOGLE, f"8.8.5.{number}", 0.0)
    assert len(behind.waiting) == MOST_WAITING
    assert asked(track, FALSE) == 200
    assert len(behind.waiting) == MOST_WAITING


def test_ones_own_house_is_never_looked_up(track: Track, behind: Behind) -> None:
    assert [asked(track, address) for address in ("127.0.0.1", "10.0.0.9", "::1")] == [200] * 3
    assert behind.waiting == []


@override_settings(CRAWLER_NAMES=False)
def test_no_name_server_is_asked_where_the_operator_says_so(track: Track, behind: Behind) -> None:
    assert asked(track, FALSE) == 200
    assert behind.waiting == []


def test_what_was_found_out_is_asked_again_when_it_is_old(names: Names) -> None:
    behind = Behind()
    claims = Claims(names, behind.waiting.append)
    for now, said in ((0.0, Claim.UNKNOWN), (1.0, Claim.FALSE), (3_599.0, Claim.FALSE), (3_601.0, Claim.UNKNOWN)):
        assert claims.of(GOOGLE, FALSE, now) is said
        behind.do()
    assert names.asked == [FALSE, FALSE]


def test_published_networks_tell_without_any_name_server(track: Track, behind: Behind, tmp_path: Path) -> None:
    """What the operator loaded is enough: and the desk says whose crawler it was that was turned away."""
    file = tmp_path / "list.json"
    file.write_text(json.dumps({"prefixes": [{"ipv4Prefix": "66.249.66.0/24"}]}))
    words = Console(file=StringIO(), width=200)
    assert refresh(["gptbot"], str(file), words) == 0
    assert asked(track, THEIRS, GPT) == asked(track, FALSE, GPT) == 403
    meter.exchange(timezone.now())
    assert set(Stopped.objects.values_list("agent", flat=True)) == {"GPTBot, confirmed", "false GPTBot"}
    assert behind.waiting == []
    assert show(words) == 0
    file.write_text("no list")
    assert refresh(["gptbot"], str(file), words) == 1
    assert refresh(["gptbot"], str(tmp_path / "none"), words) == 1
    assert refresh(["nobody"], None, words) == refresh([], str(file), words) == 2
    assert refresh(["gptbot"], "https://localhost/list.json", words) == 1
    assert refresh(["gptbot"], "https://[localhost/list.json", words) == 1, "a mistyped address is said, no traceback"
    assert PublishedRanges.objects.get().networks == ["66.249.66.0/24"]


def test_an_old_list_proves_nothing(track: Track, behind: Behind) -> None:
    old = timezone.now() - timedelta(days=31)
    PublishedRanges.objects.create(crawler="GPTBot", networks=["66.249.66.0/24"], source="x", at=old)
    assert asked(track, FALSE, GPT) == 403
    meter.exchange(timezone.now())
    assert Stopped.objects.get().agent == "GPTBot"


def test_this_server_fetches_no_list_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the setting not even an attempt is made."""

    def never(address: str) -> bytes:
        raise AssertionError(address)

    monkeypatch.setattr("tenuto.safeguards.visitors.sweeps.fetched", never)
    fetch_ranges(timezone.now())
    with override_settings(CRAWLER_RANGES_HOURS=24), pytest.raises(AssertionError):
        fetch_ranges(timezone.now())


def test_what_the_front_gives_again_by_itself_is_looked_at_where_somebody_makes_a_claim() -> None:
    wish = Wish(1, 100.0, 10.0, False)
    assert guard.admits({"user-agent": "Firefox"}.get, "8.8.4.9:1", "", wish)
    assert not guard.admits({"user-agent": AGENT["User-Agent"]}.get, "8.8.4.9:1", "", wish)
