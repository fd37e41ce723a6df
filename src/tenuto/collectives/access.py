"""The only way to a collective to change it: fetched with one's role, and checked in one act; and what it shows."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q, QuerySet

from tenuto.accounts.models import Account
from tenuto.base.errors import NotFound
from tenuto.collectives.models import Collective, Membership, Shown
from tenuto.library.releases.access import seen
from tenuto.library.releases.models import Release
from tenuto.rules.collectives import Act, Role, may
from tenuto.rules.visibility import Visitor
from tenuto.tracks import lists
from tenuto.tracks.access import among
from tenuto.tracks.lines import Line, line_of
from tenuto.tracks.models import Track
from tenuto.tracks.paging import some
from tenuto.tracks.slugs import normal

MOST_RELEASES = 200


@dataclass(frozen=True)
class Met:
    """A collective, and what whoever asks is in it: `membership` is None for everybody else, `role` until they join."""

    collective: Collective
    membership: Membership | None

    @property
    def role(self) -> Role | None:
        if self.membership is None or self.membership.joined_at is None:
            return None
        return Role(self.membership.role)

    def may(self, act: str) -> bool:
        return may(self.role, Act(act))

    @property
    def may_show(self) -> bool:
        return self.may(Act.SHOW)

    @property
    def may_describe(self) -> bool:
        return self.may(Act.DESCRIBE)

    @property
    def may_invite(self) -> bool:
        return self.may(Act.INVITE)


def collective_at(slug: str, account_id: int | None) -> Met:
    """The collective of this address, as the account meets it. Everybody may."""
    collective = Collective.objects.select_related("picture").filter(slug=normal(slug)).first()
    if collective is None:
        raise NotFound(f"collective {slug}")
    found = Membership.objects.filter(collective=collective, account=account_id) if account_id is not None else None
    return Met(collective, found.first() if found is not None else None)


def in_ones_name(slug: str, account: Account, act: Act) -> Met:
    """The collective, if the account may do this in its name. To whoever may not, there is nothing to do."""
    met = collective_at(slug, account.pk)
    if not met.may(act):
        raise NotFound(f"{account.pk} may not {act} in {slug}")
    return met


def members_shown(collective: Collective) -> QuerySet[Membership]:
    """Those who belong to it and let its page say so, the longest first."""
    return members(collective).filter(is_shown=True)


def members(collective: Collective) -> QuerySet[Membership]:
    """All who said yes, the longest first."""
    joined = Membership.objects.filter(collective=collective, joined_at__isnull=False, account__is_active=True)
    return joined.select_related("account").order_by("joined_at", "pk")


def of(account: Account) -> QuerySet[Membership]:
    """Where somebody belongs, or is asked to."""
    return Membership.objects.filter(account=account).select_related("collective", "invited_by").order_by("invited_at")


def shown(collective: Collective) -> QuerySet[Shown]:
    """What stands under it: by people who belong to it and are here."""
    return Shown.objects.filter(
        membership__collective=collective, membership__joined_at__isnull=False, membership__account__is_active=True
    )


def tracks_of(met: Met, visitor: Visitor, at: datetime, before: str, size: int) -> tuple[list[Line], str | None]:
    """A page of its tracks, the last put there first: to each visitor what they may hear. Two questions."""
    heard = among(Track.objects.all(), visitor, at)
    rows = shown(met.collective).filter(track__in=heard.values("pk"), track__owner=F("membership__account"))
    found = some(rows.annotate(listed_at=F("since"), listed_id=F("pk")).order_by("-since", "-pk"), before, size)
    ids = [row.track_id for row in found.rows if row.track_id is not None]
    tracks = lists.met(ids, visitor, at)
    return [line_of(tracks[pk], visitor, at) for pk in ids if pk in tracks], found.before


def to_take_off(met: Met, visitor: Visitor, at: datetime) -> QuerySet[Shown]:
    """What somebody may take off: one's own; for editors, of others' too what they meet themselves."""
    rows = shown(met.collective).select_related("track__owner", "release__owner").order_by("-since", "-pk")
    if not met.may(Act.TAKE_OFF):
        return rows.filter(membership=met.membership)
    heard = among(Track.objects.all(), visitor, at).values("pk")
    out = seen(Release.objects.all(), visitor.account_id, at).values("pk")
    return rows.filter(Q(membership=met.membership) | Q(track__in=heard) | Q(release__in=out))


def releases_of(met: Met, account_id: int | None, at: datetime) -> list[Release]:
    """Its albums, EPs and singles, the last to come out first: to each visitor what they may see."""
    rows = shown(met.collective).filter(release__owner=F("membership__account"))
    found = Release.objects.filter(pk__in=rows.values("release"))
    return list(seen(found, account_id, at)[:MOST_RELEASES])
