"""The addresses of a witness (C2SP tlog-witness): where other logs bring their checkpoints, and where anybody reads."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from tenuto.base.errors import NotFound
from tenuto.ledger import cosigning
from tenuto.ledger.public import FOR_NOW, TEXT
from tenuto.rules.lines import Refused
from tenuto.rules.notes import MOST_NOTE_BYTES
from tenuto.rules.witnessing import malformed

# Two checkpoints of this size are a proof of fraud that can be kept, though every letter in them had to be escaped.
MOST_BYTES = MOST_NOTE_BYTES // 3


@csrf_exempt  # programs bring signed notes; there is no session to misuse
@require_POST
def add_checkpoint(request: HttpRequest) -> HttpResponse:
    """Cosign the next checkpoint of a log that we watch, or say what is wrong with it."""
    body = request.read(MOST_BYTES + 1)
    found = cosigning.add_checkpoint(body) if len(body) <= MOST_BYTES else malformed(Refused("it is too long"))
    return HttpResponse(found.body, status=found.status, content_type=found.content_type)


@require_safe
def checkpoint(request: HttpRequest, origin: str) -> HttpResponse:
    """The checkpoint of this log that we cosigned last."""
    found = cosigning.latest(origin)
    if found is None:
        raise NotFound(f"no log {origin}")
    return HttpResponse(
        found, content_type=TEXT, headers={"Cache-Control": FOR_NOW, "Access-Control-Allow-Origin": "*"}
    )
