"""Notices as their reader meets them: of what they may know now, those that belong together in one line."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db.models import F, QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tenuto.accounts.models import Account
from tenuto.notifications.kinds import KINDS, Told
from tenuto.notifications.models import Notice
from tenuto.notifications.silence import unheard

T = TypeVar("T", bound=str)
MOST_NAMED = 2  # in one line; the others are a number


@dataclass(frozen=True)
class Line:
    """One or more notices of one kind on the same thing, the newest first."""

    notices: list[Notice]
    told: Told

    @property
    def at(self) -> datetime:
        return self.notices[0].at

    @property
    def is_new(self) -> bool:
        return any(notice.read_at is None for notice in self.notices)

    @property
    def people(self) -> list[Account]:
        """Who did it, each once; nobody where the kind names nobody."""
        if KINDS[self.notices[0].kind].names_nobody:
            return []
        return list({notice.by_id: notice.by for notice in self.notices if notice.by is not None}.values())

    @property
    def html(self) -> SafeString:
        """The sentence, with people's own words kept apart from its direction of writing."""
        names = {name: format_html("<bdi>{}</bdi>", value) for name, value in self.told.names.items()}
        people = [format_html("<bdi>{}</bdi>", person.name) for person in self.people[:MOST_NAMED]]
        words, people = _listed(people, self._more)
        who = format_html(words, *people) if people else ""
        return format_html(self._words, who=who, count=len(self.notices), **names)

    @property
    def text(self) -> str:
        """The same as plain text."""
        words, people = _listed([person.name for person in self.people[:MOST_NAMED]], self._more)
        return self._words.format(who=words.format(*people), count=len(self.notices), **self.told.names)

    @property
    def _words(self) -> str:
        return self.told.several if self.told.several and len(self.notices) > 1 else self.told.words

    @property
    def _more(self) -> int:
        return len(self.people) - MOST_NAMED


def _listed(people: list[T], more: int) -> tuple[str, list[T]]:
    """A pattern for names, and the names: “Bo”, “Bo and Cy”, “Bo, Cy and 3 others”."""
    if not people:
        return "", []
    if len(people) == 1:
        return "{}", people
    if more <= 0:
        return _("{} and {}"), people
    return ngettext("{}, {} and %d other", "{}, {} and %d others", more) % more, people


def lines_of(reader: Account, notices: Iterable[Notice], at: datetime) -> list[Line]:
    """As many questions to the database as there are kinds among them, some more; in the order in which they came."""
    found = list(notices)
    told = _told(reader, found, at)
    groups: dict[tuple[str, str, int], list[Notice]] = defaultdict(list)
    for notice in found:
        if notice.pk in told:
            groups[notice.kind, notice.what, notice.on].append(notice)
    return [Line(group, told[group[0].pk]) for group in groups.values()]


def _told(reader: Account, notices: Sequence[Notice], at: datetime) -> Mapping[int, Told]:
    by_kind: dict[str, list[Notice]] = defaultdict(list)
    for notice in notices:
        by_kind[notice.kind].append(notice)
    told: dict[int, Told] = {}
    for name, some in by_kind.items():
        if name in KINDS:  # else of a feature that is here no longer
            told |= KINDS[name].draw(some, reader, at)
    return told


def heard(reader: Account, at: datetime) -> QuerySet[Notice]:
    """The reader's notices by people of whom they want to hear, as a list that `paging` can walk along."""
    mine = Notice.objects.filter(to=reader, at__lte=at).exclude(unheard(reader.pk)).select_related("by")
    return mine.annotate(listed_at=F("at"), listed_id=F("pk")).order_by("-at", "-pk")
