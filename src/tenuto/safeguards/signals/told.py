"""What is told of a track, and of everything that is of no one track: reach, answers and addresses, from rows at hand.

Nothing here asks the database, except `policies_of`, which reads how things stand now.
"""

from datetime import datetime
from functools import lru_cache

from django.conf import settings
from django.urls import reverse

from tenuto.consent.stances import stances
from tenuto.rules.agreements import Errand
from tenuto.rules.cells import Asset
from tenuto.rules.consent_masks import effective_mask
from tenuto.rules.signals.forms import Addresses
from tenuto.rules.stances import Stance
from tenuto.rules.usage_policies import Reach, UsagePolicy, at_a_glance, of_all_assets
from tenuto.rules.visibility import Reason, Surface, Visitor, may_hear
from tenuto.tracks.access import state_of
from tenuto.tracks.licences import deed_of
from tenuto.tracks.models import Track

# Of what is of no track: pages, pictures of people, errors. Search is left to what robots.txt says of the place.
OF_THE_SITE = at_a_glance(Reach.PUBLIC)
OF_HIDDEN = at_a_glance(Reach.HIDDEN)


def reach_of(track: Track, at: datetime) -> Reach:
    """Public is only what everybody everywhere may meet: machines have no country and no secret link."""
    hearing = may_hear(Visitor(), state_of(track), Surface.PAGE, at)
    return Reach.PUBLIC if hearing.reason is Reason.PUBLIC else Reach.HIDDEN


def policy_of(track: Track, reach: Reach, open_cells: int = 0, asset: Asset = Asset.RECORDING) -> UsagePolicy:
    """The document about one asset of a track in which these cells are open to everybody."""
    return UsagePolicy(
        track=track.key,
        asset=asset,
        address=f"{settings.SITE_URL}{track.get_absolute_url()}",
        open=open_cells,
        reach=reach,
        holder=track.owner.name,
        credit=f"{track.title}, {track.owner.name}",
        licence=deed_of(track.licence),
    )


def policies_of(track: Track, at: datetime) -> tuple[UsagePolicy, ...]:
    """The documents of all that answers carry of a track, as everything that was said of it stands at this moment.

    Asked on nobody's behalf: what an agreement opens to one who is named in it is open to no other.
    """
    stance = stances([track.pk], at).get(track.pk, Stance())
    return of_all_assets(policy_of(track, reach_of(track, at), effective_mask(stance, Errand(at))))


def addresses_of(track: Track, reach: Reach) -> Addresses:
    """Where more is said of a track. Of a hidden one, what is said of all of them: its key is nobody's business."""
    return _addresses(settings.SITE_URL, contact(), track.key) if reach is Reach.PUBLIC else of_hidden()


def of_the_site() -> Addresses:
    return _addresses(settings.SITE_URL, contact())


def of_hidden() -> Addresses:
    """The same for every hidden track: a licence document that permits nothing, not even search, and names nothing."""
    return _of_hidden(settings.SITE_URL, contact())


def contact() -> str:
    """Whom to ask for a licence: the operator's word, or the page that says what machines are told."""
    return settings.LICENCE_CONTACT or f"{settings.SITE_URL}/machines"


@lru_cache(maxsize=4096)
def _addresses(site: str, contact: str, key: str = "") -> Addresses:
    names = ("machines", "rsl", "tdm-policy") if key else ("site", "site-rsl", "site-tdm-policy")
    people, licence, policy = (f"{site}{reverse(f'signals:{name}', args=[key] if key else [])}" for name in names)
    return Addresses(people, licence, policy, contact)


@lru_cache(maxsize=16)
def _of_hidden(site: str, contact: str) -> Addresses:
    return _addresses(site, contact)._replace(licence=f"{site}{reverse('signals:held-rsl')}")
