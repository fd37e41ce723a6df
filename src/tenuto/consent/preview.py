"""What saving would do, before it is done: which cells open and close, in how many tracks, and what follows from it."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from tenuto.accounts.models import Account
from tenuto.consent.albums import tracks_on
from tenuto.consent.answer import Wish
from tenuto.consent.models import Act, Album
from tenuto.consent.stances import album_stance, batches, stances
from tenuto.rules.agreements import Errand
from tenuto.rules.cells import Cell, cells_in
from tenuto.rules.consent_changes import Layer, answering
from tenuto.rules.consent_masks import effective_mask
from tenuto.rules.stances import Answer, Stance
from tenuto.tracks.models import Track

# A feature above says what becomes of what it has made: "It leaves the mood tagger, which is made anew without it."
Foresight = Callable[[Sequence[int], int], Iterable[str]]
_foresights: list[Foresight] = []


def foresees(function: Foresight) -> Foresight:
    """Have `function` asked, with the ids of tracks and the mask of cells that close in them, what will follow."""
    if function not in _foresights:
        _foresights.append(function)
    return function


@dataclass(frozen=True)
class Turn:
    """One cell, and in how many tracks it opens or closes."""

    cell: Cell
    tracks: int


@dataclass(frozen=True)
class Preview:
    """What a wish would do to what is open."""

    opens: tuple[Turn, ...] = ()
    closes: tuple[Turn, ...] = ()
    follows: tuple[str, ...] = ()
    tracks: int = field(default=0)  # how many were looked at

    def __bool__(self) -> bool:
        return bool(self.opens or self.closes)


def foresee(
    account: Account,
    layer: Act.Layer,
    wish: Wish,
    at: datetime,
    track_ids: Sequence[int] = (),
    album: Album | None = None,
) -> Preview:
    """What `wish` would do, to these tracks, to this album's or, as the account's default, to all of its own.

    Nothing is written.

    A default with tracks named is said in both places at once; see `answer.answer_here_and_by_default`.
    """
    own = Track.objects.filter(owner=account)
    if album is not None:
        track_ids = ids = list(tracks_on(album).values_list("pk", flat=True))
    elif layer == Act.Layer.TRACKS:
        ids = [pk for some in batches(track_ids) for pk in own.filter(pk__in=some).values_list("pk", flat=True)]
    else:
        ids = list(own.values_list("pk", flat=True))
    said = _said(layer, wish, bool(track_ids))
    of_album = album.pk if album else 0
    opens: Counter[Cell] = Counter()
    closes: Counter[Cell] = Counter()
    losing: dict[int, list[int]] = {}
    for (stance, is_here), tracks in _grouped(stances(ids, at), set(track_ids)):
        opened, closed = _turned(stance, said[is_here], of_album, at)
        opens.update(dict.fromkeys(cells_in(opened), len(tracks)))
        closes.update(dict.fromkeys(cells_in(closed), len(tracks)))
        if closed:
            losing.setdefault(closed, []).extend(tracks)
    follows = [
        words for closed, tracks in losing.items() for foresight in _foresights for words in foresight(tracks, closed)
    ]
    return Preview(_in_order(opens), _in_order(closes), tuple(dict.fromkeys(follows)), len(ids))


def opened_by(album: Album, track: Track, at: datetime) -> tuple[Cell, ...]:
    """What would open in a track the moment it came onto this album, by what was said for the album."""
    stance = stances([track.pk], at).get(track.pk, Stance())
    there = replace(stance, album=(*stance.album, *album_stance(album, at).album))
    return tuple(cells_in(effective_mask(there, Errand(at)) & ~effective_mask(stance, Errand(at))))


_Said = Sequence[tuple[Layer, Wish]]


def _said(layer: Act.Layer, wish: Wish, is_said_twice: bool) -> dict[bool, _Said]:
    """What would be said, and where, of the tracks that are named (True) and of all others."""
    if layer == Act.Layer.TRACKS:
        return {True: [(Layer.OWN, wish)]}
    if layer == Act.Layer.ALBUM:
        return {True: [(Layer.ALBUM, wish)]}
    if not is_said_twice:
        return {False: [(Layer.ACCOUNT, wish)]}
    by_default = (Layer.ACCOUNT, wish.as_default)
    return {False: [by_default], True: [by_default, (Layer.OWN, wish)]}


def _turned(stance: Stance, said: _Said, of_album: int, at: datetime) -> tuple[int, int]:
    before = effective_mask(stance, Errand(at))
    for layer, wish in said:
        album = of_album if layer is Layer.ALBUM else 0
        answer = Answer(id=0, allowed=wish.allowed, held=wish.held, album=album)
        stance = answering(stance, layer, answer, wish.cleared)
    after = effective_mask(stance, Errand(at))
    return after & ~before, before & ~after


def _grouped(found: dict[int, Stance], here: set[int]) -> Iterable[tuple[tuple[Stance, bool], list[int]]]:
    groups: dict[tuple[int, bool], tuple[tuple[Stance, bool], list[int]]] = {}
    for track_id, stance in found.items():
        is_here = track_id in here
        groups.setdefault((id(stance), is_here), ((stance, is_here), []))[1].append(track_id)
    return groups.values()


def _in_order(found: Counter[Cell]) -> tuple[Turn, ...]:
    return tuple(Turn(cell, found[cell]) for cell in sorted(found, key=lambda cell: cell.position))
