"""When something was, as lists say it in every row: what Django's filters say, each wording made once a language."""

from datetime import date, datetime
from functools import lru_cache

from django.contrib.humanize.templatetags.humanize import NaturalTimeFormatter, naturaltime
from django.template.defaultfilters import date as written
from django.utils.timesince import timesince
from django.utils.translation import get_language

_wordings: dict[tuple[str | None, str], str] = {}  # there are some two thousand: "1 year, 3 months" and the like
_COUNTS = {unit: f"%(num)d {unit}" for unit in NaturalTimeFormatter.past_substrings}


def ago(when: datetime, now: datetime) -> str:
    """How long ago it was, as `naturaltime` says it."""
    if (now - when).days < 1:
        return str(naturaltime(when))
    spelled = get_language(), timesince(when, now, time_strings=_COUNTS)
    if spelled not in _wordings:
        delta = timesince(when, now, time_strings=NaturalTimeFormatter.past_substrings)
        _wordings[spelled] = str(NaturalTimeFormatter.time_strings["past-day"] % {"delta": delta})
    return _wordings[spelled]


def day_and_time(when: datetime) -> str:
    """What `date:"j F Y, H:i T"` writes."""
    return f"{_day(get_language(), when.date())}, {when:%H:%M %Z}"


@lru_cache(maxsize=4_096)
def _day(_language: str | None, day: date) -> str:
    return written(day, "j F Y")
