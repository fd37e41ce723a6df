"""May this visitor hear this track, and by this way? The one rule; every surface asks it.

The first rule that speaks wins, from strongest to weakest, and every answer has its reason.
Hidden and missing look alike to whoever asks: only the reason, kept inside, tells them apart.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from tenuto.rules.sharing import Sharing


class Audience(StrEnum):
    """Whom a publication is for."""

    FOLLOWERS = "followers"
    PUBLIC = "public"


class Surface(StrEnum):
    """Each way in which a track can be met. A new surface is a new member here, and so in the tests."""

    PAGE = "page"  # its page, lists on the site, artwork and waveform
    STREAM = "stream"  # playing it on the site
    DOWNLOAD = "download"  # the file, with its rights written in
    OFFLINE = "offline"  # a program keeping a copy
    FEED = "feed"  # RSS and its like
    EMBED = "embed"  # the player on other people's pages
    APP = "app"  # playing it through the HTTP API by somebody else's program
    COMMENTING = "commenting"  # writing at a moment of it
    COMMENTS = "comments"  # reading what others wrote
    INSIGHTS = "insights"  # how often it was played
    SEARCH = "search"  # being found by words


# These leave the site for readers nobody can know. What they hold is what anybody may have, even when the
# artist happens to be the one who looks: a copy of it may be kept and passed on.
FOR_ANYBODY = frozenset({Surface.FEED, Surface.EMBED})

# Whoever is blocked may hear what everybody may, for signed out they are nobody in particular. They do not write to
# whom blocked them, and are not led to them.
CLOSED_TO_BLOCKED = frozenset({Surface.COMMENTING, Surface.SEARCH})


class Reason(StrEnum):
    OWNER = "owner"
    WITHHELD = "withheld"
    NOT_READY = "not_ready"
    SWITCHED_OFF = "switched_off"
    NOT_IN_COUNTRY = "not_in_country"
    NOT_SIGNED_IN = "not_signed_in"
    PUBLIC = "public"
    FOLLOWER = "follower"
    SECRET_LINK = "secret_link"
    SKETCHBOOK = "sketchbook"
    NOT_YET = "not_yet"
    FOLLOWERS_ONLY = "followers_only"
    BLOCKED = "blocked"


@dataclass(frozen=True)
class SecretLinkState:
    """What the rule must know of one secret link."""

    id: int
    expires_at: datetime | None = None
    revoked_at: datetime | None = None

    def opens(self, at: datetime) -> bool:
        """Does it still let its holder in? Revoking counts from now on, whatever moment is asked about."""
        return self.revoked_at is None and (self.expires_at is None or at < self.expires_at)


@dataclass(frozen=True)
class TrackState:
    """What the rule must know of a track."""

    owner_id: int
    ready: bool  # has a finished recording
    audience: Audience | None = None  # None: in the sketchbook
    starts_at: datetime | None = None  # later than now: scheduled
    sharing: Sharing = field(default_factory=Sharing)
    links: tuple[SecretLinkState, ...] = ()  # its own; at least those that the visitor holds
    withheld: bool = False  # by decision of staff


@dataclass(frozen=True)
class Visitor:
    """Whoever asks. `link_ids` are the secret links this visitor came by."""

    account_id: int | None = None
    follows_owner: bool = False
    blocked_by_owner: bool = False
    link_ids: frozenset[int] = frozenset()
    country: str | None = None


@dataclass(frozen=True)
class Hearing:
    """The answer, and why."""

    allowed: bool
    reason: Reason
    link_id: int | None = None  # the secret link that opened it

    def __bool__(self) -> bool:
        return self.allowed


def may_hear(visitor: Visitor, track: TrackState, surface: Surface, at: datetime) -> Hearing:
    """Answer one visitor, one track, one way of meeting it, at one moment."""
    if surface in FOR_ANYBODY:
        visitor = Visitor(country=visitor.country)
    if surface is Surface.SEARCH:
        # A secret link leads to its track. It does not put the track where its holder only looks around.
        visitor = replace(visitor, link_ids=frozenset())
    if visitor.account_id is not None and visitor.account_id == track.owner_id:
        return Hearing(True, Reason.OWNER)
    # Nothing that the artist says or hands out opens what staff have taken out of sight; she sees it, and why.
    if track.withheld:
        return Hearing(False, Reason.WITHHELD)
    if not track.ready:
        return Hearing(False, Reason.NOT_READY)
    if not _switched_on(track.sharing, surface):
        return Hearing(False, Reason.SWITCHED_OFF)
    if not track.sharing.allows_country(visitor.country):
        return Hearing(False, Reason.NOT_IN_COUNTRY)
    if surface is Surface.COMMENTING and visitor.account_id is None:
        return Hearing(False, Reason.NOT_SIGNED_IN)
    if surface in CLOSED_TO_BLOCKED and visitor.blocked_by_owner:
        return Hearing(False, Reason.BLOCKED)
    published = _published(visitor, track, at)
    if published:
        return published
    for link in track.links:
        if link.id in visitor.link_ids and link.opens(at):
            return Hearing(True, Reason.SECRET_LINK, link.id)
    return published


def _switched_on(sharing: Sharing, surface: Surface) -> bool:
    return {
        Surface.PAGE: True,
        Surface.STREAM: True,
        Surface.DOWNLOAD: sharing.downloads,
        # A program that keeps a copy also plays it, so both switches must be on.
        Surface.OFFLINE: sharing.offline_listening and sharing.app_playback,
        Surface.FEED: sharing.in_feed,
        Surface.EMBED: sharing.embeddable,
        Surface.APP: sharing.app_playback,
        Surface.COMMENTING: sharing.comments_allowed,
        Surface.COMMENTS: sharing.comments_public,
        Surface.INSIGHTS: sharing.insights_public,
        Surface.SEARCH: True,  # none of the nine is about being found: what is shared can be
    }[surface]


def _published(visitor: Visitor, track: TrackState, at: datetime) -> Hearing:
    if track.audience is None:
        return Hearing(False, Reason.SKETCHBOOK)
    if track.starts_at is not None and at < track.starts_at:
        return Hearing(False, Reason.NOT_YET)
    if track.audience is Audience.PUBLIC:
        return Hearing(True, Reason.PUBLIC)
    # Following is an act of an account; a visitor nobody knows follows nobody.
    if visitor.account_id is not None and visitor.follows_owner and not visitor.blocked_by_owner:
        return Hearing(True, Reason.FOLLOWER)
    return Hearing(False, Reason.FOLLOWERS_ONLY)
