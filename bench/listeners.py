"""The listeners of the scraping drill, who must not notice anything: guests, members, some who listen for ten hours, an
app that takes music along, a class behind one address, readers of feeds."""

import json
import random
from datetime import timedelta

from bench.drill import BEGAN, DAY, TRACK_SECONDS, Drill, House, Person, Turns, signed_in, visitor
from bench.readers import FILE_BYTES
from django.test import Client
from django.utils import timezone

from tenuto.accounts.tokens import issue

STRETCH = 1024 * 1024
FOR_LONG = timedelta(days=200)


def people(house: House, size: int) -> list[Person]:
    """1,000 listeners, or as many in the same proportions; each begins somewhen during the day."""
    timezone.now = lambda: BEGAN  # a session that began weeks before would have ended
    dice = random.Random(7)
    shares = {guest: 0.70, member: 0.20, binger: 0.01, traveller: 0.03, pupil: 0.03, feed_reader: 0.03}
    found: list[Person] = []
    for kind, share in shares.items():
        least = 8 if kind is pupil else 1  # a class of one is none
        for number in range(max(least, round(size * share))):
            found.append(kind(house, number, random.Random(dice.random())))
    return found


def guest(house: House, number: int, dice: random.Random) -> Person:
    """One to six tracks, each in a network of their own; some skip, some leave in the middle."""
    client = visitor(f"100.{64 + number // 250}.{number % 250}.7")
    return dice.uniform(0, DAY * 0.9), lambda drill: listening(
        drill, client, [house.choice(dice) for _ in range(dice.randint(1, 6))], dice
    )


def member(house: House, number: int, dice: random.Random) -> Person:
    client = signed_in(house, f"100.96.{number}.7", FOR_LONG)
    return dice.uniform(0, DAY * 0.8), lambda drill: listening(
        drill, client, [house.choice(dice) for _ in range(dice.randint(3, 13))], dice
    )


def binger(house: House, number: int, dice: random.Random) -> Person:
    """Ten hours of music without a break."""
    client = signed_in(house, f"100.97.{number}.7", FOR_LONG)
    return dice.uniform(0, DAY * 0.5), lambda drill: listening(
        drill, client, [house.choice(dice) for _ in range(house.binge)], dice, restless=False
    )


def traveller(house: House, number: int, dice: random.Random) -> Person:
    """An app that takes 30 tracks along for a journey, at once and without a word of hearing them."""
    _token, secret = issue(house.account(timedelta(days=90)), "pocket", None)
    program = visitor(f"100.98.{number}.7", "Pocket/2.0", Authorization=f"Bearer {secret}")
    player = visitor(f"100.98.{number}.7", "ExoPlayer/2.19")

    def act(drill: Drill) -> Turns:
        for key in dice.sample(house.keys, 30):
            played = program.post("/api/v1/listens", json.dumps({"key": key}), "application/json")
            drill.ask("app", played.status_code)
            drill.ask("app", _sound(player, house.sound[key]))
            yield 2.0

    return dice.uniform(0, DAY * 0.9), act


def pupil(house: House, number: int, dice: random.Random) -> Person:
    """One of a class behind one address: all have the same list of 20, and begin within a few minutes."""
    client = visitor("100.99.1.1")
    course = random.Random("course").sample(house.keys, 20)
    return 9 * 3600 + dice.uniform(0, 300), lambda drill: listening(drill, client, dice.sample(course, 8), dice)


def feed_reader(house: House, number: int, dice: random.Random) -> Person:
    """Fetches whole what is new in a feed, without cookies and without a word."""
    client = visitor(f"100.100.{number}.7", "AntennaPod/3.8")

    def act(drill: Drill) -> Turns:
        for key in house.keys[-6:]:
            drill.ask("feed", _sound(client, house.sound[key]))
            yield 1.0

    return dice.uniform(0, 3_600.0), act


def listening(drill: Drill, client: Client, keys: list[str], dice: random.Random, restless: bool = True) -> Turns:
    """What the player on a page does: the page, the listen, stretch after stretch, and reports."""
    for key in keys:
        drill.ask("page", client.get(drill.house.page[key]).status_code)
        played = client.post("/listens", json.dumps({"key": key}), "application/json")
        if not drill.ask("play", played.status_code):
            yield 60.0
            continue
        report, mood = played.json()["report"], dice.random()
        heard = 0.0
        for first in range(0, FILE_BYTES, STRETCH):
            drill.ask("sound", _sound(client, drill.house.sound[key], f"bytes={first}-"))
            if restless and mood < 0.15:  # not this one
                yield 8.0
                heard += 8.0
                client.patch(report, json.dumps({"position": heard, "heard": heard}), "application/json")
                break
            stretch = min(TRACK_SECONDS - heard, TRACK_SECONDS * STRETCH / FILE_BYTES)
            yield stretch
            heard += stretch
            told = client.patch(report, json.dumps({"position": heard, "heard": heard}), "application/json")
            drill.ask("report", told.status_code)
            if restless and mood < 0.25 and heard > 100:
                break


def _sound(client: Client, address: str, stretch: str = "") -> int:
    response = client.get(address, headers={"Range": stretch} if stretch else {})
    response.close()
    return response.status_code
