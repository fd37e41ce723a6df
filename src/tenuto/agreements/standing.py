"""How an agreement stands at a moment: the one word for programs, and the sentence for people."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from tenuto.agreements.models import Agreement, Bond, Ending, Side, Wording
from tenuto.agreements.wording import Content, read


class State(StrEnum):
    """From the first draft to the end."""

    DRAFT = "draft"  # nobody has signed what stands there now
    HALF_SIGNED = "half_signed"
    GIVEN_UP = "given_up"
    TO_BEGIN = "to_begin"  # it binds, and its first day is still to come
    IN_FORCE = "in_force"
    ENDING = "ending"  # in force, and its last moment is known
    OVER = "over"

    @property
    def is_open(self) -> bool:
        """May its words still change?"""
        return self in (State.DRAFT, State.HALF_SIGNED)

    @property
    def binds(self) -> bool:
        return self in (State.TO_BEGIN, State.IN_FORCE, State.ENDING)


@dataclass(frozen=True)
class Standing:
    """An agreement from `told_whole`, and how it stands."""

    agreement: Agreement
    wording: Wording
    state: State
    words: str
    signed: frozenset[Side]
    over_at: datetime | None

    @property
    def content(self) -> Content:
        return read(self.wording.text)

    @property
    def title(self) -> str:
        return self.content.title or _("Agreement")

    @property
    def artist(self) -> str:
        """The artist's name; one who has left is named by the wording alone."""
        artist = self.agreement.artist
        return artist.name if artist else _("somebody who has left")


def told_whole(agreements: QuerySet[Agreement]) -> QuerySet[Agreement]:
    """These with all that is needed to say how they stand, in a few queries however many they are."""
    newer = Wording.objects.filter(agreement=OuterRef("agreement"), number__gt=OuterRef("number"))
    last = Wording.objects.filter(~Exists(newer)).prefetch_related("signatures")
    return agreements.select_related("organisation", "artist", "bond", "refusal").prefetch_related(
        Prefetch("wordings", queryset=last, to_attr="last_wordings"), "endings"
    )


def standing(agreement: Agreement, now: datetime) -> Standing:
    """How an agreement from `told_whole` stands."""
    (wording,) = agreement.last_wordings  # type: ignore[attr-defined]  # `told_whole` prefetched it
    signed = frozenset(Side(signature.side) for signature in wording.signatures.all())
    bond: Bond | None = getattr(agreement, "bond", None)
    endings: list[Ending] = list(agreement.endings.all())
    ends = [ending.ends_at for ending in endings]
    if bond is not None and bond.ends_at is not None:
        ends.append(bond.ends_at)
    over = min(ends, default=None)
    state = _state(agreement, bond, signed, over, now)
    return Standing(agreement, wording, state, _words(agreement, state, bond, signed, over), signed, over)


def _state(
    agreement: Agreement, bond: Bond | None, signed: frozenset[Side], over: datetime | None, now: datetime
) -> State:
    if bond is None:
        if hasattr(agreement, "refusal"):
            return State.GIVEN_UP
        return State.HALF_SIGNED if signed else State.DRAFT
    if over is not None and over <= now:
        return State.OVER
    if bond.starts_at > now:
        return State.TO_BEGIN
    return State.IN_FORCE if over is None else State.ENDING


def _words(
    agreement: Agreement, state: State, bond: Bond | None, signed: frozenset[Side], over: datetime | None
) -> str:
    if state is State.DRAFT:
        return _("A draft. It binds nobody until both have signed it.")
    if state is State.HALF_SIGNED:
        if Side.ARTIST in signed:
            return _("Signed by the artist. It binds once %(organisation)s has signed it too.") % {
                "organisation": agreement.organisation.name
            }
        return _("Signed for %(organisation)s. It binds once the artist has signed it too.") % {
            "organisation": agreement.organisation.name
        }
    if state is State.GIVEN_UP:
        return _("Given up by %(side)s on %(day)s. It binds nobody.") % {
            "side": Side(agreement.refusal.side).label,
            "day": _day(agreement.refusal.at),
        }
    assert bond is not None
    if state is State.TO_BEGIN:
        return _("Signed by both. It holds from %(when)s.") % {"when": _moment(bond.starts_at)}
    if over is None:
        return _("In force since %(when)s, until it is ended.") % {"when": _moment(bond.starts_at)}
    if state is State.OVER:
        return _("Over since %(when)s. It binds nobody any more.") % {"when": _moment(over)}
    return _("In force since %(when)s. It ends on %(end)s.") % {"when": _moment(bond.starts_at), "end": _moment(over)}


def _day(at: datetime) -> str:
    return f"{timezone.localtime(at):%-d %B %Y}"


def _moment(at: datetime) -> str:
    return f"{timezone.localtime(at):%-d %B %Y, %H:%M %Z}"
