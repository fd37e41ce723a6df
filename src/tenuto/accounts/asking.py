"""Whoever said no to an invitation is left in peace for a while, whatever they were asked to join."""

from datetime import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from tenuto.base.errors import BadRequest
from tenuto.rules.asking import asked_again_from, may_be_asked


class SaidNo(BadRequest):
    status = 409
    code = "said_no"

    def __init__(self, said_no_at: datetime) -> None:
        day = date_format(asked_again_from(said_no_at), "j F Y")
        advice = _("They said no. You can ask them once more from %(day)s on.") % {"day": day}
        super().__init__(f"said no at {said_no_at:%Y-%m-%d %H:%M}", advice=advice)


def leave_in_peace(said_no_at: datetime | None, at: datetime) -> None:
    """Raises SaidNo where they did, less than a month before `at`."""
    if said_no_at is not None and not may_be_asked(said_no_at, at):
        raise SaidNo(said_no_at)
