"""Reads what programs send. A text that no database keeps is refused here; control characters go, as from forms."""

from typing import Any

from django.http import HttpRequest
from ninja.parser import Parser

from tenuto.base.lines import plain_words
from tenuto.web.sent import NoText, NotJson, has_sound_texts


class WithSoundTexts(Parser):
    def parse_body(self, request: HttpRequest) -> Any:
        try:
            sent = super().parse_body(request)
            sound = has_sound_texts(sent)
        except RecursionError as error:
            raise NotJson(str(error)) from error
        if not sound:
            raise NoText
        return _plain(sent)


def _plain(sent: Any) -> Any:
    """The same with `plain_words` for each text, however deep. Names of things stay: nobody types them."""
    if isinstance(sent, str):
        return plain_words(sent)
    if isinstance(sent, dict):
        return {name: _plain(thing) for name, thing in sent.items()}
    return [_plain(thing) for thing in sent] if isinstance(sent, list) else sent
