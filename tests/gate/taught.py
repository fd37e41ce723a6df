"""Works from which a model of tags is learned: artists with consent, tags, and numbers as describing leaves them."""

import numpy as np
from django.utils import timezone

from tenuto.accounts.models import Account
from tenuto.ai.organisation.numbers import KIND
from tenuto.algorithms.vectors import SIZE
from tenuto.consent.answer import answer_for_catalogue
from tenuto.consent.models import Act
from tenuto.gate.duties import Duty, duty_named
from tenuto.gate.models import Derived, Run
from tenuto.tracks.models import Track
from tenuto.tracks.slugs import begin_track
from tests.consent.answering import allow
from tests.gate.working import ALL, agreed
from tests.people import person

ARTISTS, EACH = 8, 6


def learn() -> Duty:
    duty = duty_named("organisation.learn")
    assert duty is not None
    return duty


def taught() -> list[Track]:
    """So many artists with so many tracks each; half of all bear a tag that their sound tells."""
    random = np.random.default_rng(7)
    described = Run.objects.create(
        duty="organisation.describe", purpose="organisation", use="input", assets="recording", code="", works=0, entry=0
    )
    tracks = []
    for number in range(ARTISTS):
        artist = agreed(person(f"artist{number}", f"Artist {number}"))
        for song in range(EACH):
            tracks.append(add(artist, f"Song {song}", ["calm"] if song % 2 else ["loud"], random, described))
        answer_for_catalogue(artist, allow(*ALL), Act.How.PAGE, at=timezone.now())
    return tracks


def add(artist: Account, title: str, tags: list[str], random: np.random.Generator, described: Run) -> Track:
    made = begin_track(artist, title)
    Track.objects.filter(pk=made.pk).update(tags=tags)
    vector = random.integers(-2_000, 2_000, SIZE) + (3_000 if "calm" in tags else 0)
    # As `numbers.pack` writes them: version, tempo, tonic, minor, then the vector.
    values = b"\x01" + np.float64(120).tobytes() + b"\x00\x00" + vector.astype("<i2").tobytes()
    Derived.objects.create(track_id=made.pk, kind=KIND, values=values, run=described)
    made.refresh_from_db()
    return made
