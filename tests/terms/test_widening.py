"""New terms never widen an old yes: said by the operator's own hand, looked at in every track of every artist."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from tenuto.accounts.models import Account
from tenuto.consent.answer import answer, answer_by_default
from tenuto.consent.current import refresh, works_open
from tenuto.consent.stances import stances
from tenuto.rules.agreements import Errand
from tenuto.rules.cells import Cell, cell_named
from tenuto.rules.consent import Ask, Reason, decide
from tenuto.rules.consent_masks import effective_mask
from tenuto.server.terms import publish_draft
from tenuto.terms.accepting import accept
from tenuto.terms.models import Acceptance, Version
from tenuto.tracks.models import Track
from tenuto.tracks.slugs import begin_track
from tests.consent.answering import INFORM, INPUT, NEED, PAGE, allow, hold, open_in
from tests.people import person
from tests.server.test_terms import Terminal
from tests.terms.writing import LEADING, NEEDED, OWNING, SORTING, written

pytestmark = pytest.mark.django_db(transaction=True)
NEW = cell_named("recording/recommendation/train")


@pytest.fixture
def place(settings: Settings, tmp_path: Path) -> Path:
    settings.TERMS_DIR = tmp_path / "terms"
    settings.TERMS_DIR.mkdir()
    return tmp_path / "terms" / "terms.md"


def published(place: Path, *clauses: str) -> Version:
    """What `tenuto terms publish` does with the operator's file."""
    place.write_text(written(*clauses), encoding="utf-8")
    assert publish_draft(None, Terminal()) == 0
    newest = Version.objects.first()
    assert newest is not None
    return newest


def agreed(account: Account, version: Version, *declined: int) -> None:
    accept(account, version, version.digest, declined, Acceptance.How.PAGE, at=timezone.now())


@pytest.fixture
def artists(place: Path) -> dict[str, Account]:
    """One who never answered the terms, and others who answered them in every way, with everything allowed that can."""
    first = published(place, OWNING, NEEDED, SORTING)
    people = {handle: person(handle, handle) for handle in ("silent", "agreed", "declined", "holding", "later")}
    for handle, account in people.items():
        if handle != "silent":
            agreed(account, first, *([3] if handle == "declined" else []))
        begin_track(account, "One")
        begin_track(account, "Two")
    for handle in ("agreed", "later"):
        answer_by_default(people[handle], allow(INPUT, INFORM), PAGE, at=timezone.now())
    answer_by_default(people["holding"], hold(INPUT), PAGE, at=timezone.now())
    track = Track.objects.filter(owner=people["agreed"]).first()
    assert track is not None
    answer(people["agreed"], [track.pk], allow(INPUT), PAGE, at=timezone.now())
    return people


def everything_open(at_days: int = 0) -> dict[int, int]:
    """What is open in every track, decided anew at a moment; and the projection says the same now."""
    ids = list(Track.objects.values_list("pk", flat=True))
    at = timezone.now() + timedelta(days=at_days)
    found = {pk: effective_mask(stance, Errand(at)) for pk, stance in stances(ids, at).items()}
    refresh(ids, at)
    assert open_in(ids) == found
    return found


def reason(account: Account, wanted: Cell, at_days: int) -> Reason:
    at = timezone.now() + timedelta(days=at_days)
    track = Track.objects.filter(owner=account).latest("pk")
    return decide(Ask(wanted, Errand(at)), stances([track.pk], at)[track.pk]).reason


def test_a_second_version_that_adds_a_cell_widens_nobodys_consent(place: Path, artists: dict[str, Account]) -> None:
    """Whatever the operator publishes, what is open in your tracks stays as it was until you yourself say yes."""
    before = everything_open()
    second = published(place, OWNING, NEEDED, SORTING, LEADING)
    assert NEW in second.terms.permits
    assert everything_open() == before, "announced"
    assert everything_open(at_days=60) == before, "in force"
    assert works_open(NEW) == []
    assert reason(artists["later"], NEW, 60) is Reason.NOT_IN_TERMS

    agreed(artists["later"], second)
    assert everything_open(at_days=60) == before, "to accept is not to allow"
    assert reason(artists["later"], NEW, 60) is Reason.SILENCE
    answer_by_default(artists["later"], allow(NEW), PAGE, at=timezone.now())
    widened = {pk for pk, mask in everything_open().items() if mask != before[pk]}
    assert widened == set(Track.objects.filter(owner=artists["later"]).values_list("pk", flat=True))


def test_a_clause_that_is_declined_later_closes_what_it_named(place: Path, artists: dict[str, Account]) -> None:
    """Decline a clause, and every use it let you allow is held at once. Taken up again, it opens nothing by itself."""
    account = artists["agreed"]
    ids = list(Track.objects.filter(owner=account).values_list("pk", flat=True))
    assert all(mask & INPUT.bit for mask in open_in(ids).values())
    agreed(account, Version.objects.get(), 3)
    assert set(open_in(ids).values()) == {NEED.bit}
    agreed(account, Version.objects.get())
    assert set(open_in(ids).values()) == {NEED.bit}, "an old yes does not come back by itself"


def test_whoever_does_not_answer_new_terms_goes_on_as_before(place: Path, artists: dict[str, Account]) -> None:
    published(place, OWNING, NEEDED, SORTING, LEADING)
    client = Client()
    client.force_login(artists["agreed"], backend="django.contrib.auth.backends.ModelBackend")
    track = Track.objects.filter(owner=artists["agreed"]).latest("pk")
    for address in ("/", "/studio/", reverse("tracks:permissions", args=[track.key]), "/permissions"):
        page = client.get(address)
        assert page.status_code == 200
        assert "New terms of use come into force on" in page.content.decode()
    sent = {
        "shown": f"{INPUT.bit | INFORM.bit:064x}",
        "offered": f"{INPUT.bit | INFORM.bit:064x}",
        "open": [str(INPUT)],
    }
    client.post(reverse("consent:track", args=[track.key]), sent)
    assert open_in([track.pk]) == {track.pk: INPUT.bit | NEED.bit}
    assert begin_track(artists["agreed"], "Three").pk
