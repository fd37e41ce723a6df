"""The collectors of the scraping drill: the ten ways that are held, and others that show where holding ends.

Collectors know every address beforehand, but for readers of feeds; what they lose by having to look for them is not
counted. Embeds are represented by what a player on another site fetches, the plain stream.
"""

import json
import random
from datetime import timedelta
from urllib.parse import urlsplit
from xml.etree import ElementTree

from bench.catalogue import SEGMENTS
from bench.drill import BROWSER, TRACK_SECONDS, Drill, Turns, Way, signed_in, visitor
from bench.readers import FILE_BYTES

from tenuto.accounts.tokens import issue

STRETCH = 1024 * 1024


def own_order(drill: Drill, name: str, places: list[str] | None = None) -> list[str]:
    """Every collector begins elsewhere."""
    keys = list(drill.house.keys if places is None else places)
    random.Random(name).shuffle(keys)
    return keys


def patience(status: int, told: float, otherwise: float = 0.0) -> float:
    """Told to wait, a collector tries something else before long: it does not know what else would help."""
    return min(max(told, 30.0), 1_800.0) if status == 429 else otherwise


def single_fast(drill: Drill) -> list[Turns]:
    def act() -> Turns:
        client = visitor("198.18.71.5", "python-requests/2.32")
        for key in own_order(drill, "fast")[: drill.house.tries]:
            yield patience(*drill.take(client, key), 0.5)

    return [act()]


def many_slow(drill: Drill) -> list[Turns]:
    """60 addresses in 12 networks, each at the pace of music."""
    keys = iter(own_order(drill, "slow")[: drill.house.tries])

    def act(number: int) -> Turns:
        client = visitor(f"198.18.{number % 12}.{number}")
        for key in keys:
            yield patience(*drill.take(client, key), TRACK_SECONDS)

    return [act(number) for number in range(60)]


def many_accounts(drill: Drill) -> list[Turns]:
    """40 accounts made for it, from three networks."""
    keys = iter(own_order(drill, "accounts")[: drill.house.tries])

    def act(number: int) -> Turns:
        client = signed_in(drill.house, f"198.18.{20 + number % 3}.{number}", timedelta(minutes=5))
        for key in keys:
            client.post("/listens", json.dumps({"key": key}), "application/json")
            yield patience(*drill.take(client, key), 20.0)

    return [act(number) for number in range(40)]


def rotating(drill: Drill) -> list[Turns]:
    """256 addresses in eight networks; every request comes from another, under another name."""
    dice = random.Random(4)

    def act() -> Turns:
        for key in own_order(drill, "rotating")[: drill.house.tries]:
            for first in range(0, FILE_BYTES, STRETCH):
                address = f"198.18.{30 + dice.randrange(8)}.{dice.randrange(1, 33)}"
                client = visitor(address, f"Mozilla/5.0 (Windows NT 10.0; rv:{dice.randrange(100, 146)}.0)")
                status, _told = drill.take(client, key, Range=f"bytes={first}-{first + STRETCH - 1}")
                yield 2.0 if status < 400 else 20.0
                if status == 429:
                    break

    return [act()]


def segments_only(drill: Drill) -> list[Turns]:
    size = FILE_BYTES // SEGMENTS

    def act() -> Turns:
        client = visitor("198.18.72.5", "Lavf/61.7.100")
        for key in own_order(drill, "segments")[: drill.house.tries]:
            client.get(drill.house.sound[key].replace(".mp4", ".m3u8"))
            for number in range(SEGMENTS):
                first = 1000 + number * size
                status, told = drill.take(client, key, Range=f"bytes={first}-{first + size - 1}")
                yield patience(status, told, 0.2)
                if status == 429:
                    break

    return [act()]


def api_only(drill: Drill) -> list[Turns]:
    """A program with the token of an account that was made for it."""

    def act() -> Turns:
        _token, secret = issue(drill.house.account(timedelta(hours=2)), "collector", None)
        client = visitor("198.18.73.5", "collector/1.0", Authorization=f"Bearer {secret}")
        for key in own_order(drill, "api")[: drill.house.tries]:
            client.post("/api/v1/listens", json.dumps({"key": key}), "application/json")
            yield patience(*drill.take(client, key), 1.0)

    return [act()]


def embeds_only(drill: Drill) -> list[Turns]:
    """What a player on another page would fetch: the plain stream, without cookies."""

    def act() -> Turns:
        for key in own_order(drill, "embeds")[: drill.house.tries]:
            client = visitor("198.18.74.5", BROWSER, Referer="https://blog.example/")
            yield patience(*drill.take(client, key, f"/tracks/{key}/stream"), 5.0)

    return [act()]


def feeds_only(drill: Drill) -> list[Turns]:
    """Every artist's feed, and every enclosure in it, whole, under a podcast player's name."""

    def act() -> Turns:
        client = visitor("198.18.75.5", "AntennaPod/3.8")
        artists = own_order(drill, "feeds", sorted({page.split("/")[1] for page in drill.house.page.values()}))
        tries = drill.house.tries
        for artist in artists:
            feed = client.get(f"/{artist}/feed.xml").content
            for enclosure in ElementTree.fromstring(feed).iter("enclosure"):
                path = urlsplit(enclosure.attrib["url"]).path
                yield patience(*drill.take(client, path.split("/")[2], path), 3.0)
                tries -= 1
                if not tries:
                    return

    return [act()]


