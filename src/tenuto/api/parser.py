"""Reads what programs send. A text with a NUL in it is refused here: no text has one, and PostgreSQL keeps none."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja.parser import Parser

from tenuto.base.errors import BadRequest


class HasNul(BadRequest):
    advice = _("A text holds the character NUL, which no text may hold.")
    code = "nul"


class WithoutNul(Parser):
    def parse_body(self, request: HttpRequest) -> Any:
        sent = super().parse_body(request)
        if has_nul(sent):
            raise HasNul
        return sent


def has_nul(sent: object) -> bool:
    """Is there a NUL in any text of this, however deep?"""
    if isinstance(sent, str):
        return "\0" in sent
    if isinstance(sent, dict):
        return any(has_nul(key) or has_nul(value) for key, value in sent.items())
    return isinstance(sent, list) and any(map(has_nul, sent))
