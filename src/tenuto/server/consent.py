"""`tenuto consent show | hold | allow | history`: what AI may do with somebody's music, from the command line.

Of whoever has a shell on the server the program knows nothing but that they are its operator, so what is said here is
written down as said by the operator's hand, and its owner reads it so in their history.
"""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from django.db.models import Q, QuerySet
from django.utils import timezone
from rich.console import Console
from rich.table import Table

from tenuto.accounts.models import Account
from tenuto.base.errors import TenutoError
from tenuto.consent.answer import (
    HOLD_EVERYTHING,
    Wish,
    answer,
    answer_by_default,
    answer_for_album,
    hold_album,
    hold_everything,
)
from tenuto.consent.grid import Grid, Square, grid
from tenuto.consent.models import Act, Album, Inclusion
from tenuto.consent.receipts import receipts_of
from tenuto.consent.stances import account_stance, album_stance, stances
from tenuto.rules.cells import Use, cell_named, mask_of
from tenuto.rules.consent_changes import Layer
from tenuto.rules.stances import Stance
from tenuto.tracks.models import Track


class About(NamedTuple):
    """Whose music, as it was typed: a handle, the key of a track, the key of an album."""

    handle: str | None
    track: str | None = None
    album: str | None = None


_WORDS = {"allowed": "yes", "held": "–", "needed": "needed", "agreed": "agreement", "objected": "objection"}


@dataclass(frozen=True)
class Subject:
    """What it is about: a track, an album, or everything that an account has and that says nothing itself."""

    account: Account
    track: Track | None = None
    album: Album | None = None

    @property
    def words(self) -> str:
        if self.track is not None:
            return f"{self.track.title} ({self.track.key}) by @{self.account.username}"
        if self.album is not None:
            return f"what is on {self.album.title} ({self.album.key}) by @{self.account.username}"
        return f"everything of @{self.account.username}"

    def grid(self) -> Grid:
        now = timezone.now()
        if self.track is not None:
            return grid(stances([self.track.pk], now).get(self.track.pk, Stance()), Layer.OWN, now)
        if self.album is not None:
            return grid(album_stance(self.album, now), Layer.ALBUM, now)
        return grid(account_stance(self.account, now), Layer.ACCOUNT, now)

    def say(self, wish: Wish) -> list[Act]:
        """Answer by the operator's hand."""
        now, how = timezone.now(), Act.How.COMMAND
        if self.track is not None:
            act = answer(self.account, [self.track.pk], wish, how, at=now)
        elif self.album is not None and wish is HOLD_EVERYTHING:
            return hold_album(self.account, self.album, how, at=now)
        elif self.album is not None:
            act = answer_for_album(self.account, self.album, wish, how, at=now)
        elif wish is HOLD_EVERYTHING:
            return hold_everything(self.account, how, at=now)
        else:
            act = answer_by_default(self.account, wish, how, at=now)
        return [act] if act else []

    def acts(self) -> QuerySet[Act]:
        """What was said of it, and of everything."""
        acts = Act.objects.filter(account=self.account)
        if self.track is not None:
            on = Inclusion.objects.filter(track=self.track).values("album")
            acts = acts.filter(Q(tracks=self.track) | Q(album__in=on) | Q(layer=Act.Layer.ACCOUNT))
        elif self.album is not None:
            acts = acts.filter(Q(album=self.album) | Q(layer=Act.Layer.ACCOUNT))
        return acts.select_related("account", "album").order_by("-pk").distinct()


def show(about: About, console: Console, *, as_json: bool) -> int:
    """Print the grid of a track, of an album, or of everything in an account that says nothing itself."""
    found = _subject(about, console)
    if found is None:
        return 1
    drawn = found.grid()
    if as_json:
        _print([_cell(square) for square in drawn.squares])
        return 0
    console.print(f"What AI may do with {found.words}", markup=False)
    console.print(_table(drawn))
    counts = drawn.counts
    parts = ("held", "allowed", "agreed", "needed")
    console.print(", ".join(f"{counts[part]} {'by agreement' if part == 'agreed' else part}" for part in parts) + ".")
    return 0


def hold(about: About, cells: Sequence[str], console: Console, *, as_json: bool) -> int:
    """Hold these cells; without any, everything: in the track, on the album, or in all tracks and by default."""
    return _say(about, cells, console, allowed=False, as_json=as_json)