def headless(drill: Drill) -> list[Turns]:
    """A real browser that plays track after track, all day, and begins anew with empty cookies each hour."""
    return [_browser(drill, "198.18.76.5", own_order(drill, "headless"), drill.house.tries)]


def polite_crawler(drill: Drill) -> list[Turns]:
    """Says that it is one, takes its time, and has no licence."""

    def act() -> Turns:
        client = visitor("198.18.77.5", "Mozilla/5.0 (compatible; GPTBot/1.2; +https://openai.com/gptbot)")
        for key in own_order(drill, "polite")[: drill.house.tries]:
            client.get(drill.house.page[key])
            drill.take(client, key)
            yield 10.0

    return [act()]


# ——— what no budget can hold, and what it must hold too ———


def mixed(drill: Drill) -> list[Turns]:
    """One network that takes in every way there is, in turns, so that no way alone is much."""

    def act() -> Turns:
        _token, secret = issue(drill.house.account(timedelta(hours=2)), "mixed", None)
        program = visitor("198.18.80.5", "collector/1.0", Authorization=f"Bearer {secret}")
        member = signed_in(drill.house, "198.18.80.6", timedelta(hours=2))
        for number, key in enumerate(own_order(drill, "mixed")[: drill.house.tries]):
            guest = visitor(f"198.18.80.{number % 250}", BROWSER if number % 2 else "AntennaPod/3.8")
            client, path = (
                (guest, ""), (guest, f"/tracks/{key}/stream"), (program, ""), (member, ""), (guest, ""),
            )[number % 5]  # fmt: skip
            if client is not guest:
                address = "/api/v1/listens" if client is program else "/listens"
                client.post(address, json.dumps({"key": key}), "application/json")
            yield patience(*drill.take(client, key, path), 4.0)

    return [act()]


def liars(drill: Drill) -> list[Turns]:
    """40 browsers of one network, each of which says that it hears all the time what it has never played."""

    def act(number: int, keys: list[str]) -> Turns:
        client = visitor(f"198.18.81.{number}")
        for key in keys:
            played = client.post("/listens", json.dumps({"key": key}), "application/json")
            if played.status_code != 200:
                yield 600.0
                continue
            drill.take(client, key)
            for heard in range(15, int(TRACK_SECONDS), 60):
                yield 60.0
                said = json.dumps({"position": heard, "heard": heard})
                client.patch(played.json()["report"], said, "application/json")

    keys = own_order(drill, "liars")[: drill.house.tries]
    return [act(number, keys[number::40]) for number in range(40)]


def proxies(drill: Drill) -> list[Turns]:
    """Every track from another network, as those who rent out other people's connections offer it."""

    def act() -> Turns:
        for number, key in enumerate(own_order(drill, "proxies")[: drill.house.proxies]):
            drill.take(visitor(f"{203 + number // 250}.{number % 250}.7.1"), key)
            yield 30.0

    return [act()]


def sleepers(drill: Drill) -> list[Turns]:
    """Ten accounts from one network that were made a week before and have done nothing since."""

    def act(number: int, keys: list[str]) -> Turns:
        client = signed_in(drill.house, f"198.18.82.{number}", timedelta(days=7))
        for key in keys:
            client.post("/listens", json.dumps({"key": key}), "application/json")
            yield patience(*drill.take(client, key), 20.0)

    keys = own_order(drill, "sleepers")
    return [act(number, keys[number::10][: drill.house.tries // 10]) for number in range(10)]


def imitators(drill: Drill) -> list[Turns]:
    """All that a listener's browser does, at the pace of music, each from a network of its own."""
    keys = own_order(drill, "imitators")
    networks = drill.house.networks
    part = len(keys) // networks
    return [
        _browser(drill, f"198.18.{60 + number}.1", keys[number * part : (number + 1) * part], drill.house.tries)
        for number in range(networks)
    ]


def _browser(drill: Drill, address: str, keys: list[str], tries: int) -> Turns:
    for number, key in enumerate(keys[:tries]):
        if number % 16 == 0:
            client = visitor(address)
        played = client.post("/listens", json.dumps({"key": key}), "application/json")
        if played.status_code != 200:
            yield 1_200.0
            continue
        report = played.json()["report"]
        for first in range(0, FILE_BYTES, STRETCH):
            drill.take(client, key, Range=f"bytes={first}-")
            yield TRACK_SECONDS * STRETCH / FILE_BYTES
            heard = min(TRACK_SECONDS, (first + STRETCH) / FILE_BYTES * TRACK_SECONDS)
            client.patch(report, json.dumps({"position": heard, "heard": heard}), "application/json")


WAYS: dict[str, Way] = {
    way.__name__: way
    for way in (
        single_fast, many_slow, many_accounts, rotating, segments_only, api_only, embeds_only, feeds_only, headless,
        polite_crawler,
    )
}  # fmt: skip
# Of one network each: held like the ten, though none of them.
HELD_TOO: dict[str, Way] = {way.__name__: way for way in (mixed, liars)}
# Each costs what an attacker can buy: networks, or accounts that have waited.
NOT_HELD: dict[str, Way] = {way.__name__: way for way in (imitators, proxies, sleepers)}
