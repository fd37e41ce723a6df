"""Reads Standard MIDI Files as far as a benchmark needs: every note with its beat, the tempo map, the declared keys.

And writes them again at another tempo and another pitch, all else unchanged.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

DRUMS = 9  # the channel that General MIDI keeps for percussion, counted from 0
NOTE_OFF, NOTE_ON, PRESSURE = 0x80, 0x90, 0xA0
META, END, TEMPO, KEY = 0xFF, 0x2F, 0x51, 0x59
DATA_BYTES = {0x80: 2, 0x90: 2, 0xA0: 2, 0xB0: 2, 0xC0: 1, 0xD0: 1, 0xE0: 2}


@dataclass(frozen=True)
class Event:
    """What a file says at one moment. `kind` is the status byte; of a meta event, `meta` is its type."""

    tick: int
    kind: int
    data: bytes
    meta: int = -1


@dataclass(frozen=True)
class Note:
    """From `start` to `end`, in beats."""

    start: float
    end: float
    pitch: int
    velocity: int
    channel: int


@dataclass(frozen=True)
class Song:
    """A file, track by track."""

    ticks_a_beat: int
    tracks: tuple[tuple[Event, ...], ...]

    @property
    def tempi(self) -> tuple[tuple[float, float], ...]:
        """The tempo map: (beat, BPM), in order. 120 holds until something else is said."""
        said = [(event.tick, int.from_bytes(event.data)) for event in self._meta(TEMPO)]
        found = [(tick / self.ticks_a_beat, 60e6 / length) for tick, length in sorted(said)]
        return tuple(found) if found and found[0][0] == 0 else ((0.0, 120.0), *found)

    @property
    def keys(self) -> tuple[tuple[float, int, bool], ...]:
        """The declared keys: (beat, tonic, minor)."""
        found = []
        for event in sorted(self._meta(KEY), key=lambda event: event.tick):
            sharps, minor = struct.unpack("bB", event.data)
            found.append((event.tick / self.ticks_a_beat, (sharps * 7 + 9 * minor) % 12, bool(minor)))
        return tuple(found)

    @property
    def notes(self) -> tuple[Note, ...]:
        """Every note, in order of beginning."""
        found = []
        for track in self.tracks:
            sounding: dict[tuple[int, int], list[tuple[int, int]]] = {}
            for event in track:
                kind, channel = event.kind & 0xF0, event.kind & 0x0F
                if kind not in {NOTE_ON, NOTE_OFF} or event.kind >= 0xF0:
                    continue
                pitch, velocity = event.data
                waiting = sounding.setdefault((channel, pitch), [])
                if kind == NOTE_ON and velocity:
                    waiting.append((event.tick, velocity))
                elif waiting:
                    start, struck = waiting.pop(0)
                    beats = start / self.ticks_a_beat, event.tick / self.ticks_a_beat
                    found.append(Note(*beats, pitch, struck, channel))
        return tuple(sorted(found, key=lambda note: (note.start, note.channel, note.pitch)))

    def _meta(self, kind: int) -> Iterator[Event]:
        return (event for track in self.tracks for event in track if event.meta == kind)

    def constant_bpm(self) -> float | None:
        """The tempo from the first note to the last, or None if it changes under way."""
        notes = self.notes
        if not notes:
            return None
        first, last = notes[0].start, max(note.end for note in notes)
        before = [bpm for beat, bpm in self.tempi if beat <= first]
        within = {round(bpm, 4) for beat, bpm in self.tempi if first < beat < last}
        return before[-1] if within <= {round(before[-1], 4)} else None

    def changed(self, bpm: float, semitones: int) -> "Song":
        """The same song at one tempo throughout, moved up by some semitones; drums stay."""
        tracks = []
        for number, track in enumerate(self.tracks):
            kept = [_moved(event, semitones) for event in track if event.meta != TEMPO]
            if number == 0:
                kept.insert(0, Event(0, META, round(60e6 / bpm).to_bytes(3), TEMPO))
            tracks.append(tuple(kept))
        return Song(self.ticks_a_beat, tuple(tracks))

    def until(self, beats: float) -> "Song":
        """The beginning of the song. What still sounds at its end is let go."""
        last = round(beats * self.ticks_a_beat)
        return Song(self.ticks_a_beat, tuple(tuple(_cut(track, last)) for track in self.tracks))


def _cut(track: tuple[Event, ...], last: int) -> Iterator[Event]:
    sounding: dict[tuple[int, int], Event] = {}
    for event in track:
        if event.tick >= last:
            break
        if event.meta == END:
            break
        kind, channel = event.kind & 0xF0, event.kind & 0x0F
        if event.kind < 0xF0 and kind in {NOTE_ON, NOTE_OFF}:
            if kind == NOTE_ON and event.data[1]:
                sounding[channel, event.data[0]] = event
            else:
                sounding.pop((channel, event.data[0]), None)
        yield event
    for channel, pitch in sounding:
        yield Event(last, NOTE_OFF | channel, bytes([pitch, 0]))
    yield Event(last, META, b"", END)


def _moved(event: Event, semitones: int) -> Event:
    note = event.kind & 0xF0 in {NOTE_ON, NOTE_OFF, PRESSURE} and event.meta < 0
    if not note or event.kind & 0x0F == DRUMS:
        return event
    return Event(event.tick, event.kind, bytes([event.data[0] + semitones, event.data[1]]))


# ——— reading ———


def read(path: Path) -> Song:
    data = path.read_bytes()
    if data[:4] != b"MThd":
        raise ValueError(f"{path.name} is no MIDI file")
    length, _format, count, division = struct.unpack(">IHHH", data[4:14])
    if division & 0x8000:
        raise ValueError(f"{path.name} counts in frames of film, not in beats")
    at = 8 + length
    tracks: list[tuple[Event, ...]] = []
    while len(tracks) < count and at + 8 <= len(data):
        size = int.from_bytes(data[at + 4 : at + 8])
        if data[at : at + 4] == b"MTrk":
            tracks.append(tuple(_events(data[at + 8 : at + 8 + size])))
        at += 8 + size
    return Song(division, tuple(tracks))


def _events(data: bytes) -> Iterator[Event]:
    at = tick = running = 0
    while at < len(data):
        wait, at = _number(data, at)
        tick += wait
        if data[at] & 0x80:
            running, at = data[at], at + 1
        if running >= 0xF0:
            meta = -1
            if running == META:
                meta, at = data[at], at + 1
            size, at = _number(data, at)
            yield Event(tick, running, data[at : at + size], meta)
        else:
            size = DATA_BYTES[running & 0xF0]
            yield Event(tick, running, data[at : at + size])
        at += size


def _number(data: bytes, at: int) -> tuple[int, int]:
    """A number of seven bits a byte, and where it ends."""
    value = 0
    while True:
        value = value << 7 | data[at] & 0x7F
        at += 1
        if not data[at - 1] & 0x80:
            return value, at


# ——— writing ———


def write(song: Song, path: Path) -> None:
    parts = [b"MThd", struct.pack(">IHHH", 6, 1, len(song.tracks), song.ticks_a_beat)]
    for track in song.tracks:
        body, tick = bytearray(), 0
        for event in track:
            body += _packed(event.tick - tick) + bytes([event.kind])
            if event.kind == META:
                body += bytes([event.meta])
            if event.kind >= 0xF0:
                body += _packed(len(event.data))
            body += event.data
            tick = event.tick
        parts += [b"MTrk", struct.pack(">I", len(body)), bytes(body)]
    path.write_bytes(b"".join(parts))


def _packed(value: int) -> bytes:
    found = [value & 0x7F]
    while value := value >> 7:
        found.append(value & 0x7F | 0x80)
    return bytes(reversed(found))
