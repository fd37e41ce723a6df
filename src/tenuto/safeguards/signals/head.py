"""What a page tells machines in its head: the same as its headers, and on a track's own page what the work is."""

import json
from functools import lru_cache, partial

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from tenuto.rules.iswc import write_iswc
from tenuto.rules.party_codes import mbid_address
from tenuto.rules.signals import json_ld, noai, rsl, tdmrep
from tenuto.rules.signals.forms import Addresses
from tenuto.rules.signals.json_ld import Work
from tenuto.rules.usage_policies import Answers, Reach, at_a_glance
from tenuto.safeguards.signals.told import (
    OF_HIDDEN,
    OF_THE_SITE,
    addresses_of,
    of_hidden,
    of_the_site,
    policy_of,
    reach_of,
)
from tenuto.tracks.met import met_so_far
from tenuto.tracks.models import Track

# As django.utils.html.json_script: nothing in a text can end the element.
_UNFIT = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}
_ENCODER = json.JSONEncoder(ensure_ascii=False)
OF_A_TRACK, OF_A_LINK = "tracks:track", "tracks:secret"


def machines(request: HttpRequest) -> dict[str, object]:
    """For every template: `machine_head`, made when a page asks for it, for by then it is known what it is about."""
    return {"machine_head": partial(head, request)}


def head(request: HttpRequest) -> SafeString:
    """The elements for a page's head."""
    met, now = met_so_far(), timezone.now()
    answers, addresses, one = OF_THE_SITE, of_the_site(), None
    by_link = request.resolver_match is not None and request.resolver_match.view_name == OF_A_LINK
    if by_link or any(reach_of(track, now) is Reach.HIDDEN for track in met):
        answers, addresses = OF_HIDDEN, of_hidden()
    elif len({track.key for track in met}) == 1:
        answers, addresses, one = at_a_glance(Reach.PUBLIC), addresses_of(met[0], Reach.PUBLIC), met[0]
    told = _elements(answers, addresses)
    return SafeString(told + _work(request, one)) if one else told


@lru_cache(maxsize=1024)
def _elements(answers: Answers, addresses: Addresses) -> SafeString:
    """The same few pages are asked for over and over."""
    fields = [("robots", ", ".join(noai.words(answers))), *tdmrep.fields(answers, addresses.policy)]
    metas = format_html_join("\n  ", '<meta name="{}" content="{}">', fields)
    link = format_html('<link rel="license" type="{}" href="{}">', rsl.TYPE, addresses.licence)
    return SafeString(f"{metas}\n  {link}")


def _work(request: HttpRequest, track: Track) -> SafeString:
    """What the work is, on its own page alone."""
    match = request.resolver_match
    if match is None or match.view_name != OF_A_TRACK:
        return SafeString("")
    return _script(_facts(track), addresses_of(track, Reach.PUBLIC))


@lru_cache(maxsize=1024)
def _script(work: Work, addresses: Addresses) -> SafeString:
    told = _ENCODER.encode(json_ld.recording(work, addresses)).translate(_UNFIT)
    return mark_safe(f'\n  <script type="application/ld+json">{told}</script>')  # noqa: S308  escaped above


def work_of(track: Track) -> dict[str, object]:
    """The JSON-LD of a public track."""
    return json_ld.recording(_facts(track), addresses_of(track, Reach.PUBLIC))


def _facts(track: Track) -> Work:
    policy = policy_of(track, Reach.PUBLIC)
    publication = getattr(track, "publication", None)
    return Work(
        address=policy.address,
        title=track.title,
        holder=policy.holder,
        holder_address=f"{settings.SITE_URL}{track.owner.get_absolute_url()}",
        credit=policy.credit,
        licence=policy.licence,
        seconds=(track.recording.seconds if track.recording else None) or 0.0,
        published=publication.starts_at.date().isoformat() if publication else "",
        isrc=track.isrc,
        iswc=track.iswc and write_iswc(track.iswc),
        same_as=track.musicbrainz_recording and mbid_address("recording", track.musicbrainz_recording),
        work_same_as=track.musicbrainz_work and mbid_address("work", track.musicbrainz_work),
    )
