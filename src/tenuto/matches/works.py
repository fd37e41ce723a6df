"""Registered works and passages, as far as somebody may know of them. Asked anew each time, so a no counts at once.

Whoever uploaded sees of a work what they may see of it anyway: its title, its page and its sound if they may hear it,
and else that it is a registered work. Whoever registered sees where it turned up if they may hear that, or if its
uploader wants it heard or answered; a track in somebody's sketchbook is not shown to them.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from tenuto.accounts.models import Account
from tenuto.ai.identification import findings
from tenuto.ai.identification.findings import Passage
from tenuto.consent.current import open_but_for_stops, stopped
from tenuto.consent.stances import batches
from tenuto.matches.models import Match, Reply
from tenuto.rules.cells import Asset, Cell, Purpose, Use, cell
from tenuto.rules.visibility import Visitor
from tenuto.tracks.access import among, whole
from tenuto.tracks.models import Recording, Track

BE_KNOWN: Cell = cell(Asset.RECORDING, Purpose.IDENTIFICATION, Use.TRAIN)
MOST_PASSAGES = 2_000  # of which somebody is told where they turned up
BE_FOUND: Cell = cell(Asset.RECORDING, Purpose.IDENTIFICATION, Use.INFORM)


@dataclass(frozen=True)
class Shown:
    """A passage as one person may see it. `work` is None where they may not know which work it is."""

    passage: Passage
    work: Track | None
    credit: str = ""  # how its holder wants it named

    @property
    def faster_percent(self) -> float:
        """How much faster than the registered work; negative: slower."""
        return round((self.passage.tempo - 1) * 100, 1)

    @property
    def slower_percent(self) -> float:
        return -self.faster_percent

    @property
    def semitones(self) -> float:
        return round(self.passage.semitones, 1)

    @property
    def semitones_lower(self) -> float:
        return -self.semitones


def standing(passages: Iterable[Passage]) -> list[Passage]:
    """Those whose works are registered still; found later, only where the track may be compared later still.

    An operator's stop takes nobody's registration away.
    """
    found = list(passages)
    masks = open_but_for_stops({one.reference for one in found} | {one.work for one in found if one.later})
    return [
        one
        for one in found
        if masks.get(one.reference, 0) & BE_KNOWN.bit and (not one.later or masks.get(one.work, 0) & BE_FOUND.bit)
    ]


def owners_of(works: Collection[int]) -> dict[int, int]:
    return dict(Track.objects.filter(pk__in=works).values_list("pk", "owner_id"))


def shown_to(account: Account, passages: Iterable[Passage], at: datetime) -> list[Shown]:
    """The registered works in these passages, as the uploader may see them.

    They are shown together where one person registered them. So where one of these may not be known, none is: whose the
    one is that may be known would say whose the other is.
    """
    found = list(passages)
    works = {track.pk: track for track in whole(Track.objects.filter(pk__in={one.reference for one in found}))}
    heard = hearable(account, works, at)
    hidden = {track.owner_id for pk, track in works.items() if pk not in heard}
    seen = {pk: track for pk, track in works.items() if track.owner_id not in hidden}
    named = _credits({one.work for one in found})
    owners = {pk: track.owner_id for pk, track in works.items()}
    return [
        Shown(one, seen.get(one.reference), named.get((one.work, owners.get(one.reference, 0)), "")) for one in found
    ]


@dataclass(frozen=True)
class TurnedUp:
    """One's own registered work in somebody else's track."""

    work: Track
    track: Track
    passages: list[Passage]
    match: Match | None
    may_hear: bool


def turned_up(account: Account, at: datetime) -> list[TurnedUp]:
    """Where one's registered works turned up, as far as one may know of it; the newest match first."""
    if stopped() & BE_KNOWN.bit:
        return []
    own = Track.objects.filter(owner=account).values_list("pk", flat=True)
    passages = standing(one for ids in batches(list(own)) for one in findings.known_by(ids, MOST_PASSAGES))
    mine = {track.pk: track for track in whole(Track.objects.filter(pk__in={one.reference for one in passages}))}
    there = {track.pk: track for track in whole(Track.objects.filter(pk__in={one.work for one in passages}))}
    latest = Match.objects.filter(holder=account, told_at__isnull=False, recording__track__in=there).order_by("pk")
    told = {
        match.recording.track_id: match
        for match in latest.select_related("recording").prefetch_related("said__reply", "said__ruling")
    }
    shown, heard, found = shown_matches(account, at), hearable(account, there, at), []
    grouped: dict[tuple[int, int], list[Passage]] = {}
    for one in passages:
        grouped.setdefault((one.reference, one.work), []).append(one)
    for (reference, work), some in grouped.items():
        track = there.get(work)
        if track is None or reference not in mine or track.owner_id == account.pk:
            continue
        match = told.get(work)
        if work in heard or (match is not None and match.pk in shown):
            found.append(TurnedUp(mine[reference], track, some, match, work in heard))
    return sorted(found, key=lambda one: (-(one.match.pk if one.match else 0), one.work.title, one.track.title))


def shown_matches(account: Account, at: datetime) -> set[int]:
    """The matches in whose tracks the holder may look: those that hold one still, and those of what they may hear.

    What was settled, or is about a sound that was replaced, opens nobody's sketchbook for ever.
    """
    newest = Recording.objects.filter(track=OuterRef("recording__track"), stage=Recording.Stage.READY).order_by("-pk")
    matches = Match.objects.filter(holder=account, told_at__isnull=False)
    holding = matches.filter(settled_at=None, recording=Subquery(newest.values("pk")[:1]))
    tracks = dict(matches.values_list("pk", "recording__track_id"))
    heard = hearable(account, set(tracks.values()), at)
    return set(holding.values_list("pk", flat=True)) | {pk for pk, track in tracks.items() if track in heard}


def hearable(account: Account, tracks: Collection[int], at: datetime) -> set[int]:
    """Those of these tracks that somebody may hear, without any secret link."""
    found: set[int] = set()
    for ids in batches(list(tracks)):
        found.update(among(Track.objects.filter(pk__in=ids), Visitor(account.pk), at).values_list("pk", flat=True))
    return found


def credit_line(shown: Shown) -> str:
    """How a work is named where it may be named, and nothing where it may not."""
    if shown.credit:
        return shown.credit
    if shown.work is None:
        return ""
    return _("“%(title)s” by %(name)s") % {"title": shown.work.title, "name": shown.work.owner.name}


def _credits(works: Collection[int]) -> dict[tuple[int, int], str]:
    """How holders who said yes want their works named, by track and holder."""
    replies = Reply.objects.filter(word__match__recording__track_id__in=works, agrees=True).exclude(credit="")
    rows = replies.order_by("pk").values_list("word__match__recording__track_id", "word__match__holder_id", "credit")
    return {(track_id, holder): credit for track_id, holder, credit in rows}
