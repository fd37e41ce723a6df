"""A question whose SQL is made once answers as its queryset would, whatever is filled in."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F, QuerySet
from pytest_django import DjangoAssertNumQueries

from tenuto.accounts.models import Account
from tenuto.base.questions import Question, listed, moment, number, these, these_words, word
from tenuto.consent.models import Act
from tenuto.tracks.access import whole
from tenuto.tracks.models import Track
from tests.consent.answering import NOON, PAGE

pytestmark = pytest.mark.django_db


def said(by: Account, minutes: int, allowed: int) -> Act:
    at = NOON + timedelta(minutes=minutes)
    act: Act = Act.objects.create(account=by, layer=Act.Layer.TRACKS, allowed=allowed, how=PAGE, at=at)
    return act


def test_its_sql_is_made_once_and_its_blanks_are_filled_in_each_time(alma: Account, bo: Account) -> None:
    made: list[QuerySet[Act]] = []

    def acts() -> QuerySet[Act]:
        asked = Act.objects.filter(account__in=these("accounts"), at__lte=moment("until"), how__in=these_words("ways"))
        made.append(asked)
        return asked.order_by("pk").values_list("pk", "allowed", "at")

    question = Question(acts)
    first, second, third = said(alma, 1, 1 << 200), said(bo, 2, 2), said(alma, 3, 0)
    for accounts, minutes in (([alma.pk], 9), ([alma.pk, bo.pk], 2), ([], 9), ([bo.pk], 1)):
        until = NOON + timedelta(minutes=minutes)
        expected = Act.objects.filter(account__in=accounts, at__lte=until).order_by("pk")
        found = question.ask(accounts=accounts, until=until, ways=["page", "api"])
        assert [tuple(row) for row in found] == list(expected.values_list("pk", "allowed", "at"))
        assert question.ask(accounts=accounts, until=until, ways=["it’s \"none'"]) == []
    assert len(made) == 1
    found = question.ask(accounts=[alma.pk, bo.pk], until=third.at, ways=["page"])
    assert [list(row) for row in found] == [[act.pk, act.allowed, act.at] for act in (first, second, third)]


def test_things_come_as_the_queryset_would_hand_them_out(
    alma: Account, bo: Account, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for owner, slug in ((alma, "one"), (alma, "two"), (bo, "one")):
        Track.objects.create(owner=owner, title=slug.title(), slug=slug, tags=[slug, "ü"], countries=["DE"])

    def of_owner(owner: Any, slug: Any) -> QuerySet[Track]:
        tracks = whole(Track.objects.filter(owner=owner, slug=slug))
        return tracks.annotate(listed_at=F("created_at"), listed_id=F("id")).order_by("pk")

    question = Question(lambda: of_owner(number("owner"), word("slug"))[:2])
    for owner, slug in ((alma, "one"), (bo, "one"), (bo, "two"), (alma, "two")):
        expected = list(of_owner(owner, slug))
        with django_assert_num_queries(1):
            found = question.ask(owner=owner.pk, slug=slug)
            assert [without_state(track) for track in found] == [without_state(track) for track in expected]
            assert [track.owner.username for track in found] == [owner.username] * len(expected)
            assert not any(hasattr(track, "publication") or track.recording for track in found)
        assert [track._state.db for track in found] == [track._state.db for track in expected]
        assert not any(track._state.adding for track in found)
    assert len(question.ask(owner=alma.pk, slug="one")) == 1


def without_state(thing: Track) -> dict[str, object]:
    return {name: value for name, value in vars(thing).items() if name != "_state"}


def test_a_blank_that_is_not_filled_in_is_an_error_and_not_an_empty_answer(alma: Account) -> None:
    question = Question(lambda: Act.objects.filter(account__in=these("accounts")).values_list("pk"))
    with pytest.raises(KeyError):
        question.ask()


def test_a_list_is_written_down_once() -> None:
    numbers = listed([3, 1, 2])
    assert listed(numbers) is numbers
    assert numbers.parameter is numbers.parameter
    assert list(numbers) == [3, 1, 2]
