"""The four jobs. Each is called by the gate alone, which decides, writes down, and hands over what may be used."""

import numpy as np
from django.utils import timezone

from tenuto.ai.organisation.models import Heard, Placed, Suggested, TagModelRow
from tenuto.ai.organisation.numbers import KIND, pack, unpack
from tenuto.algorithms.describe import RATE_HZ, Describer, Description
from tenuto.algorithms.tags import Example, TagModel, train
from tenuto.gate.handle import Asset, Door, Purpose, Use, ai_job

MODEL = "tag model"
PLACED_AT_ONCE = 2_000  # works in one run: nothing of them is decoded


@ai_job(Purpose.ORGANISATION, Use.INPUT, Asset.RECORDING, keeps=(Heard,), derives=KIND, at_once=10)
def describe(door: Door) -> None:
    """Listen to each recording once, and write down what was heard."""
    for sound in door.recordings(RATE_HZ):
        describer = Describer()
        for block in sound:
            describer.feed(block)
        found = describer.finish()
        Heard.objects.update_or_create(track_id=sound.work, defaults=_columns(found))
        door.derive(sound.work, pack(found))


@ai_job(Purpose.ORGANISATION, Use.INFORM, Asset.RECORDING, keeps=(Placed,), reads=KIND, at_once=PLACED_AT_ONCE)
def shelve(door: Door) -> None:
    """Put each recording where it can be found by tempo, key and sound."""
    for numbers in door.numbers():
        found = unpack(numbers.values)
        if found is not None:
            Placed.objects.update_or_create(
                track_id=numbers.work,
                defaults={
                    "bpm": found.bpm,
                    "tonic": found.tonic,
                    "minor": found.minor,
                    "vector": found.vector.astype("<i2").tobytes(),
                    "at": timezone.now(),
                },
            )


@ai_job(
    Purpose.ORGANISATION,
    Use.TRAIN,
    Asset.RECORDING,
    Asset.METADATA,
    keeps=(TagModelRow,),
    reads=KIND,
    each=False,
    model=MODEL,
)
def learn(door: Door) -> None:
    """Learn from the tags that artists gave their own recordings, from the beginning each time."""
    words = {said.work: said for said in door.words()}
    examples = []
    for numbers in door.numbers():
        said, found = words.get(numbers.work), unpack(numbers.values)
        if said is not None and found is not None and (tags := tags_of(said.genre, said.tags)):
            examples.append(Example(found.vector, said.artist, tags))
    learned = train(examples)
    digest = learned.digest()
    TagModelRow.objects.update_or_create(
        name=MODEL,
        defaults={
            "digest": digest,
            "parameters": learned.canonical(),
            "works": len(examples),
            "tags": [rule.tag for rule in learned.rules],
        },
    )
    door.made(MODEL, digest)


@ai_job(
    Purpose.ORGANISATION,
    Use.INFORM,
    Asset.RECORDING,
    keeps=(Suggested,),
    consults=(TagModelRow,),
    reads=KIND,
    after="organisation.learn",
    at_once=PLACED_AT_ONCE,
)
def suggest(door: Door) -> None:
    """Name the tags that each recording might deserve, by the model as it is now."""
    row = TagModelRow.objects.filter(name=MODEL).first()
    model = TagModel.from_canonical(bytes(row.parameters)) if row else None
    for numbers in door.numbers():
        Suggested.objects.filter(track_id=numbers.work).delete()
        found = unpack(numbers.values)
        if row is None or model is None or found is None:
            continue
        Suggested.objects.bulk_create(
            Suggested(track_id=numbers.work, tag=one.tag, probability=one.probability, model=row.digest)
            for one in model.suggest(found.vector)
        )


def tags_of(genre: str, tags: tuple[str, ...]) -> frozenset[str]:
    """What an artist called a work, in the form in which tags are compared."""
    said = (" ".join(word.split()).casefold()[:60] for word in (genre, *tags))
    return frozenset(word for word in said if word)


def _columns(found: Description) -> dict[str, object]:
    tempo, key, timbre = found.tempo, found.key, found.timbre
    return {
        "at": timezone.now(),
        "seconds": found.seconds,
        "bpm": tempo.bpm if tempo else None,
        "bpm_confidence": tempo.confidence if tempo else 0.0,
        "bpm_candidates": [[round(each.bpm, 3), round(each.weight, 4)] for each in tempo.candidates] if tempo else [],
        "beats": np.round(found.beats * 1000).astype("<i4").tobytes(),
        "tonic": key.tonic if key else None,
        "minor": key.minor if key else False,
        "key_confidence": key.confidence if key else 0.0,
        "tuning_cents": found.tuning_cents,
        "energy": found.energy,
        "timbre": {
            "centroid_hz": _pair(timbre.centroid_hz.mean, timbre.centroid_hz.deviation),
            "roll_off_hz": _pair(timbre.roll_off_hz.mean, timbre.roll_off_hz.deviation),
            "flatness_db": _pair(timbre.flatness_db.mean, timbre.flatness_db.deviation),
            "level_db": _pair(timbre.level_db.mean, timbre.level_db.deviation),
        },
    }


def _pair(mean: float, deviation: float) -> list[float]:
    return [round(float(mean), 3), round(float(deviation), 3)]
