"""The only way to a track for anybody: fetched and checked in one act, by the rule in `rules.visibility`.

A track that is hidden and a track that never was raise the same error after the same questions to the database.
Every track handed out has its owner, publication, artwork and recording with it, and is noted in `tracks.met`.

Lists cannot ask the rule row by row, so they say the same in SQL; tests/tracks/test_agreement.py compares the two.
"""

from dataclasses import replace
from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.db.models.lookups import Contains

from tenuto.accounts.follows import follows
from tenuto.accounts.models import Account, Block, Follow
from tenuto.base.errors import NotFound
from tenuto.rules.countries import COUNTRIES
from tenuto.rules.sharing import Regions
from tenuto.rules.visibility import (
    Audience,
    Hearing,
    Reason,
    SecretLinkState,
    Surface,
    TrackState,
    Visitor,
    may_hear,
)
from tenuto.tracks.met import handed_out
from tenuto.tracks.models import Publication, SecretLink, Track
from tenuto.tracks.slugs import normal

# ——— one track ———


def track_by_key(visitor: Visitor, key: str, surface: Surface, at: datetime) -> tuple[Track, Hearing]:
    """The track of this key, and why the visitor may meet it in this way."""
    track = whole(Track.objects.filter(key=key)).first()
    hearing = _checked(track, visitor, surface, at)
    if track is None or not hearing:
        raise NotFound(f"track {key}")
    return handed_out(track), hearing


def track_at(visitor: Visitor, username: str, slug: str, at: datetime) -> Track:
    """The track at this address, or the one that once had it: then its own `slug` differs from the one asked for."""
    of_owner = Track.objects.filter(owner__username=username)
    slug = normal(slug)
    for found in (of_owner.filter(slug=slug), of_owner.filter(former_slugs__slug=slug)):
        track = whole(found).first()
        if _checked(track, visitor, Surface.PAGE, at) and track is not None:
            return handed_out(track)
    raise NotFound(f"/@{username}/{slug}")


def track_by_secret(secret: str, at: datetime, visitor: Visitor | None = None) -> tuple[Track, SecretLink]:
    """The track that a secret link leads to, for as long as the link opens. The switches hold for its visitors too."""
    link = SecretLink.objects.filter(secret=secret).first()
    track = whole(Track.objects.filter(pk=link.track_id if link else 0)).first()
    if link is None or track is None or not link_state(link).opens(at):
        raise NotFound("secret link")
    visitor = visitor or Visitor()
    by_link = replace(visitor, link_ids=visitor.link_ids | {link.pk})
    if not meet(track, by_link, Surface.PAGE, at):
        raise NotFound(f"secret link {link.pk}")
    return handed_out(track), link


def own_track(account: Account | AnonymousUser, key: str) -> Track:
    """The track of this key, if it is the account's own."""
    track = whole(Track.objects.filter(key=key, owner_id=account.pk)).first()
    if track is None:
        raise NotFound(f"track {key} of account {account.pk}")
    return handed_out(track)


def meet(track: Track, visitor: Visitor, surface: Surface, at: datetime, state: TrackState | None = None) -> Hearing:
    """May this visitor meet this track in this way? Asks the database only where its answer could open something.

    `state`: what `state_of` says of the track, for who asks several times.
    """
    state = state or state_of(track)
    hearing = may_hear(visitor, state, surface, at)
    if hearing.reason not in OPEN_TO_SOME:
        return hearing
    known, links = _standing(visitor, track)
    return may_hear(known, replace(state, links=links), surface, at)


# What following the artist or holding a secret link could still turn into a yes.
OPEN_TO_SOME = frozenset({Reason.SKETCHBOOK, Reason.NOT_YET, Reason.FOLLOWERS_ONLY})


