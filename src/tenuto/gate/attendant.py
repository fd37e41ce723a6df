"""The gate's side of the door: what a job asks for while it runs is decided once more, opened, and handed over."""

import json
import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from tenuto.audio import store
from tenuto.audio.sandbox import SANDBOX, within
from tenuto.audio.store import Permit
from tenuto.base.ids import new_key
from tenuto.dsp.errors import SoundError
from tenuto.dsp.limits import ROOMY
from tenuto.dsp.mono import MID, SIDES, write_mono, write_sides
from tenuto.gate import asking, record, volumes
from tenuto.gate.container import NoContainer
from tenuto.gate.decide import judge, sound_of
from tenuto.gate.door import Answer
from tenuto.gate.duties import Duty
from tenuto.gate.models import Derived, Passage, Run
from tenuto.gate.seeds import cosigned_with, seed_for
from tenuto.rules.cells import Asset
from tenuto.tracks.models import Hold, Track

MOST_DERIVED_BYTES = 64 * 1024
RATES_HZ = (12_000, 16_000, 22_050, 44_100, 48_000)

NOTHING = Answer()
_PLAIN = os.O_NOFOLLOW | os.O_NONBLOCK


class NotAskedFor(Exception):
    """A job asked for what its run was not opened for. A mistake, or worse; nothing is given."""


