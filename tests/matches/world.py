"""Alma registers, Bo uploads, and the gate has done its work."""

from pathlib import Path

from django.conf import settings
from django.test import TestCase
from django.utils import timezone

from tenuto.accounts.models import Account
from tenuto.matches.registering import register
from tenuto.rules.visibility import Audience
from tenuto.terms.accepting import accept
from tenuto.terms.models import Acceptance, Version
from tenuto.terms.versions import publish as publish_version
from tenuto.tracks.models import Track
from tenuto.tracks.publish import publish
from tests.ai.pieces import Sound, came, piece, told
from tests.gate.working import LONG_AGO, worked_off
from tests.terms.writing import NEEDED, OWNING, written

RECOGNISING = """Finding copies

```cells
recording identification: inform, train
```

If you allow it, we keep a fingerprint."""


def begin(place: Path) -> None:
    """Terms that name the comparison, and an empty index."""
    settings.INDEX_DIR = place
    publish_version(written(OWNING, NEEDED, RECOGNISING), LONG_AGO, at=LONG_AGO)


def agreed(account: Account) -> Account:
    version = Version.objects.get()
    accept(account, version, version.digest, [], Acceptance.How.PAGE, at=LONG_AGO)
    return account


def registered(owner: Account, seed: int, *, public: bool = False) -> Track:
    """A work that is recognised from now on; in the sketchbook, or everybody hears it."""
    track = uploaded(owner, piece(seed), f"Piece {seed}", share=public)
    with TestCase.captureOnCommitCallbacks(execute=True):
        register(owner, [track.pk], timezone.now())
    worked_off()
    return again(track)


def uploaded(owner: Account, sound: Sound, title: str = "Upload", *, share: bool = True) -> Track:
    """What came, compared, and shared with everybody if `share`."""
    recording = came(owner, sound, title)
    if share:
        shared(recording.track)
    told(recording)
    worked_off()
    return again(recording.track)


def shared(track: Track) -> None:
    with TestCase.captureOnCommitCallbacks(execute=True):
        publish(track, Audience.PUBLIC, None, by=track.owner, at=timezone.now())


def again(track: Track) -> Track:
    """The track as it stands now."""
    return Track.objects.select_related("owner", "publication").get(pk=track.pk)