def allow(about: About, cells: Sequence[str], console: Console, *, as_json: bool) -> int:
    """Allow these cells. There is no allowing of everything at once."""
    if not cells:
        console.print(
            "Name what is allowed, as in: tenuto consent allow @alma recording/organisation/inform", markup=False
        )
        return 2
    return _say(about, cells, console, allowed=True, as_json=as_json)


def history(about: About, console: Console, *, as_json: bool) -> int:
    """Print every answer that was given, the newest first."""
    found = _subject(about, console)
    if found is None:
        return 1
    acts = found.acts()
    if as_json:
        _print(receipts_of(list(acts)))
        return 0
    table = Table("when", "about", "allowed", "held", "left to the default", "how", "receipt", box=None, pad_edge=False)
    for act in acts:
        about_it = f"{act.track_count} tracks" if act.layer == Act.Layer.TRACKS else act.layer
        sizes = [str(mask.bit_count()) for mask in (act.allowed, act.held, act.cleared)]
        table.add_row(f"{timezone.localtime(act.at):%Y-%m-%d %H:%M:%S}", about_it, *sizes, act.how, act.key)
    console.print(table if table.row_count else "Nothing was answered yet, so everything is held.")
    return 0


def _say(about: About, cells: Sequence[str], console: Console, *, allowed: bool, as_json: bool) -> int:
    found = _subject(about, console)
    if found is None:
        return 1
    try:
        named = mask_of(map(cell_named, cells))
        said = found.say(Wish(allowed=named) if allowed else Wish(held=named) if cells else HOLD_EVERYTHING)
    except ValueError as fault:
        console.print(str(fault), markup=False)
        return 2
    except TenutoError as refusal:
        console.print(str(refusal.advice), markup=False)
        return 1
    if as_json:
        _print(receipts_of(said))
        return 0
    for act in said:
        where = {
            Act.Layer.TRACKS: f"in {act.track_count} tracks",
            Act.Layer.ALBUM: f"on {act.album}, now and later",
            Act.Layer.ACCOUNT: "for everything, now and later",
        }[Act.Layer(act.layer)]
        console.print(f"{'Allowed' if allowed else 'Held'} {where}. Receipt {act.key}.", markup=False)
    return 0


def _subject(about: About, console: Console) -> Subject | None:
    """Whose music, and what of it. A track or an album alone says whose it is."""
    handle = (about.handle or "").lower().removeprefix("@")
    if about.track is not None:
        track = Track.objects.filter(key=about.track).select_related("owner").first()
        if track is None or (handle and track.owner.username != handle):
            _nothing("track", about.track, about.handle, console)
            return None
        return Subject(track.owner, track=track)
    if about.album is not None:
        album = Album.objects.filter(key=about.album, ended_at=None).select_related("account").first()
        if album is None or (handle and album.account.username != handle):
            _nothing("album", about.album, about.handle, console)
            return None
        return Subject(album.account, album=album)
    account = Account.objects.filter(username=handle).first()
    if account is None:
        console.print(
            f"There is no account {about.handle}."
            if about.handle
            else "Say whose: @HANDLE, --track KEY or --album KEY.",
            markup=False,
        )
        return None
    return Subject(account)


def _nothing(kind: str, key: str, handle: str | None, console: Console) -> None:
    console.print(f"There is no {kind} {key}" + (f" of {handle}." if handle else "."), markup=False)


def _cell(square: Square) -> dict[str, object]:
    return {
        "cell": square.name,
        "allowed": square.allowed,
        "reason": square.decision.reason.value,
        "why": square.why,
        "own": square.own,
    }


def _table(drawn: Grid) -> Table:
    table = Table("asset", "purpose", *(use.value for use in Use), "why", box=None, pad_edge=False)
    for sheet in drawn.sheets:
        for row in sheet.rows:
            marks = [
                "" if square is None else _WORDS[square.fixed or ("allowed" if square.allowed else "held")]
                for square in row.squares
            ]
            sources = [str(source) for source, _same in groupby(str(square.source) for square in row.present)]
            table.add_row(sheet.asset.value, row.purpose.value, *marks, ", ".join(dict.fromkeys(sources)))
    return table


def _print(found: object) -> None:
    """For programs: on the standard output, while words for people go to the other."""
    sys.stdout.write(json.dumps(found, indent=2, ensure_ascii=False) + "\n")
