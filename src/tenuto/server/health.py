"""/health: does this instance work? For monitors and load balancers; says no secrets."""

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache

from tenuto.server.worker import alarm, living_workers


@never_cache
def health(request: HttpRequest) -> JsonResponse:
    """200 when all is well, or when something needs the operator but pages work; 503 when they do not."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        workers, ringing = living_workers(), alarm()
    except DatabaseError:
        return JsonResponse({"ok": False, "wrong": ["The database does not answer."]}, status=503)
    wrong = [ringing] if ringing else []
    if not workers:
        wrong.append("No worker has been seen for a minute: uploads are accepted and wait.")
    return JsonResponse({"ok": not wrong, "workers": workers, "wrong": wrong})
