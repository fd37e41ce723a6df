"""The player itself, as other people's pages show it in a frame.

It knows nobody: no cookie is read or set, nothing is kept in the browser, and whoever looks sees what a stranger sees.
It alone may stand in the frame of another site.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_safe

from tenuto.audio import deliver
from tenuto.audio.listeners import Listener
from tenuto.base.errors import BadRequest
from tenuto.base.ids import new_secret
from tenuto.embed.codes import title_of
from tenuto.embed.looks import PLAIN, look_asked
from tenuto.feeds.collected import Collected, Kind, collected, something
from tenuto.rules.visibility import Hearing, Reason, Surface
from tenuto.safeguards.signals.head import head
from tenuto.web.headers import policy
from tenuto.web.whereabouts import country_of

SHOWN = 50  # rows of a list


@require_safe
def player(request: HttpRequest, kind: Kind, key: str = "", username: str = "") -> HttpResponse:
    """What anybody may hear of it. What is hidden, held back from other pages, or gone looks like what never was."""
    at = timezone.now()
    try:
        look = look_asked(request.GET)
        found = something(collected(kind, key or username, Surface.EMBED, at, country_of(request)))
    except BadRequest as refusal:
        # Our usual page for it may stand in no frame, and the reader would see nothing at all.
        return _framed("embed/refusal.html", {"look": PLAIN, "advice": refusal.advice}, status=refusal.status)
    context = {
        "found": found,
        "title": title_of(found),
        "look": look,
        "entries": found.entries[:SHOWN],
        "first": found.entries[0],
        "is_list": kind is not Kind.TRACK,
        "more": len(found.entries) - SHOWN if len(found.entries) > SHOWN else 0,
        "plain_sound": _plain_sound(found),
        "site_url": settings.SITE_URL,
        "machine_head": head(request),
    }
    return _framed("embed/player.html", context)


def _plain_sound(found: Collected) -> str:
    """The address of the first track's sound for a player without scripts; for this page alone."""
    recording, at = found.entries[0].track.recording, timezone.now()
    assert recording is not None  # else nobody could hear it
    nobody = Listener(f"e{new_secret()}")
    return deliver.address_for(recording, Hearing(True, Reason.PUBLIC), nobody, at, Surface.EMBED)


def _framed(template: str, context: dict[str, object], status: int = 200) -> HttpResponse:
    # Without the request, nothing in a template can ask for a session or for a token, which would be cookies.
    response = HttpResponse(render_to_string(template, {"site_name": settings.SITE_NAME, **context}), status=status)
    response.headers["Content-Security-Policy"] = policy(framed_by="*")
    response.headers["Cache-Control"] = "no-cache"
    return response
