"""What a page's script or a program sends as JSON: read once, and refused before it can do harm further in."""

import json
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from tenuto.base.errors import BadRequest


class NotJson(BadRequest):
    advice = _("We could not read what was sent. It has to be a JSON object.")
    code = "not_json"


class NoText(BadRequest):
    advice = _("A text holds the character NUL or half a character, which no text may hold.")
    code = "nul"


def json_object(request: HttpRequest) -> dict[str, Any]:
    """The JSON object that a request carries."""
    try:
        sent = json.loads(request.body)
        sound = has_sound_texts(sent)
    except (ValueError, RecursionError) as error:  # nested a thousand deep is no ValueError
        raise NotJson(str(error)) from error
    if not isinstance(sent, dict):
        raise NotJson("not an object")
    if not sound:
        raise NoText
    return sent


def has_sound_texts(sent: object) -> bool:
    """Can every text of this, however deep, be kept? A NUL PostgreSQL keeps nowhere, half a character nobody does."""
    if isinstance(sent, str):
        return "\0" not in sent and not any("\ud800" <= letter <= "\udfff" for letter in sent)
    if isinstance(sent, dict):
        return all(has_sound_texts(key) and has_sound_texts(value) for key, value in sent.items())
    return not isinstance(sent, list) or all(map(has_sound_texts, sent))
