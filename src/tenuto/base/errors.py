"""The root of everything we raise on purpose.

TenutoError
├── BadRequest      the person can mend it: says what is wrong and what to do
│   ├── NotFound    nothing there, or nothing they may know of: both answer alike
│   ├── NotAllowed  they know of it, and may not do this
│   └── OverLimit   one of the operator's limits was reached
└── (each package adds its own below these)
"""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise


class TenutoError(Exception):
    """Everything we raise on purpose. `str(error)` is for the log, `advice` for the person."""

    advice: Words = _("Something went wrong on our side. Nothing was lost.")
    status = 500
    code = "error"
    headers: Mapping[str, str] = {}  # that go with the answer
    besides: Mapping[str, object] = {}  # what a program, or the page, is told besides
    template = "web/error.html"

    def __init__(self, message: str = "", *, advice: Words | None = None) -> None:
        super().__init__(message or self.__class__.__name__)
        if advice is not None:
            self.advice = advice


class BadRequest(TenutoError):
    advice = _("We could not read that request.")
    status = 400
    code = "bad_request"


class NotFound(BadRequest):
    advice = _("There is nothing here. It may never have been, or it is no longer shared with you.")
    status = 404
    code = "not_found"


class NotAllowed(BadRequest):
    advice = _("You may not do that.")
    status = 403
    code = "not_allowed"


class OverLimit(BadRequest):
    advice = _("That is more than this server allows.")
    status = 413
    code = "over_limit"
