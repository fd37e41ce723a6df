"""What lists say of moments and addresses is just what Django's own filters would say."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.humanize.templatetags import humanize
from django.template.defaultfilters import date
from django.urls import NoReverseMatch, reverse
from django.utils.translation import override
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tenuto.web.addresses import address
from tenuto.web.moments import ago, day_and_time

NOW = datetime(2026, 3, 31, 12, 0, 5, 250, tzinfo=UTC)


@pytest.mark.parametrize("language", ["en-gb", "de"])
@given(seconds=st.integers(0, 4 * 366 * 86_400) | st.integers(-90, 90), micros=st.integers(0, 999_999))
@example(seconds=86_400, micros=0)
@example(seconds=31 * 86_400, micros=1)
@settings(deadline=None, max_examples=300)
def test_how_long_ago_it_was_is_said_as_django_says_it(language: str, seconds: int, micros: int) -> None:
    when = NOW - timedelta(seconds=seconds, microseconds=micros)

    class Standing(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return NOW

    with pytest.MonkeyPatch.context() as patched, override(language):
        patched.setattr(humanize, "datetime", Standing)
        assert ago(when, NOW) == str(humanize.naturaltime(when))
        assert day_and_time(when) == date(when, "j F Y, H:i T")
        assert when.isoformat() == date(when, "c")


@pytest.mark.parametrize("words", [("alma", "one"), ("a-1", "ünder & über"), ("b", "100%"), ("c", "it's,(so):@~ +=;")])
def test_an_address_with_its_words_filled_in_is_the_one_that_django_finds(words: tuple[str, str]) -> None:
    assert address("tracks:track", *words) == reverse("tracks:track", args=words)
    key, _ = words
    for size in (160, 320):
        assert address("tracks:artwork", key, numbers=(size,)) == reverse("tracks:artwork", args=[key, size])


def test_a_name_that_no_address_has_is_an_error() -> None:
    with pytest.raises(NoReverseMatch):
        address("tracks:nothing", "alma")