def state_of(track: Track) -> TrackState:
    """What the rule must know of a track, its secret links apart."""
    publication: Publication | None = getattr(track, "publication", None)
    if publication is not None and not publication.audible:
        publication = None  # to others it is in the sketchbook until its sound has come and was looked at
    return TrackState(
        owner_id=track.owner_id,
        ready=track.recording is not None,
        audience=Audience(publication.audience) if publication else None,
        starts_at=publication.starts_at if publication else None,
        sharing=track.sharing,
        withheld=track.withheld,
    )


def link_state(link: SecretLink) -> SecretLinkState:
    """What the rule must know of a secret link."""
    return SecretLinkState(link.pk, link.expires_at, link.revoked_at)


def whole(found: QuerySet[Track]) -> QuerySet[Track]:
    """These tracks with all that a page shows of them, in one query however many they are.

    Those of people whose accounts are closed are missing, as these people are themselves.
    """
    # Made anew each time: `annotate` changes the relation it is given. Unpacked, because mypy's plugin knows only
    # relations that stand in a model.
    current = {"recording": FilteredRelation("recordings", condition=Q(recordings__current=True))}
    return (
        found.filter(owner__is_active=True)
        .annotate(**current)
        # Says that there is none where there is none: `select_related` is silent about that.
        .annotate(current_recording_id=F("recording__pk"))
        .select_related(*_WITH_A_TRACK)
    )


_WITH_A_TRACK = ("owner", "publication", "artwork", "recording")


def _checked(track: Track | None, visitor: Visitor, surface: Surface, at: datetime) -> Hearing | None:
    """The rule's answer about a track that was perhaps found; None when it is no.

    The database is asked as much about a track that never was as about a hidden one, so the clock tells no more
    than the answer does.
    """
    if track is None:
        _ask_about(visitor, track_id=0, owner_id=0)
        return None
    hearing = meet(track, visitor, surface, at)
    if not hearing:
        _standing(visitor, track)
        return None
    return hearing


def _standing(visitor: Visitor, track: Track) -> tuple[Visitor, tuple[SecretLinkState, ...]]:
    """The visitor with what they are to this track's owner, and those of its links they hold. Asked once a track."""
    if visitor not in track.standings:
        track.standings[visitor] = _ask_about(visitor, track_id=track.pk, owner_id=track.owner_id)
    return track.standings[visitor]


def _ask_about(visitor: Visitor, track_id: int, owner_id: int) -> tuple[Visitor, tuple[SecretLinkState, ...]]:
    links: tuple[SecretLinkState, ...] = ()
    if visitor.link_ids:
        links = tuple(map(link_state, SecretLink.objects.filter(track_id=track_id, id__in=visitor.link_ids)))
    if visitor.account_id is not None and not visitor.follows_owner:
        visitor = replace(visitor, follows_owner=follows(visitor.account_id, owner_id))
    return visitor, links


# ——— lists ———


def newest_public(at: datetime, country: str | None = None) -> QuerySet[Track]:
    """What everybody in `country` may hear at that moment, newest first: one walk along the index `newest_public`."""
    return _newest_first(
        whole(Track.objects.all()).filter(
            heard_in(country), publication__audience="public", publication__audible=True, publication__starts_at__lte=at
        )
    )


def of_followed(account_id: int, at: datetime, country: str | None = None) -> QuerySet[Track]:
    """What those whom somebody follows let them hear in `country`: not `whole` yet, and in no order."""
    followed = Follow.objects.filter(follower_id=account_id).values("followed_id")
    return Track.objects.filter(
        heard_in(country),
        owner__in=followed,
        owner__is_active=True,
        publication__by=F("owner_id"),
        publication__audience__in=("public", "followers"),
        publication__audible=True,
        publication__starts_at__lte=at,
    )


def shown_on_profile(owner: Account, visitor: Visitor, at: datetime) -> QuerySet[Track]:
    """What a profile shows: to its owner everything, to others what they may hear, newest first."""
    if visitor.account_id == owner.pk:
        return all_of(owner.pk)
    return heard_of(owner.pk, visitor.account_id, at, visitor.country)