class Attendant:
    """Serves one run of one duty. Whatever is asked of it comes from code that it does not trust."""

    def __init__(self, duty: Duty, run: Run) -> None:
        self.duty = duty
        self.run = run
        self._over = False
        self._has_drawn = False
        self._inputs = sha256()
        self._volumes: list[int] = []  # handles of the index as it was when the job asked for it
        self._words: dict[str, Callable[[dict[str, Any], bytes], Answer]] = {
            "recording": self._recording,
            "words": self._artists_words,
            "numbers": self._numbers,
            "derive": self._derive,
            "made": self._made,
            "seed": self._seed,
            "known": self._known,
            "index": self._index,
            "volume": self._volume,
            "look_up": self._look_up,
            "shelve": self._shelve,
        }

    @property
    def inputs(self) -> str:
        """SHA-256 of the words and numbers that were handed over, in their order."""
        return self._inputs.hexdigest()

    def ask(self, word: str, said: dict[str, Any], values: bytes = b"") -> Answer:
        """Answer one question. Raises NotAskedFor for anything that the run was not opened for."""
        act = self._words.get(word)
        if act is None or self._over:
            raise NotAskedFor(f"{word} after the run" if self._over else word)
        return act(said, values)

    def end(self) -> None:
        """The run is over: whoever kept the door gets nothing by it any more."""
        self._over = True
        self._close_volumes()

    def _recording(self, said: dict[str, Any], values: bytes) -> Answer:
        """One recording as samples, in a file without a name; nothing where the answer has become no."""
        self._opened_for(Asset.RECORDING)
        rate_hz = said["rate_hz"]
        if rate_hz not in RATES_HZ:
            raise NotAskedFor(f"a rate of {rate_hz!r}")
        (work,) = self._still_open([said["work"]]) or (None,)
        if work is None:
            return NOTHING
        recording = sound_of(self.duty, work)
        if recording is None:
            return NOTHING
        if self.duty.arrivals:
            Hold.objects.filter(recording=recording).update(handed_at=timezone.now())
        path = store.path_of(recording.original, self._permit(work))
        place = Path(settings.SCRATCH_DIR) / f"gate-{self.run.key}-{new_key()}"
        place.mkdir(parents=True)
        try:
            limits = within(ROOMY)
            with suppress(SoundError):
                names: tuple[str, ...] = (MID,)
                if said.get("sides") is True:
                    samples, names = SANDBOX.run(
                        write_sides, path, place, rate_hz, limits, reads=[path], writes=[place], limits=limits
                    )
                else:
                    samples = SANDBOX.run(
                        write_mono, path, place / MID, rate_hz, limits, reads=[path], writes=[place], limits=limits
                    )
                rows = [place / name for name in SIDES if name in names]
                return Answer({"samples": samples, "rows": len(rows)}, handle=_joined(rows))
        finally:
            for left in place.iterdir():
                left.unlink()
            place.rmdir()
        return NOTHING

    def _permit(self, work: int) -> Permit:
        """What opens the recording: the decision, and the entry in which it stands. The row says when it was used."""
        with transaction.atomic(durable=True):
            passage = Passage.objects.select_for_update().get(
                run=self.run, track_id=work, asset=Asset.RECORDING, use=self.duty.use, allowed=True
            )
            if passage.handed_at is None:  # it says when the first byte was read, however often it is asked for
                passage.handed_at = timezone.now()
                passage.save(update_fields=["handed_at"])
        return Permit(passage.allowed, passage.entry)

    def _artists_words(self, said: dict[str, Any], values: bytes) -> Answer:
        self._opened_for(Asset.METADATA)
        works = self._still_open(said["works"])
        rows = Track.objects.filter(pk__in=works).order_by("pk").values_list("pk", "owner_id", "genre", "tags")
        said_of = [list(row) for row in rows]
        self._inputs.update(json.dumps(said_of).encode())
        return Answer({"words": said_of})

    def _numbers(self, said: dict[str, Any], values: bytes) -> Answer:
        if not self.duty.reads:
            raise NotAskedFor(f"{self.duty.name} reads no numbers")
        works = self._still_open(said["works"])
        rows = Derived.objects.filter(kind=self.duty.reads, track_id__in=works).order_by("track_id")
        found = [(row.track_id, bytes(row.values)) for row in rows]
        sizes, whole = [[work, len(some)] for work, some in found], b"".join(some for _work, some in found)
        self._inputs.update(json.dumps(sizes).encode() + whole)
        return Answer({"sizes": sizes}, whole)

    def _derive(self, said: dict[str, Any], values: bytes) -> Answer:
        if not self.duty.derives:
            raise NotAskedFor(f"{self.duty.name} derives no numbers")
        if len(values) > MOST_DERIVED_BYTES:
            raise NotAskedFor(f"{len(values)} bytes derived from one work")
        (work,) = self._still_open([said["work"]]) or (None,)
        if work is not None:
            Derived.objects.update_or_create(
                kind=self.duty.derives, track_id=work, defaults={"values": values, "run": self.run}
            )
        return NOTHING

    def _known(self, said: dict[str, Any], values: bytes) -> Answer:
        return Answer({"works": volumes.known(self._searched())})

    def _index(self, said: dict[str, Any], values: bytes) -> Answer:
        kind = self._searched()
        if asking.is_divided():
            return Answer({"divided": True})
        self._close_volumes()
        self._volumes = volumes.opened(kind)
        return Answer({"divided": False, "volumes": len(self._volumes), "without": volumes.struck(kind)})

    def _look_up(self, said: dict[str, Any], values: bytes) -> Answer:
        kind, place = self._searched(), Path(settings.SCRATCH_DIR) / f"gate-{self.run.key}-{new_key()}"
        place.mkdir(parents=True)
        try:
            (place / asking.QUESTION).write_bytes(values)
            return Answer({"found": asking.ask(kind, place)})
        finally:
            shutil.rmtree(place, ignore_errors=True)

    def _searched(self) -> str:
        if not self.duty.searches:
            raise NotAskedFor(f"{self.duty.name} searches no index")
        return self.duty.searches

    def _volume(self, said: dict[str, Any], values: bytes) -> Answer:
        number = said["number"]
        if type(number) is not int or not 0 <= number < len(self._volumes):
            raise NotAskedFor(f"volume {number!r}")
        return Answer(handle=os.dup(self._volumes[number]))

    def _shelve(self, said: dict[str, Any], values: bytes) -> Answer:
        if not self.duty.shelves:
            raise NotAskedFor(f"{self.duty.name} adds to no index")
        asked = self._asked_for(said["works"])
        if set(self._still_open(asked)) != set(asked):
            raise NotAskedFor("a work was withdrawn before it was shelved")
        if volumes.held(self.duty.shelves, asked):  # its sound is new, or a run was killed here
            volumes.erase(self.duty, asked)
        try:
            volumes.add(self.duty.shelves, sorted(set(asked)), values)
        except NoContainer as no:
            raise NotAskedFor(str(no)) from no
        return NOTHING

    def _close_volumes(self) -> None:
        for handle in self._volumes:
            os.close(handle)
        self._volumes = []

    def _made(self, said: dict[str, Any], values: bytes) -> Answer:
        Run.objects.filter(pk=self.run.pk).update(model_digest=self._model_said(said))
        return NOTHING

    def _model_said(self, said: dict[str, Any]) -> str:
        digest, model = str(said["digest"]), str(said["model"])
        if model != self.duty.model or len(digest) != 64 or set(digest) - set("0123456789abcdef"):
            raise NotAskedFor("a model that the run was not opened for, or no digest")
        return digest

    def _seed(self, said: dict[str, Any], values: bytes) -> Answer:
        if not self.duty.model:
            raise NotAskedFor(f"{self.duty.name} makes no model")
        if not self._has_drawn:
            record.write_drawing(self.run, cosigned_with(self.run), timezone.now())
            self._has_drawn = True
        return Answer(values=seed_for(self.run))

    def _opened_for(self, asset: Asset) -> None:
        if asset not in self.duty.assets:
            raise NotAskedFor(f"{self.duty.name} was not opened for {asset}")

    def _still_open(self, works: Any) -> list[int]:
        """Those of these works that were admitted, and of which the answer is still yes. A new no is recorded."""
        now = timezone.now()
        judged = judge(self.duty, self._asked_for(works), now)
        record.write_refusals(self.duty, [each for each in judged if not each.admitted], now)
        return [each.work for each in judged if each.admitted]

    def _asked_for(self, works: Any) -> list[int]:
        """The works of a question. Raises NotAskedFor for any that the run was not opened for."""
        if not isinstance(works, list) or not all(type(work) is int for work in works):
            raise NotAskedFor("works are whole numbers")
        from_run = self._admitted(works)
        if stray := set(works) - from_run:
            raise NotAskedFor(f"works that were not admitted: {sorted(stray)[:5]}")
        return works

    def _admitted(self, works: list[int]) -> set[int]:
        """Read from the rows, not from memory that AI code might reach."""
        return set(self.run.kept.filter(track_id__in=works).values_list("track_id", flat=True))


def _joined(rows: list[Path]) -> int:
    """A handle of these files, one after the other. A stranger's file may have had a link put in their places."""
    first, *others = rows
    if others:
        with os.fdopen(os.open(first, os.O_WRONLY | os.O_APPEND | _PLAIN), "ab") as whole:
            for row in others:
                with os.fdopen(os.open(row, os.O_RDONLY | _PLAIN), "rb") as file:
                    shutil.copyfileobj(file, whole)
                row.unlink()
    return os.open(first, os.O_RDONLY | _PLAIN)
