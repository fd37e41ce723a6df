"""Two checkpoints of one log that may contradict each other, kept until the log's own tiles have shown whether they do.

A log that we witness has signed both, so nobody else can raise a suspicion. Whether one tree begins with the other is
seen from the tiles of the larger one, which lie where the log is called by its name.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from django.conf import settings

from tenuto.base.signatures import verify
from tenuto.ledger import files
from tenuto.rules.canonical import canonical, parsed
from tenuto.rules.checkpoints import Checkpoint, Signed, opened
from tenuto.rules.frauds import MOST_BYTES, Equivocation, equivocation
from tenuto.rules.nodes import TileNodes
from tenuto.rules.notes import Key, Note
from tenuto.verify.sources import LogFiles
from tenuto.verify.sources import opened as source

MOST = 16  # of one log; more would only say the same
HERE = ("localhost", "127.0.0.1")  # who is called so has no certificate


@dataclass(frozen=True)
class Suspicion:
    """What a log signed at two times, and the file in which that is kept."""

    place: Path
    origin: str
    one: bytes
    two: bytes

    def look(self, keys: Collection[Key]) -> Equivocation | None:
        """The proof against the log; nothing, if it told one story. Refused or OSError while that cannot be seen."""
        one, two = (opened(note, keys, verify) for note in (self.one, self.two))
        size = max(one.checkpoint.size, two.checkpoint.size)
        tiles = LogFiles(source(address_of(self.origin)))
        return equivocation(one, two, TileNodes(size, tiles.tile))

    def drop(self) -> None:
        self.place.unlink(missing_ok=True)


def note(one: Signed, two: Signed) -> None:
    """Remember to look into these."""
    origin = one.checkpoint.origin
    kept = [bytes(Note(signed.note.text, signed.note.signatures)).decode() for signed in (one, two)]
    content = canonical({"v": 1, "t": "suspicion", "origin": origin, "one": kept[0], "two": kept[1]}, MOST_BYTES)
    of_log = sha256(origin.encode()).hexdigest()[:16]
    if len([*_folder().glob(f"{of_log}-*.json")]) < MOST:
        heads = "".join(Checkpoint.parse(signed.note.text).text for signed in (one, two))
        files.put(_folder() / f"{of_log}-{sha256(heads.encode()).hexdigest()[:16]}.json", content)


def every() -> Iterator[Suspicion]:
    """All that are not settled yet."""
    for place in sorted(_folder().glob("*.json")):
        said = parsed(place.read_bytes(), MOST_BYTES)
        yield Suspicion(place, str(said["origin"]), str(said["one"]).encode(), str(said["two"]).encode())


def address_of(origin: str) -> str:
    """Where the files of a log are: it is called by its address, without the scheme."""
    host = origin.partition("/")[0].partition(":")[0]
    return f"{'http' if host in HERE else 'https'}://{origin}"


def _folder() -> Path:
    return Path(settings.LEDGER_DIR) / "suspicions"
