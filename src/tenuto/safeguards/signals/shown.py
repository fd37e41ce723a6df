"""Each signal as a machine sees it, with what it means: for the page, and for programs that ask for all at once."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tenuto.rules.ai_crawlers import AI_CRAWLERS
from tenuto.rules.signals import ai_txt, content_signals, content_usage, forms, noai, tdmrep
from tenuto.rules.signals.forms import Addresses, Form
from tenuto.rules.signals.headers import headers
from tenuto.rules.usage_policies import Answers, Reach, UsagePolicy
from tenuto.safeguards.signals.documents import (
    CLOSED,
    policy_of_everything,
    rsl_of,
    rsl_of_everything,
    strictest_of,
    tdm_policy_of,
)
from tenuto.safeguards.signals.head import work_of
from tenuto.safeguards.signals.told import OF_HIDDEN, OF_THE_SITE, addresses_of, of_the_site, policies_of
from tenuto.safeguards.signals.words import MEANINGS, QUESTIONS
from tenuto.tracks.models import Track


class Question(NamedTuple):
    """One of the coarse questions, for people."""

    words: Promise
    allowed: bool


@dataclass(frozen=True)
class Seen:
    """One signal: where a machine meets it, and the very text."""

    form: Form
    where: Promise | str
    text: str

    @property
    def meaning(self) -> Promise:
        return MEANINGS[self.form]


@dataclass(frozen=True)
class Told:
    """Everything that is told of a track."""

    track: Track
    policies: tuple[UsagePolicy, ...]
    answers: Answers
    addresses: Addresses

    @property
    def is_hidden(self) -> bool:
        return self.policies[0].reach is Reach.HIDDEN

    @property
    def questions(self) -> list[Question]:
        return questions(self.answers)

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """As every answer about the track has them, its sound and its artwork too."""
        return headers(Answers(search=self.answers.search), self.addresses)

    @property
    def signals(self) -> list[Seen]:
        """One form after the other, each with all the places where a machine meets it."""
        found = [*self._own(), *_of_everything()]
        order = list(dict.fromkeys(seen.form for seen in found))
        return sorted(found, key=lambda seen: order.index(seen.form))

    def _own(self) -> Iterator[Seen]:
        by_name: dict[str, str] = dict(self.headers)

        def lines(*names: str) -> str:
            return "\n".join(f"{name}: {by_name[name]}" for name in names if name in by_name)

        with_all = _("in the head of every answer about the track: page, sound, playlist, waveform, artwork, download")
        yield Seen(forms.AIPREF, with_all, lines(content_usage.NAME))
        yield Seen(forms.TDMREP, with_all, lines("tdm-reservation", "tdm-policy"))
        policy = policy_of_everything() if self.is_hidden else tdm_policy_of(self.policies, self.addresses.policy)
        yield Seen(forms.TDMREP, self.addresses.policy, _pretty(policy))
        yield Seen(forms.NOAI, with_all, lines(noai.NAME))
        yield Seen(forms.NOAI, _("in the page"), f'<meta name="robots" content="{by_name[noai.NAME]}">')
        yield Seen(forms.RSL, with_all, lines("Link"))
        licence = rsl_of_everything(OF_HIDDEN) if self.is_hidden else rsl_of(self.track, self.policies)
        yield Seen(forms.RSL, self.addresses.licence, licence)
        if not self.is_hidden:
            yield Seen(forms.SCHEMA_ORG, _("in the page"), _pretty(work_of(self.track)))


def told_of(track: Track, at: datetime) -> Told:
    """What is told of a track at this moment. A few questions to the database, however much was said of it."""
    policies = policies_of(track, at)
    return Told(track, policies, strictest_of(policies), addresses_of(track, policies[0].reach))


def told_of_the_site() -> list[Seen]:
    """What is told of everything that is of no one track."""
    sent = headers(OF_THE_SITE, of_the_site(), of_search=False)
    return [
        Seen(forms.AIPREF, _("in the head of every answer"), "\n".join(f"{name}: {value}" for name, value in sent)),
        Seen(forms.RSL, of_the_site().licence, rsl_of_everything(OF_THE_SITE)),
        *_of_everything(),
    ]


def questions(answers: Answers) -> list[Question]:
    """The coarse questions with their answers."""
    return [Question(words, getattr(answers, name)) for name, words in QUESTIONS.items()]


def _of_everything() -> Iterator[Seen]:
    """What a site can only say of itself as a whole."""
    robots_txt = f"{settings.SITE_URL}/robots.txt"
    signal = f"User-agent: *\nContent-Signal: {content_signals.signal(OF_THE_SITE)}"
    yield Seen(forms.CONTENT_SIGNALS, robots_txt, signal)
    closed = "\n".join(f"Disallow: {place}" for place in CLOSED)
    some = "\n".join(f"User-agent: {name}" for name in AI_CRAWLERS[:4])
    more = f"# … {len(AI_CRAWLERS) - 4} more"
    yield Seen(forms.ROBOTS, robots_txt, f"User-agent: *\n{closed}\nAllow: /\n\n{some}\n{more}\nDisallow: /")
    rules = tdmrep.rules([("/", OF_THE_SITE, of_the_site().policy)])
    yield Seen(forms.TDMREP, f"{settings.SITE_URL}/.well-known/tdmrep.json", _pretty(rules))
    yield Seen(forms.AI_TXT, f"{settings.SITE_URL}/ai.txt", ai_txt.ai_txt(OF_THE_SITE, of_the_site().people))


def _pretty(told: object) -> str:
    return json.dumps(told, indent=2, ensure_ascii=False)
