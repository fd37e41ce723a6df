"""What machines are told, for people to read: of one track, and of the site."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from tenuto.rules.ai_crawlers import AI_CRAWLERS
from tenuto.rules.usage_policies import digest_of
from tenuto.rules.visibility import Surface
from tenuto.safeguards.signals.documents import fresh
from tenuto.safeguards.signals.shown import questions, told_of, told_of_the_site
from tenuto.safeguards.signals.told import OF_THE_SITE, contact
from tenuto.tracks.access import track_by_key
from tenuto.tracks.visitors import visitor_of


@require_safe
def of_track(request: HttpRequest, key: str) -> HttpResponse:
    """Each signal about a track, as a machine sees it."""
    at = timezone.now()
    track, _ = track_by_key(visitor_of(request), key, Surface.PAGE, at)
    told = told_of(track, at)
    context = {
        "track": track,
        "told": told,
        "questions": told.questions,
        "signals": told.signals,
        "digest": digest_of(told.policies),
        "is_own": request.user.pk == track.owner_id,
        "contact": contact(),
        "at": at,
    }
    return fresh(render(request, "signals/track.html", context), told.policies[0].reach)


@require_safe
def site(request: HttpRequest) -> HttpResponse:
    """What machines are told of everything here, and whom they may ask."""
    context = {
        "questions": questions(OF_THE_SITE),
        "signals": told_of_the_site(),
        "contact": settings.LICENCE_CONTACT,
        "crawlers": AI_CRAWLERS,
    }
    return render(request, "signals/site.html", context)
