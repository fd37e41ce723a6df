"""The three jobs. Each is called by the gate alone, which decides, writes down, and hands over what may be used."""

from django.utils import timezone

from tenuto.ai.identification.lookup import RATE_HZ, look_up, question, together
from tenuto.ai.identification.models import Checked, Registered, Scanned, Verdict
from tenuto.ai.identification.segments import merge, written
from tenuto.algorithms import fingerprint
from tenuto.gate.handle import Asset, Door, Found, Purpose, Sound, Use, ai_job

KIND = "identification.index"


@ai_job(
    Purpose.IDENTIFICATION,
    Use.INPUT,
    Asset.RECORDING,
    keeps=(Verdict, Checked),
    at_once=5,
    arrivals=True,
    searches=KIND,
    looks_up=look_up,
)
def check(door: Door) -> None:
    """Compare what has come with what is registered. Nothing of the sound itself is kept."""
    works = door.known()
    for sound in door.recordings(RATE_HZ, sides=True):
        found = _found_in(sound, door)
        Checked.objects.filter(track_id=sound.work).delete()
        Checked.objects.bulk_create([Checked(track_id=sound.work, **one) for one in found])
        Verdict.objects.update_or_create(
            track_id=sound.work, defaults={"seconds": sound.seconds, "works": works, "at": timezone.now()}
        )


@ai_job(
    Purpose.IDENTIFICATION,
    Use.TRAIN,
    Asset.RECORDING,
    keeps=(Registered,),
    at_once=20,
    shelves=KIND,
    merges=merge,
    names=((Checked, "reference_id"), (Scanned, "reference_id")),
)
def register(door: Door) -> None:
    """Keep a fingerprint of each, so that it is recognised."""
    # What both channels have in common; of a work in which they cancel each other out, what they differ by.
    for sound in door.recordings(RATE_HZ, sides=True):
        heard = fingerprint.listen(sound.whole())
        segment = fingerprint.build([(sound.work, fingerprint.fingerprint(*heard))])
        door.shelve([sound.work], written(segment))
        # Heard once more, it is known since when it was heard first.
        Registered.objects.update_or_create(
            track_id=sound.work,
            defaults={"seconds": sound.seconds},
            create_defaults={"seconds": sound.seconds, "at": timezone.now()},
        )


@ai_job(
    Purpose.IDENTIFICATION,
    Use.INFORM,
    Asset.RECORDING,
    keeps=(Scanned,),
    at_once=10,
    searches=KIND,
    looks_up=look_up,
)
def scan(door: Door) -> None:
    """Compare what was uploaded before with what is registered now."""
    for sound in door.recordings(RATE_HZ, sides=True):
        found = _found_in(sound, door)
        Scanned.objects.filter(track_id=sound.work).delete()
        Scanned.objects.bulk_create([Scanned(track_id=sound.work, **one) for one in found])


def _found_in(sound: Sound, door: Door) -> list[Found]:
    """As the columns in which it is kept."""
    found = together(door.look_up(question(sound.sides(), sound.work)))
    return [{("reference_id" if name == "reference" else name): one[name] for name in one} for one in found]