def all_of(owner_id: int) -> QuerySet[Track]:
    """Everything that somebody has, the newest first: for themselves."""
    tracks = whole(Track.objects.filter(owner_id=owner_id))
    return tracks.annotate(listed_at=F("created_at"), listed_id=F("id")).order_by("-listed_at", "-listed_id")


def heard_of(owner_id: int, account_id: int | None, at: datetime, country: str | None) -> QuerySet[Track]:
    """What an account, or anybody, may hear of somebody else's, the newest first."""
    for_visitor = Q(publication__audience="public")
    if account_id is not None:
        follow = Follow.objects.filter(follower_id=account_id, followed_id=owner_id)
        for_visitor |= Q(Exists(follow), publication__audience="followers")
    return _newest_first(
        whole(Track.objects.filter(owner_id=owner_id)).filter(
            for_visitor,
            heard_in(country),
            publication__by=owner_id,
            publication__audible=True,
            publication__starts_at__lte=at,
        )
    )


def among(found: QuerySet[Track], visitor: Visitor, at: datetime) -> QuerySet[Track]:
    """Of these tracks, by whomever, those that the visitor may meet on a page: what `meet` says of each, in SQL."""
    shared = Q(publication__audience="public")
    if visitor.account_id is not None:
        follow = Follow.objects.filter(follower_id=visitor.account_id, followed=OuterRef("owner"))
        shared |= Q(Exists(follow), publication__audience="followers")
    opened = shared & Q(publication__audible=True, publication__starts_at__lte=at)
    if visitor.link_ids:
        links = SecretLink.objects.filter(
            Q(expires_at=None) | Q(expires_at__gt=at), track=OuterRef("pk"), id__in=visitor.link_ids, revoked_at=None
        )
        opened |= Q(Exists(links))
    met = Q(heard_in(visitor.country), opened, current_recording_id__isnull=False, withheld=False)
    if visitor.account_id is not None:
        met |= Q(owner_id=visitor.account_id)
    return whole(found).filter(met)


def for_anybody(owner: Account, surface: Surface, at: datetime, country: str | None = None) -> QuerySet[Track]:
    """What leaves the site of an owner's for readers in `country`: what everybody may hear, and she lets out."""
    return shown_on_profile(owner, Visitor(country=country), at).filter(**{_SWITCH[surface]: True})


_SWITCH = {Surface.FEED: "in_feed", Surface.EMBED: "embeddable"}


def findable(found: QuerySet[Track], visitor: Visitor, at: datetime) -> QuerySet[Track]:
    """Of these tracks those that the visitor may find by words: what `meet` says of Surface.SEARCH, in SQL."""
    found = among(found, replace(visitor, link_ids=frozenset()), at)
    return found if visitor.account_id is None else found.exclude(blocking(visitor.account_id))


def blocking(account_id: int) -> Exists:
    """The condition on anything that has an owner: they have blocked this account."""
    return Exists(Block.objects.filter(blocker=OuterRef("owner"), blocked=account_id))


def heard_in(country: str | None) -> Q:
    """The condition that a track may be heard in `country`: what `Sharing.allows_country` says, in SQL."""
    worldwide = Q(regions=Regions.WORLDWIDE)
    if country not in COUNTRIES:
        return worldwide
    # As text, because SQLite cannot look into JSON lists. The quotes make two letters match a whole code only.
    listed = Q(Contains(Cast("countries", TextField()), f'"{country}"'))
    return worldwide | Q(listed, regions=Regions.ONLY) | Q(~listed, regions=Regions.EXCEPT)


def _newest_first(tracks: QuerySet[Track]) -> QuerySet[Track]:
    return tracks.annotate(listed_at=F("publication__starts_at"), listed_id=F("publication__id")).order_by(
        "-listed_at", "-listed_id"
    )
