"""Reads what programs send. A text that no database keeps is refused here."""

from typing import Any

from django.http import HttpRequest
from ninja.parser import Parser

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
        return sent
