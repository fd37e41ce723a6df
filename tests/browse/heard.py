"""Rows as organisation leaves them, for what real sound of a few seconds cannot show: many tempi and keys."""

import numpy as np
from django.utils import timezone

from tenuto.accounts.models import Account
from tenuto.ai.organisation.models import Placed, Suggested, TagModelRow
from tenuto.algorithms.vectors import SIZE
from tenuto.consent.answer import answer
from tenuto.consent.models import Act
from tenuto.rules.keys import read_key
from tenuto.tracks.models import Track
from tests.consent.answering import allow
from tests.gate.working import INFORM, INPUT
from tests.tracks import catalogue


def placed(track: Track, bpm: float | None = None, key: str = "", sound: int = 0) -> Track:
    """The track where it can be found, as the job leaves it. `sound` is how far it lies from others."""
    found = read_key(key) if key else None
    vector = np.zeros(SIZE, "<i2")
    vector[0], vector[1] = sound, sound % 7
    Placed.objects.update_or_create(
        track_id=track.pk,
        defaults={
            "bpm": bpm,
            "tonic": found.tonic if found else None,
            "minor": found.minor if found else False,
            "vector": vector.tobytes(),
        },
    )
    return track


def allowed(owner: Account, title: str, bpm: float | None = None, key: str = "", sound: int = 0) -> Track:
    """A public track whose artist allows that it is found by what is heard."""
    made = catalogue.public(owner, title, at=timezone.now())
    answer(owner, [made.pk], allow(INPUT, INFORM), Act.How.PAGE, at=timezone.now())
    return placed(made, bpm, key, sound)


def suggests(track: Track, *tags: str, works: int = 41) -> None:
    """The model of this instance, made of so many tracks, would call the track this."""
    TagModelRow.objects.update_or_create(
        name="tag model", defaults={"digest": "d" * 64, "parameters": b"{}", "works": works, "tags": list(tags)}
    )
    for number, tag in enumerate(tags):
        Suggested.objects.create(track_id=track.pk, tag=tag, probability=0.95 - number / 10, model="d" * 64)
