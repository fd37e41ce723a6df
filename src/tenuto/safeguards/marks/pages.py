"""The instance's root certificate, for whoever checks a file; and its time stamps, for whoever asks."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from tenuto.base.errors import BadRequest, OverLimit
from tenuto.rules.time_stamps import MOST_BYTES, QUERY_TYPE, REPLY_TYPE
from tenuto.safeguards.marks import keys, stamping


class NoQuery(BadRequest):
    advice = _("Send a request for a time stamp as RFC 3161 has it, as application/timestamp-query.")
    status = 415
    code = "no_timestamp_query"


class QueryTooLong(OverLimit):
    advice = _("A request for a time stamp is a hundred bytes or two. Send the digest of your file, not the file.")
    code = "timestamp_query_too_long"


@require_safe
@cache_control(public=True, max_age=3600)
def root_certificate(request: HttpRequest) -> HttpResponse:
    """As PEM: what readers of content credentials and of time stamps are told to trust."""
    return HttpResponse(keys.root(timezone.now()).pem, content_type="application/x-pem-file")


@csrf_exempt  # a program's request, which says nothing on anybody's behalf
@require_POST
def time_stamp(request: HttpRequest) -> HttpResponse:
    """A stamp on a digest (RFC 3161, section 3.4). What is refused is refused in the reply, as the protocol has it."""
    if request.content_type != QUERY_TYPE:
        raise NoQuery(request.content_type or "nothing")
    asked = request.read(MOST_BYTES + 1)
    if len(asked) > MOST_BYTES:
        raise QueryTooLong(f"more than {MOST_BYTES} bytes")
    reply = stamping.answer(asked, timezone.now())
    return HttpResponse(reply, content_type=REPLY_TYPE, headers={"Cache-Control": "no-store"})
