"""A catalogue, a simulated clock, and actors who take turns on it: what the scraping drill is played with."""

import heapq
import random
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from bench.catalogue import Catalogue
from bench.readers import FILE_BYTES
from django.test import Client
from django.utils import timezone

from tenuto.accounts.models import Account
from tenuto.audio.models import Rendition
from tenuto.safeguards.visitors.meter import meter
from tenuto.safeguards.visitors.models import Acquaintance, Stopped, StoppedOfTrack, Taking
from tenuto.safeguards.visitors.pauses import readers
from tenuto.tracks.models import Publication, Recording

TRACKS = 2_000
TRACK_SECONDS = 222.0
DAY = 24 * 3600.0
BEGAN = datetime(2027, 1, 11, tzinfo=UTC)
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"

Turns = Iterator[float]  # how long each actor waits until its next turn


class House:
    """The catalogue and the people of one home."""

    def __init__(self, home: Path, quick: bool) -> None:
        self.tries = 50 if quick else 1_500
        self.networks = 1 if quick else 3  # of imitators
        self.proxies = 20 if quick else 200
        self.binge = 24 if quick else 162
        self.catalogue = Catalogue(home)
        self.catalogue.prepare()
        self.catalogue.grow_to(TRACKS)
        pattern = list(Rendition.objects.all())
        without = Recording.objects.exclude(renditions__isnull=False).values_list("pk", flat=True)
        Rendition.objects.bulk_create(
            (
                Rendition(
                    recording_id=pk, kind=each.kind, blob_id=each.blob_id, codecs=each.codecs,
                    bit_rate=each.bit_rate, segments=each.segments,
                )
                for pk in without
                for each in pattern
            ),
            batch_size=200,
        )  # fmt: skip
        columns = ("track__key", "key", "track__slug", "track__owner__username")
        rows = Recording.objects.filter(current=True).order_by("track_id").values_list(*columns)
        self.tracks = list(rows[:TRACKS])
        self.keys = [key for key, *_ in self.tracks]
        self.sound = {key: f"/media/{recording}/aac.mp4" for key, recording, *_ in self.tracks}
        self.page = {key: f"/@{artist}/{slug}" for key, _, slug, artist in self.tracks}
        # What is in the feeds of this day is new; everything else has been there for weeks.
        new = Publication.objects.filter(track__key__in=self.keys[-6:])
        new.update(starts_at=BEGAN - timedelta(days=1))
        self._numbers = count()
        # What people choose: a few tracks often, most of them seldom.
        self._weights = [1 / (place + 1) for place in range(TRACKS)]

    def account(self, joined: timedelta) -> Account:
        number = next(self._numbers)
        return Account.objects.create(
            username=f"person-{number}", email=f"person-{number}@example.org", date_joined=BEGAN - joined
        )

    def choice(self, dice: random.Random) -> str:
        return str(dice.choices(self.keys, self._weights)[0])


class Drill:
    """One day, or more. Actors take turns in the order of the clock."""

    def __init__(self, house: House, begins: datetime = BEGAN, days: int = 1) -> None:
        self.house = house
        self.at = self.begins = begins
        self.ends = days * DAY
        self.taken: dict[str, float] = {}
        self.requests = self.listeners = 0
        self.refused: Counter[str] = Counter()  # of listeners, by what they asked for and what they were told
        self._turns: list[tuple[float, int, Turns]] = []
        self._numbers = count()

    def collect(self, way: "Way") -> None:
        for actor in way(self):
            self.begin(actor)

    def listen(self, actors: list["Person"]) -> None:
        self.listeners += len(actors)
        for begins, actor in actors:
            self.begin(actor(self), begins)

    def begin(self, actor: Turns, after: float = 0.0) -> None:
        heapq.heappush(self._turns, (after, next(self._numbers), actor))

    def run(self) -> None:
        meter.forget()
        readers.forget()
        for rows in (Taking, Acquaintance, Stopped, StoppedOfTrack):
            rows.objects.all().delete()
        exchanged = -1.0
        timezone.now = lambda: self.at
        meter.exchange(self.at)
        while self._turns:
            seconds, number, actor = heapq.heappop(self._turns)
            if seconds >= self.ends:
                break
            self.at = self.begins + timedelta(seconds=seconds)
            if seconds - exchanged > 300:  # seconds in life, where processes must hear of one another
                meter.exchange(self.at)
                exchanged = seconds
            wait = next(actor, None)
            if wait is not None:
                heapq.heappush(self._turns, (seconds + wait, number, actor))

    def share(self) -> float:
        """Of the catalogue's music, in per cent."""
        return 100 * sum(self.taken.values()) / (TRACKS * TRACK_SECONDS)

    def take(self, client: Client, key: str, path: str = "", **headers: str) -> tuple[int, float]:
        """A collector asks for sound. Returns the status, and how long it is told to wait."""
        response = client.get(path or self.house.sound[key], headers=headers)
        if response.status_code in {200, 206}:
            seconds = int(response.headers.get("Content-Length") or 0) / FILE_BYTES * TRACK_SECONDS
            self.taken[key] = min(TRACK_SECONDS, self.taken.get(key, 0.0) + seconds)
        response.close()
        return response.status_code, float(response.headers.get("Retry-After") or 0)

    def ask(self, what: str, status: int) -> bool:
        """A listener asked for something. Was it given?"""
        self.requests += 1
        if status >= 400:
            self.refused[f"{what} {status}"] += 1
        return status < 400


Way = Callable[[Drill], list[Turns]]
Person = tuple[float, Callable[[Drill], Turns]]


def visitor(address: str, agent: str = BROWSER, **headers: str) -> Client:
    return Client(REMOTE_ADDR=address, headers={"User-Agent": agent, **headers})


def signed_in(house: House, address: str, joined: timedelta) -> Client:
    client = visitor(address)
    client.force_login(house.account(joined), "django.contrib.auth.backends.ModelBackend")
    return client
