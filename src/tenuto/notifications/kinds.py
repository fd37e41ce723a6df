"""The kinds of things that people are told of. Each feature registers its own, so that this package knows none.

A feature has a module `notices` that makes its kinds and is imported when its app is ready; it calls `tell.tell` in the
transaction in which the thing happens, or in the job of its letter. For example:

    LIKE = register(Kind("like", _("Likes of your tracks"), told))

    def told(notices, reader, at):
        return {notice.pk: Told(_("{who} liked “{title}”"), url, {"title": title}) for …}

`told` is asked once for all notices of its kind on a page. It answers for those alone of which the reader may know now:
a notice of what is hidden, gone or taken back is left out, and nothing says that it was there.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.functional import Promise

from tenuto.accounts.models import Account
from tenuto.notifications.channels import Channel
from tenuto.notifications.models import Notice


@dataclass(frozen=True)
class Told:
    """What a notice says. `words` has {who} for whoever did it, and places for `names`."""

    words: str
    url: str
    names: Mapping[str, str] = field(default_factory=dict)
    several: str = ""  # instead of `words` for more than one; has {count}. For kinds that name nobody
    quote: str = ""  # people's own words, where there are some


Draw = Callable[[Sequence[Notice], Account, datetime], Mapping[int, Told]]


@dataclass(frozen=True)
class Kind:
    """One kind, as it stands on the page of settings."""

    name: str
    label: Promise
    draw: Draw
    begins: frozenset[Channel] = frozenset({Channel.PAGE, Channel.MAIL})  # until somebody chooses otherwise
    names_nobody: bool = False  # who did it is theirs to say: how many is all that is told
    has_letter: bool = False  # a letter says it at once, so no digest says it again

    def offers(self, channel: Channel) -> bool:
        """Can it be told in this way?"""
        return not (self.has_letter and channel is Channel.MAIL)


EVERY_WAY = frozenset(Channel)
KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """Have the kind offered on the page of settings and drawn. Register when the app is ready."""
    KINDS[kind.name] = kind
    return kind
