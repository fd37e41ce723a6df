"""Whoever asks is known by session or token, by the links they opened, and by what a trusted proxy says."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest
from django.test import RequestFactory
from django.utils import timezone
from pytest_django import Settings

from tenuto.accounts import tokens
from tenuto.accounts.models import Account, Follow
from tenuto.base.errors import NotFound
from tenuto.rules.visibility import Surface
from tenuto.tracks import access, links
from tenuto.tracks.visitors import MAX_HELD_LINKS, hold_link, visitor_of
from tests.tracks import catalogue

pytestmark = pytest.mark.django_db


def asking(account: Account | None = None, **headers: str) -> HttpRequest:
    request = RequestFactory().get("/", headers=headers)
    request.user = account or AnonymousUser()
    request.session = SessionStore()
    return request


def test_a_session_and_a_token_stand_for_the_same_visitor(bo: Account) -> None:
    _token, secret = tokens.issue(bo, "phone", None)
    by_token = asking(Authorization=f"Bearer {secret}")
    assert visitor_of(by_token) == visitor_of(asking(bo))
    assert visitor_of(asking(Authorization="Bearer tenuto_wrong")).account_id is None


def test_following_is_known_once_the_owner_is(alma: Account, bo: Account, cy: Account) -> None:
    Follow.objects.create(follower=bo, followed=alma)
    assert visitor_of(asking(bo), alma.pk).follows_owner
    assert not visitor_of(asking(cy), alma.pk).follows_owner
    assert not visitor_of(asking(alma), bo.pk).follows_owner
    assert not visitor_of(asking(), alma.pk).follows_owner


def test_a_session_keeps_the_last_links_that_were_opened(alma: Account) -> None:
    request = asking()
    track = catalogue.track(alma)
    opened = [catalogue.link(track) for _ in range(MAX_HELD_LINKS + 1)]
    for link in [*opened, opened[-1]]:
        hold_link(request, link)
    assert visitor_of(request).link_ids == {link.pk for link in opened[1:]}


def test_revoking_works_at_once_on_whoever_holds_the_link(alma: Account) -> None:
    request, track, now = asking(), catalogue.track(alma), timezone.now()
    link = catalogue.link(track)
    hold_link(request, link)
    visitor = visitor_of(request)
    assert access.track_by_key(visitor, track.key, Surface.STREAM, now)
    links.revoke(link, by=alma, at=now)
    with pytest.raises(NotFound):
        access.track_by_key(visitor, track.key, Surface.STREAM, now)


@pytest.mark.parametrize("held", ["nonsense", {"1": 2}, None])
def test_a_session_with_nonsense_in_it_holds_no_links(held: object) -> None:
    request = asking()
    request.session["links"] = held
    assert visitor_of(request).link_ids == frozenset()


@pytest.mark.parametrize(
    ("said", "country"), [("de", "DE"), ("JP", "JP"), ("XX", None), ("T1", None), ("", None), ("DEU", None)]
)
def test_a_country_counts_only_from_the_named_header(settings: Settings, said: str, country: str | None) -> None:
    settings.COUNTRY_HEADER = "CF-IPCountry"
    assert visitor_of(asking(None, **{"CF-IPCountry": said})).country == country
    settings.COUNTRY_HEADER = ""
    assert visitor_of(asking(None, **{"CF-IPCountry": said})).country is None
