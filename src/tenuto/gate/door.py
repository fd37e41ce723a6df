"""The gate as AI code sees it while a job runs. Every call goes to the other side, which decides, writes and opens."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from tenuto.gate.container import Arrays, pack
from tenuto.gate.materials import Numbers, Sound, Words, mapped
from tenuto.gate.rewriting import Found, LookUp

AT_A_TIME = 1_000


@dataclass(frozen=True)
class Answer:
    """What comes back over the line: plain values, bytes, and perhaps the handle of a file without a name."""

    said: dict[str, Any] = field(default_factory=dict)
    values: bytes = b""
    handle: int | None = None


class Line(Protocol):
    """How the two sides talk: within one process, or from a room to the process that keeps it."""

    def ask(self, word: str, said: dict[str, Any], values: bytes = b"") -> Answer:
        """One question and its answer."""
        ...


class Door:
    """What a job may do. `works` are the numbers of those that were admitted, in ascending order."""

    def __init__(self, line: Line, works: Sequence[int], looks_up: LookUp | None = None) -> None:
        self._line = line
        self._looks_up = looks_up
        self._index: tuple[list[Arrays], frozenset[int]] | None = None
        self.works = tuple(works)

    def recordings(self, rate_hz: int, *, sides: bool = False) -> Iterator[Sound]:
        """Each admitted recording, one after the other. One whose consent closes meanwhile is left out.

        With `sides`, whatever its two channels hide from each other is handed over as rows of its own (`dsp.mono`).
        """
        for work in self.works:
            answer = self._line.ask("recording", {"work": work, "rate_hz": rate_hz, "sides": sides})
            if answer.handle is not None:
                yield Sound(work, rate_hz, int(answer.said["samples"]), answer.handle, int(answer.said["rows"]))

    def words(self) -> Iterator[Words]:
        """What the artists wrote of each admitted work."""
        for works in self._batches():
            for work, artist, genre, tags in self._line.ask("words", {"works": works}).said["words"]:
                yield Words(work, artist, genre, tuple(tags))

    def numbers(self) -> Iterator[Numbers]:
        """What was derived from each admitted work, where something was."""
        for works in self._batches():
            answer = self._line.ask("numbers", {"works": works})
            start = 0
            for work, size in answer.said["sizes"]:
                yield Numbers(work, answer.values[start : start + size])
                start += size

    def derive(self, work: int, values: bytes) -> None:
        """Leave numbers computed from an admitted work behind the gate, for jobs that may use them."""
        self._line.ask("derive", {"work": work}, values)

    def known(self) -> int:
        """How many works the index that the job searches knows."""
        return int(self._line.ask("known", {}).said["works"])

    def look_up(self, question: Arrays) -> list[Found]:
        """What `looks_up` finds for a question in the job's index, which stays as it was at the first: here where it is
        in one part, else in each part by a process of its own.
        """
        if self._looks_up is None:
            raise PermissionError("this job searches no index")
        if self._index is None:
            said = self._line.ask("index", {}).said
            if said["divided"]:
                return list(self._line.ask("look_up", {}, pack(question)).said["found"])
            handles = [self._line.ask("volume", {"number": number}).handle for number in range(int(said["volumes"]))]
            volumes = [mapped(handle) for handle in handles if handle is not None]
            self._index = volumes, frozenset(said["without"])
        return self._looks_up(question, *self._index)

    def shelve(self, works: Sequence[int], arrays: Arrays) -> None:
        """Put what was made of these admitted works into the index, as one volume."""
        self._line.ask("shelve", {"works": list(works)}, pack(arrays))

    def made(self, model: str, digest: str) -> None:
        """Say which model came of this run, by the SHA-256 of its parameters."""
        self._line.ask("made", {"model": model, "digest": digest})

    def seed(self) -> bytes:
        """32 bytes for a job that draws lots, out of the log as it became after this run's list was fixed."""
        return self._line.ask("seed", {}).values

    def _batches(self) -> Iterator[list[int]]:
        for start in range(0, len(self.works), AT_A_TIME):
            yield list(self.works[start : start + AT_A_TIME])
