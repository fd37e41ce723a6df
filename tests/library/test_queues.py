import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from tenuto.accounts import export
from tenuto.accounts.models import Account
from tenuto.library.queues.models import KeptQueue
from tenuto.tracks import publish
from tests.library.listing import public
from tests.tracks import catalogue

pytestmark = pytest.mark.django_db


def kept(client: Client) -> dict[str, Any]:
    answer: dict[str, Any] = client.get("/api/v1/me/queue").json()
    return answer


def keep(client: Client, *keys: str, at: int = 0, position: float = 0, revision: int = 0) -> dict[str, Any]:
    wish = {"keys": keys, "at": at, "position": position, "revision": revision}
    answer = client.put("/api/v1/me/queue", wish, content_type="application/json")
    assert answer.status_code == 200
    sent: dict[str, Any] = answer.json()
    return sent


def test_a_queue_goes_on_where_it_was_left(as_bo: Client, as_cy: Client, alma: Account) -> None:
    one, two = public(alma, "One"), public(alma, "Two")
    assert kept(as_bo) == {"unchanged": False, "items": [], "at": -1, "position": 0, "revision": 0}
    assert keep(as_bo, one.key, two.key, one.key, at=1, position=41.5) == {"kept": True, "revision": 1}
    elsewhere = kept(as_bo)
    assert [item["title"] for item in elsewhere["items"]] == ["One", "Two", "One"]
    assert (elsewhere["at"], elsewhere["position"], elsewhere["revision"]) == (1, 41.5, 1)
    assert elsewhere["items"][0] | {"cover": "", "peaks": ""} == {
        "key": one.key,
        "title": "One",
        "artist": "Alma Ferreira",
        "url": "/@alma/one",
        "cover": "",
        "peaks": "",
        "seconds": 292,
        "open": True,
    }
    assert kept(as_cy)["revision"] == 0


def test_of_two_devices_the_one_that_knows_less_changes_nothing(as_bo: Client, alma: Account) -> None:
    one, two = public(alma, "One"), public(alma, "Two")
    keep(as_bo, one.key)
    assert keep(as_bo, two.key, revision=1) == {"kept": True, "revision": 2}
    assert keep(as_bo, one.key, revision=1) == {"kept": False, "revision": 2}
    assert keep(as_bo, one.key, revision=7) == {"kept": False, "revision": 2}
    assert [item["title"] for item in kept(as_bo)["items"]] == ["Two"]


def test_what_is_known_is_said_in_a_word(as_bo: Client, alma: Account) -> None:
    keep(as_bo, public(alma).key)
    known = as_bo.get("/api/v1/me/queue?known=1").json()
    assert known == {"unchanged": True, "items": [], "at": -1, "position": 0, "revision": 1}
    for other in (0, 2, 2**61):
        assert len(as_bo.get(f"/api/v1/me/queue?known={other}").json()["items"]) == 1
    assert as_bo.get(f"/api/v1/me/queue?known={2**62}").status_code == 422


def test_what_is_hidden_meanwhile_is_left_out_and_what_came_after_it_is_next(as_bo: Client, alma: Account) -> None:
    one, two, three = (public(alma, name) for name in ("One", "Two", "Three"))
    keep(as_bo, one.key, two.key, three.key, "zzzzzzzzzzzz", at=1, position=30)
    publish.withdraw_to_sketchbook(two, by=alma, at=timezone.now())
    left = kept(as_bo)
    assert [item["title"] for item in left["items"]] == ["One", "Three"]
    assert (left["at"], left["position"]) == (1, 0)
    publish.withdraw_to_sketchbook(three, by=alma, at=timezone.now())
    assert kept(as_bo)["at"] == 0
    publish.withdraw_to_sketchbook(one, by=alma, at=timezone.now())
    assert (kept(as_bo)["items"], kept(as_bo)["at"]) == ([], -1)


def test_ones_own_sketches_stay_in_it_and_are_not_for_a_shared_browser(as_alma: Client, alma: Account) -> None:
    keep(as_alma, catalogue.track(alma, "A sketch").key)
    assert [item["open"] for item in kept(as_alma)["items"]] == [False]


@pytest.mark.parametrize(
    "wrong",
    [
        {"keys": ["x" * 13]},
        {"keys": ["<b>"]},
        {"keys": ["b" * 12] * 501},
        {"at": -2},
        {"at": 500},
        {"position": -1},
        {"position": "NaN"},
        {"revision": -1},
        {"revision": 2**63},
        {"keys": None},
    ],
)
def test_what_is_no_queue_is_refused(as_bo: Client, wrong: dict[str, object]) -> None:
    wish = {"keys": [], "at": -1, "position": 0, "revision": 0, **wrong}
    assert as_bo.put("/api/v1/me/queue", wish, content_type="application/json").status_code == 422
    assert not KeptQueue.objects.exists()


def test_an_index_beyond_the_end_is_the_last(as_bo: Client, alma: Account) -> None:
    keep(as_bo, public(alma).key, at=9)
    assert kept(as_bo)["at"] == 0
    keep(as_bo, at=3, revision=1)
    assert kept(as_bo)["at"] == -1


def test_a_page_of_another_site_cannot_change_it(bo: Account) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(bo, backend="django.contrib.auth.backends.ModelBackend")
    wish = {"keys": [], "at": -1, "position": 0, "revision": 0}
    assert browser.put("/api/v1/me/queue", wish, content_type="application/json").status_code == 403
    assert not KeptQueue.objects.exists()


def test_of_nobody_nothing_is_kept(client: Client, alma: Account) -> None:
    """A player that tells once more while somebody signs out is no error."""
    assert keep(client, public(alma).key) == {"kept": False, "revision": 0}
    assert kept(client)["revision"] == 0
    assert not KeptQueue.objects.exists()


def test_it_goes_into_the_copy_and_with_the_account(as_bo: Client, alma: Account, bo: Account) -> None:
    track = public(alma)
    keep(as_bo, track.key)
    items = [item for item in export.items_of(bo, timezone.now()) if isinstance(item, export.Words)]
    copied = {item.name: "".join(item.pieces) for item in items}
    assert json.loads(copied["queue.json"])["keys"] == [track.key]
    bo.delete()
    assert not KeptQueue.objects.exists()


@pytest.mark.parametrize("many", [3, 40])
def test_a_queue_costs_the_same_however_long(
    as_bo: Client, alma: Account, many: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    keep(as_bo, *(public(alma, f"Track {number}").key for number in range(many)))
    with django_assert_num_queries(4):  # session, account, queue, tracks
        kept(as_bo)
