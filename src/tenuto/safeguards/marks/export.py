"""One's catalogue for registries and partners: a table with ISRCs, and a DDEX message for each recording."""

from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tenuto.accounts.export import Item, Words, contributes
from tenuto.accounts.models import Account
from tenuto.base.errors import NotFound
from tenuto.consent.stances import stances
from tenuto.rules import ern, recording_lists
from tenuto.rules.agreements import Errand
from tenuto.rules.canonical import moment
from tenuto.rules.consent_masks import effective_mask
from tenuto.rules.file_marks import terms
from tenuto.rules.recording_lists import Facts, Line
from tenuto.rules.stances import Stance
from tenuto.rules.usage_policies import UsagePolicy
from tenuto.safeguards.signals.told import addresses_of, policy_of, reach_of
from tenuto.tracks.access import own_track, whole
from tenuto.tracks.export import folder_of
from tenuto.tracks.models import Track
from tenuto.tracks.studio import member

AT_A_TIME = 200  # tracks whose terms are read together


@never_cache
@require_safe
@login_required
def catalogue_csv(request: HttpRequest) -> HttpResponseBase:
    """The table of everything of one's own that can be heard."""
    response = StreamingHttpResponse(
        recording_lists.table(_lines(member(request), timezone.now())), content_type="text/csv; charset=utf-8"
    )
    response.headers["Content-Disposition"] = 'attachment; filename="catalogue.csv"'
    return response


@never_cache
@require_safe
@login_required
def ern_message(request: HttpRequest, key: str) -> HttpResponse:
    """The DDEX message about one of one's own tracks."""
    at = timezone.now()
    track = own_track(member(request), key)
    if track.recording is None:
        raise NotFound(f"track {key} has no recording yet")
    response = HttpResponse(_message(track, _policies([track], at)[track.pk], at), content_type="application/xml")
    response.headers["Content-Disposition"] = f'attachment; filename="{track.key}.ern.xml"'
    return response


@contributes
def catalogue(account: Account) -> Iterator[Item]:
    """The same, in somebody's copy of everything."""
    at = timezone.now()
    if Track.objects.filter(owner=account).exists():
        yield Words("catalogue.csv", recording_lists.table(_lines(account, at)))
    for track, policy in _recorded(account, at):
        yield Words(f"{folder_of(track)}/release.ern.xml", [_message(track, policy, at)])


def _lines(account: Account, at: datetime) -> Iterator[Line]:
    for track, policy in _recorded(account, at):
        yield recording_lists.line_of(_facts(track), policy, addresses_of(track, policy.reach).policy)


def _recorded(account: Account, at: datetime) -> Iterator[tuple[Track, UsagePolicy]]:
    """One's tracks that have a recording, with what holds for each; so many queries for so many tracks."""
    after = 0
    while batch := list(whole(Track.objects.filter(owner=account, pk__gt=after)).order_by("pk")[:AT_A_TIME]):
        policies = _policies(batch, at)
        yield from ((track, policies[track.pk]) for track in batch if track.recording is not None)
        after = batch[-1].pk


def _policies(tracks: list[Track], at: datetime) -> dict[int, UsagePolicy]:
    found = stances([track.pk for track in tracks], at)
    return {
        track.pk: policy_of(track, reach_of(track, at), effective_mask(found.get(track.pk, Stance()), Errand(at)))
        for track in tracks
    }


def _facts(track: Track) -> Facts:
    assert track.recording is not None
    return Facts(
        title=track.title,
        artist=track.owner.name,
        seconds=track.recording.seconds or 0.0,
        isrc=track.isrc,
        release_date=track.release_date.isoformat() if track.release_date else "",
        label=track.label,
        iswc=track.iswc,
        upc=track.upc,
        musicbrainz_recording=track.musicbrainz_recording,
        musicbrainz_work=track.musicbrainz_work,
        credits=tuple((role, name) for role, name in track.credits),
    )


def _message(track: Track, policy: UsagePolicy, at: datetime) -> str:
    addresses = addresses_of(track, policy.reach)
    year = str((track.release_date or track.created_at).year)
    message = ern.Message(f"{track.key}-{at:%Y%m%d%H%M%S}", settings.DDEX_PARTY, settings.SITE_NAME, moment(at), year)
    return ern.new_release(message, _facts(track), policy, terms(policy, addresses.people), addresses.policy)
