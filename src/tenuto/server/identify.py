"""`tenuto identify FILE`: which registered works are in a file, where, how fast and how high."""

import json
from pathlib import Path

from django.conf import settings
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tenuto.ai.identification.findings import Passage
from tenuto.base.errors import BadRequest
from tenuto.dsp.errors import SoundError
from tenuto.matches.lookup import identify as find
from tenuto.tracks.models import Track
from tenuto.web.templatetags.marks import clock


def identify(file: Path, console: Console, *, as_json: bool) -> int:
    """0 where something was found, 1 where nothing was, 2 where the file is no use."""
    if not file.is_file():
        console.print(f"There is no file {file}.", markup=False)
        return 2
    try:
        passages = find(file.resolve())
    except SoundError as error:
        console.print(f"{file} cannot be read as sound: {error.code}.", markup=False)
        return 2
    except BadRequest as refusal:
        console.print(str(refusal.advice), markup=False)
        return 2
    works = Track.objects.select_related("owner").in_bulk({one.reference for one in passages})
    found = [(one, works[one.reference]) for one in passages if one.reference in works]
    if as_json:
        print(json.dumps([_plain(*each) for each in found], indent=2))  # noqa: T201  what was asked for
    elif found:
        Console(highlight=False).print(_table(found))
    else:
        console.print("No registered work was recognised in it.")
    return 0 if found else 1


def _table(found: list[tuple[Passage, Track]]) -> Table:
    table = Table("In the file", "In the work", "Work", "By", "Speed", "Pitch", "Sure")
    for one, work in found:
        table.add_row(
            f"{clock(one.begin)}–{clock(one.end)}",
            f"{clock(one.reference_begin)}–{clock(one.reference_end)}",
            _harmless(work.title),
            _harmless(work.owner.name),
            f"{_rounded((one.tempo - 1) * 100):+.1f} %",
            f"{_rounded(one.semitones):+.1f}",
            f"{one.probability:.0%}",
        )
    return table


def _harmless(words: str) -> Text:
    """What people have written, as it stands: no markup, and nothing that a terminal would obey."""
    return Text("".join(letter for letter in words if letter.isprintable()))


def _rounded(value: float) -> float:
    return round(value, 1) or 0.0  # never a negative nothing


def _plain(one: Passage, work: Track) -> dict[str, object]:
    return {
        "begin_seconds": round(one.begin, 2),
        "end_seconds": round(one.end, 2),
        "work_begin_seconds": round(one.reference_begin, 2),
        "work_end_seconds": round(one.reference_end, 2),
        "work": work.key,
        "title": work.title,
        "artist": work.owner.username,
        "url": f"{settings.SITE_URL}/@{work.owner.username}/{work.slug}",
        "tempo": round(one.tempo, 4),
        "semitones": round(one.semitones, 2),
        "probability": round(one.probability, 6),
    }
