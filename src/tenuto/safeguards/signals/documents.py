"""The documents that machines look for: of the site, and of each track for whoever may meet it."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from tenuto.rules.ai_crawlers import AI_CRAWLERS, ONLY_IN_ROBOTS
from tenuto.rules.signals import ai_txt, rsl, tdmrep
from tenuto.rules.signals.robots import robots
from tenuto.rules.usage_policies import Answers, Reach, UsagePolicy, strictest
from tenuto.rules.visibility import Surface
from tenuto.safeguards.signals.told import OF_HIDDEN, OF_THE_SITE, contact, of_the_site, policies_of
from tenuto.tracks.access import track_by_key
from tenuto.tracks.models import Track
from tenuto.tracks.pages import keep_private
from tenuto.tracks.visitors import visitor_of

PLAIN = "text/plain; charset=utf-8"
# Places that are one person's own. What a crawler could only be refused, it need not ask for.
CLOSED = (
    "/accounts/", "/operator/", "/settings", "/studio/", "/permissions", "/upload", "/s/", "/api/v1/me", "/desk",
    "/stopped/",
    "/tracks/*/original",  # no person finds it: safeguards.visitors.decoys
)  # fmt: skip
for_an_hour = cache_control(public=True, max_age=3600)


# ——— of the site ———


@require_safe
@for_an_hour
def robots_txt(request: HttpRequest) -> HttpResponse:
    sitemap = f"{settings.SITE_URL}/sitemap.xml"
    text = robots(OF_THE_SITE, (*AI_CRAWLERS, *ONLY_IN_ROBOTS), CLOSED, of_the_site(), sitemap)
    return HttpResponse(text, content_type=PLAIN)


@require_safe
@for_an_hour
def spawning_ai_txt(request: HttpRequest) -> HttpResponse:
    return HttpResponse(ai_txt.ai_txt(OF_THE_SITE, of_the_site().people), content_type=PLAIN)


@require_safe
@for_an_hour
def tdmrep_json(request: HttpRequest) -> JsonResponse:
    return JsonResponse(tdmrep.rules([("/", OF_THE_SITE, of_the_site().policy)]), safe=False)


@require_safe
@for_an_hour
def site_rsl(request: HttpRequest) -> HttpResponse:
    return _rsl(rsl_of_everything(OF_THE_SITE))


@require_safe
@for_an_hour
def held_rsl(request: HttpRequest) -> HttpResponse:
    """Where every answer about a hidden track leads."""
    return _rsl(rsl_of_everything(OF_HIDDEN))


@require_safe
@for_an_hour
def site_tdm_policy(request: HttpRequest) -> JsonResponse:
    return _json_ld(policy_of_everything())


def rsl_of_everything(answers: Answers) -> str:
    """One document with these answers, which names the site alone."""
    return rsl.document([rsl.Content(f"{settings.SITE_URL}/", answers, settings.SITE_NAME, contact())])


def policy_of_everything() -> dict[str, object]:
    """The TDMRep policy of all that has none of its own: whom to ask."""
    place = f"{settings.SITE_URL}/"
    return tdmrep.policy(OF_THE_SITE, of_the_site().policy, place, settings.SITE_NAME, contact())


# ——— of a track ———


@require_safe
def track_rsl(request: HttpRequest, key: str) -> HttpResponse:
    track, policies = _policies(request, key)
    return fresh(_rsl(rsl_of(track, policies)), policies[0].reach)


@require_safe
def track_tdm_policy(request: HttpRequest, key: str) -> HttpResponse:
    _, policies = _policies(request, key)
    return fresh(_json_ld(tdm_policy_of(policies, f"{settings.SITE_URL}{request.path}")), policies[0].reach)


def rsl_of(track: Track, policies: tuple[UsagePolicy, ...]) -> str:
    """What may be done with the page, and with all that lies below the track's own addresses."""
    answers, holder = strictest_of(policies), policies[0].holder
    places = [policies[0].address, f"{settings.SITE_URL}/tracks/{track.key}/*"]
    if policies[0].reach is Reach.PUBLIC and track.recording is not None:
        places.append(f"{settings.SITE_URL}/media/{track.recording.key}/*")
    return rsl.document(rsl.Content(place, answers, holder, contact()) for place in places)


def tdm_policy_of(policies: tuple[UsagePolicy, ...], address: str) -> dict[str, object]:
    """The TDMRep policy at this address."""
    first = policies[0]
    return tdmrep.policy(strictest_of(policies), address, first.address, first.holder, contact())


def strictest_of(policies: tuple[UsagePolicy, ...]) -> Answers:
    """What may be said of the track as a whole."""
    return strictest(policy.answers for policy in policies)


def _policies(request: HttpRequest, key: str) -> tuple[Track, tuple[UsagePolicy, ...]]:
    at = timezone.now()
    track, _ = track_by_key(visitor_of(request), key, Surface.PAGE, at)
    return track, policies_of(track, at)


def _rsl(text: str) -> HttpResponse:
    return HttpResponse(text, content_type=rsl.TYPE)


def _json_ld(told: dict[str, object]) -> JsonResponse:
    return JsonResponse(told, content_type="application/ld+json")


def fresh(response: HttpResponse, reach: Reach) -> HttpResponse:
    """An answer can be taken back at any moment, so nobody may show it again unasked; a hidden one nobody may keep."""
    if reach is Reach.HIDDEN:
        keep_private(response)
    else:
        response.headers["Cache-Control"] = "no-cache"
    return response
