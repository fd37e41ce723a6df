"""How a player on somebody else's page looks: light, dark or as the reader's device is, and one colour of their choice.

Both stand in the address of the player, so both are checked: what cannot be shown is refused with a sentence.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.http import QueryDict
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from tenuto.base.errors import BadRequest
from tenuto.rules.colours import Colour, read, seen_on, written_on

# Our paper, by day and by night: --paper of tokens.css in sRGB.
_DAY, _NIGHT = Colour(0xF8, 0xF5, 0xEE), Colour(0x17, 0x14, 0x12)


class NoSuchLook(BadRequest):
    advice = _("A player is light, dark or auto, and its colour is six hexadecimal digits, such as 1b5e93.")
    code = "no_such_look"


class Theme(StrEnum):
    AUTO = "auto"
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True)
class Look:
    """One look; without a colour it has ours."""

    theme: Theme = Theme.AUTO
    colour: Colour | None = None

    @property
    def query(self) -> str:
        """The end of the player's address; empty for the look that it has by itself."""
        asked = {"theme": self.theme.value} if self.theme is not Theme.AUTO else {}
        if self.colour is not None:
            asked["colour"] = str(self.colour).lstrip("#")
        return f"?{urlencode(asked)}" if asked else ""

    @property
    def pencil(self) -> str:
        """The colour as CSS, by day and by night, so that it can be told from the paper it stands on."""
        return f"light-dark({seen_on(_DAY, self.colour)}, {seen_on(_NIGHT, self.colour)})" if self.colour else ""

    @property
    def on_pencil(self) -> str:
        """What is read on that colour."""
        if self.colour is None:
            return ""
        day, night = (written_on(seen_on(paper, self.colour)) for paper in (_DAY, _NIGHT))
        return f"light-dark({day}, {night})"


PLAIN = Look()


def look_asked(asked: QueryDict) -> Look:
    """The look that an address asks for."""
    theme, colour = asked.get("theme") or Theme.AUTO, asked.get("colour") or asked.get("color") or ""
    if theme not in set(Theme) or (colour and read(colour) is None):
        raise NoSuchLook(f"{theme} {colour}")
    return Look(Theme(theme), read(colour))
