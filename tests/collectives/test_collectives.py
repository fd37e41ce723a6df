import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from tenuto.accounts import removal
from tenuto.accounts.blocks import block
from tenuto.accounts.export import Words, items_of
from tenuto.accounts.follows import begin_following
from tenuto.accounts.models import Account
from tenuto.collectives import change
from tenuto.collectives.models import Collective, Declined, Membership, Shown
from tenuto.library.releases import change as releases
from tenuto.notifications.models import Notice
from tenuto.rules.collectives import Role
from tenuto.rules.visibility import Audience
from tenuto.tracks import publish
from tests.conftest import signed_in
from tests.library.listing import public, release, titles, words
from tests.notifications.happening import lines
from tests.people import person
from tests.tracks import catalogue

pytestmark = pytest.mark.django_db
PAGE = "/collectives/north-shore"


@pytest.fixture
def shore(alma: Account) -> Collective:
    """Alma's."""
    return change.begin(alma, "North Shore", "collective", timezone.now())


def joined(collective: Collective, account: Account, role: Role = Role.MEMBER, *, shown: bool = True) -> Membership:
    owner = collective.memberships.filter(role=Role.OWNER).earliest("pk").account
    membership = change.invite(collective, account.username, role, owner, timezone.now())
    change.join(membership, timezone.now(), shown=shown)
    return Membership.objects.get(pk=membership.pk)


def test_whoever_begins_one_owns_it(as_alma: Client, alma: Account, client: Client) -> None:
    made = as_alma.post("/collectives", {"name": "North Shore", "kind": "band"})
    assert made["Location"] == f"{PAGE}/edit"
    assert [(one.account, one.role) for one in Membership.objects.all()] == [(alma, "owner")]
    page = words(client, PAGE)
    assert "Band or group" in page
    assert '<a href="/@alma"><bdi>Alma Ferreira</bdi></a>' in page
    assert as_alma.post("/collectives", {"name": "", "kind": "band"}).status_code == 422
    assert change.begin(alma, "North Shore", "label", timezone.now()).slug == "north-shore-2"


@pytest.mark.parametrize("name", ["מקהלה", "Северный берег", "हिन्दी संगीत", "北岸"])
def test_its_name_may_be_in_any_script(name: str, as_alma: Client, as_bo: Client, alma: Account) -> None:
    edit = as_alma.post("/collectives", {"name": name, "kind": "band"})["Location"]
    made = Collective.objects.get(name=name)
    assert edit == f"{made.get_absolute_url()}/edit"
    for place in ("", "/edit", "/music", "/people"):
        assert name in words(as_alma, made.get_absolute_url() + place)
    assert name in words(as_alma, "/collectives")
    report = re.search(r'href="(/report/collective/[^"]+)"', words(as_bo, made.get_absolute_url()))
    assert report is not None
    assert as_bo.get(report[1]).status_code == 200


def test_people_are_asked_and_say_yes_themselves(
    as_alma: Client, as_bo: Client, bo: Account, client: Client, shore: Collective
) -> None:
    as_alma.post(f"{PAGE}/people", {"handle": "@Bo", "role": "editor"})
    assert lines(as_bo) == ["Alma Ferreira invites you to “North Shore”"]
    assert as_bo.get(f"{PAGE}/edit").status_code == 404
    assert "You are invited" in words(as_bo, PAGE)
    assert "Bo" not in names(client)
    as_bo.post(f"{PAGE}/membership", {"answer": "yes"})
    assert as_bo.get(f"{PAGE}/edit").status_code == 200
    assert "Bo" not in names(client)
    as_bo.post(f"{PAGE}/membership", {"answer": "yes", "shown": "yes"})
    assert names(client) == ["Alma Ferreira", "Bo"]
    assert lines(as_bo) == []
    as_bo.post(f"{PAGE}/membership", {"answer": "no"})
    assert names(client) == ["Alma Ferreira"]
    assert as_bo.get(f"{PAGE}/edit").status_code == 404


def names(client: Client) -> list[str]:
    return [name for name in ("Alma Ferreira", "Bo", "Cy") if f"<bdi>{name}</bdi>" in words(client, PAGE)]


def test_whom_a_block_stands_between_cannot_be_asked(
    as_alma: Client, alma: Account, bo: Account, shore: Collective
) -> None:
    """And whoever blocked is not told from nobody."""
    block(bo, alma)
    for handle in ("bo", "nobody"):
        refused = as_alma.post(f"{PAGE}/people", {"handle": handle, "role": "member"})
        assert refused.status_code == 422
        assert "Nobody here has this handle" in refused.content.decode()
    again = as_alma.post(f"{PAGE}/people", {"handle": "alma", "role": "member"})
    assert "They belong to it already" in again.content.decode()


@pytest.mark.parametrize(
    ("role", "edit", "people"),
    [(None, 404, 404), (Role.MEMBER, 404, 404), (Role.EDITOR, 200, 404), (Role.OWNER, 200, 200)],
)
def test_each_does_what_their_role_lets_them(
    as_bo: Client, bo: Account, shore: Collective, role: Role | None, edit: int, people: int
) -> None:
    if role is not None:
        joined(shore, bo, role)
    assert as_bo.get(f"{PAGE}/music").status_code == (404 if role is None else 200)
    assert as_bo.get(f"{PAGE}/edit").status_code == edit
    assert as_bo.get(f"{PAGE}/people").status_code == people
    assert as_bo.get(f"{PAGE}/removal").status_code == people
    changed = as_bo.post(f"{PAGE}/edit", {"name": "South Shore", "kind": "label", "website": "shore.example"})
    assert changed.status_code == (302 if edit == 200 else 404)
    assert Collective.objects.get().website == ("https://shore.example" if edit == 200 else "")


def test_members_show_their_own_music_and_nobody_elses(
    as_bo: Client, alma: Account, bo: Account, client: Client, shore: Collective
) -> None:
    joined(shore, bo)
    own, hers = public(bo, "By Bo"), public(alma, "By Alma")
    as_bo.post(f"{PAGE}/music", {"show": f"track:{own.key}"})
    assert as_bo.post(f"{PAGE}/music", {"show": f"track:{hers.key}"}).status_code == 404
    assert as_bo.post(f"{PAGE}/music", {"show": "comment:x"}).status_code == 400
    assert titles(words(client, PAGE)) == ["By Bo"]
    as_bo.post(f"{PAGE}/music", {"take_off": f"track:{own.key}"})
    assert titles(words(client, PAGE)) == []


def test_an_editor_takes_others_music_off_and_a_member_does_not(
    as_bo: Client, as_cy: Client, alma: Account, bo: Account, cy: Account, client: Client, shore: Collective
) -> None:
    joined(shore, bo)
    joined(shore, cy, Role.EDITOR)
    track = public(alma, "By Alma")
    change.show_track(shore.memberships.get(account=alma), track.key, timezone.now())
    assert as_bo.post(f"{PAGE}/music", {"take_off": f"track:{track.key}"}).status_code == 404
    assert titles(words(client, PAGE)) == ["By Alma"]
    as_cy.post(f"{PAGE}/music", {"take_off": f"track:{track.key}"})
    assert titles(words(client, PAGE)) == []
    assert track.owner.tracks.filter(pk=track.pk).exists()


def test_a_collective_opens_nothing(
    client: Client,
    as_alma: Client,
    as_bo: Client,
    as_cy: Client,
    alma: Account,
    bo: Account,
    cy: Account,
    shore: Collective,
) -> None:
    """An outsider, a follower, a link holder, a blocked person, a fellow member and the artist: as everywhere."""
    begin_following(bo, alma)
    joined(shore, cy, Role.EDITOR)
    blocked = person("gus", "Gus")
    block(alma, blocked)
    inner = catalogue.shared(catalogue.track(alma, "Inner circle"), Audience.FOLLOWERS, timezone.now())
    open_one, sketch = public(alma, "Open"), catalogue.track(alma, "Sketch")
    album = release(alma, open_one, title="Unseen album")
    mine = shore.memberships.get(account=alma)
    for track in (open_one, inner, sketch):
        change.show_track(mine, track.key, timezone.now())
    change.show_release(mine, album.key, timezone.now())
    for outsider in (client, as_cy, signed_in(blocked)):
        assert titles(words(outsider, PAGE)) == ["Open"]
        assert "Unseen album" not in words(outsider, PAGE)
    assert "Sketch" not in words(as_cy, f"{PAGE}/music")
    assert titles(words(as_bo, PAGE)) == ["Inner circle", "Open"]
    as_bo.get(f"/s/{catalogue.link(sketch).secret}")
    assert titles(words(as_bo, PAGE)) == titles(words(as_alma, PAGE)) == ["Sketch", "Inner circle", "Open"]
    publish.withdraw_to_sketchbook(open_one, by=alma, at=timezone.now())
    assert titles(words(client, PAGE)) == []
    releases.publish(album, None, timezone.now(), with_sketches=False)
    assert "Unseen album" in words(client, PAGE)


def test_whoever_leaves_takes_their_music_along(alma: Account, bo: Account, client: Client, shore: Collective) -> None:
    membership = joined(shore, bo)
    change.show_track(membership, public(bo, "By Bo").key, timezone.now())
    assert titles(words(client, PAGE)) == ["By Bo"]
    change.leave(membership)
    assert titles(words(client, PAGE)) == []
    assert not Shown.objects.exists()


def test_somebody_always_owns_it(as_alma: Client, alma: Account, bo: Account, shore: Collective) -> None:
    joined(shore, bo)
    for path, form in ((f"{PAGE}/membership", {"answer": "no"}), (f"{PAGE}/people/alma", {"role": "member"})):
        refused = as_alma.post(path, form)
        assert refused.status_code == 409
        assert "Somebody must own it" in refused.content.decode()
    as_alma.post(f"{PAGE}/people/bo", {"role": "owner"})
    assert as_alma.post(f"{PAGE}/membership", {"answer": "no"}).status_code == 302
    assert [(one.account, one.role) for one in Membership.objects.all()] == [(bo, "owner")]
    assert as_alma.post(f"{PAGE}/people/bo", {"remove": "yes"}).status_code == 404


def test_one_whose_last_owner_leaves_the_site_has_an_heir_or_is_closed(
    alma: Account, bo: Account, shore: Collective
) -> None:
    joined(shore, bo)
    change.invite(shore, person("dee", "Dee").username, Role.OWNER, alma, timezone.now())
    alone = change.begin(alma, "Alone", "label", timezone.now())
    assert "your part in 2 collectives" in removal.what_goes(alma)
    removal.ask(alma, timezone.now())
    removal.remove_account.func(alma.removal.pk)
    assert not Collective.objects.filter(pk=alone.pk).exists()
    assert shore.memberships.get(account=bo).role == "owner"


def test_whose_account_is_closed_is_named_by_nobody(
    alma: Account, bo: Account, client: Client, shore: Collective
) -> None:
    change.show_track(joined(shore, bo), public(bo, "By Bo").key, timezone.now())
    removal.ask(bo, timezone.now())
    assert names(client) == ["Alma Ferreira"]
    assert titles(words(client, PAGE)) == []


def test_closing_one_leaves_everybodys_music(as_alma: Client, alma: Account, client: Client, shore: Collective) -> None:
    change.show_track(shore.memberships.get(), public(alma).key, timezone.now())
    assert "Close “North Shore”?" in words(as_alma, f"{PAGE}/removal")
    as_alma.post(f"{PAGE}/removal")
    assert client.get(PAGE).status_code == 404
    assert titles(words(client, "/@alma")) == ["Harbour, 5 a.m."]


def test_ones_part_is_in_ones_copy(alma: Account, bo: Account, shore: Collective) -> None:
    track = public(bo)
    change.show_track(joined(shore, bo), track.key, timezone.now())
    copies = [
        {item.name: "".join(item.pieces) for item in items_of(one, timezone.now()) if isinstance(item, Words)}
        for one in (alma, bo)
    ]
    theirs = [copy["collectives/north-shore/membership.json"] for copy in copies]
    assert track.key in theirs[1]
    assert '"name": "North Shore"' in theirs[0]
    assert '"name"' not in theirs[1]


def test_when_one_said_no_is_in_ones_copy(alma: Account, bo: Account, shore: Collective) -> None:
    change.decline(change.invite(shore, "bo", Role.MEMBER, alma, timezone.now()), timezone.now())
    copy = {item.name: "".join(item.pieces) for item in items_of(bo, timezone.now()) if isinstance(item, Words)}
    assert "north-shore" in copy["collectives/said-no.json"]
    assert "collectives/north-shore/membership.json" not in copy


@pytest.mark.parametrize("many", [2, 15])
def test_its_page_costs_the_same_however_much_is_on_it(
    client: Client, bo: Account, shore: Collective, many: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(many):
        one = person(f"player{number}", f"Player {number}")
        change.show_track(joined(shore, one), public(one, f"Track {number}").key, timezone.now())
    client.get(PAGE)
    with django_assert_num_queries(5):  # it, its members, its albums, its tracks
        assert len(titles(words(client, PAGE))) == many


def test_programs_read_it_and_show_music_under_it(
    as_bo: Client, bo: Account, shore: Collective, client: Client
) -> None:
    track = public(bo)
    address = f"/api/v1/collectives/north-shore/tracks/{track.key}"
    assert as_bo.put(address).status_code == 404
    joined(shore, bo, shown=False)
    assert as_bo.put(address).status_code == 204
    read = client.get("/api/v1/collectives/north-shore").json()
    assert (read["name"], read["members"]) == ("North Shore", ["alma"])
    assert [one["key"] for one in read["tracks"]] == [track.key]
    assert as_bo.delete(address).status_code == 204
    assert client.get("/api/v1/collectives/north-shore").json()["tracks"] == []


def test_it_has_a_picture_of_its_own_or_a_letter(client: Client, shore: Collective) -> None:
    answer = client.get(f"{PAGE}/picture-160.webp")
    assert answer["Content-Type"] == "image/svg+xml"
    assert client.get("/collectives/nothing/picture-160.webp").status_code == 404


def test_whoever_is_asked_again_and_again_is_told_once(alma: Account, bo: Account) -> None:
    shore = change.begin(alma, "South Shore", "collective", timezone.now())
    for _ in range(3):
        change.leave(change.invite(shore, "bo", Role.MEMBER, alma, timezone.now()))
    assert Notice.objects.filter(to=bo, kind="collective").count() == 1


def test_invitations_take_nobodys_places_and_one_person_has_so_many_open(
    alma: Account, bo: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(change, "MOST_COLLECTIVES", 1)
    monkeypatch.setattr(change, "MOST_OPEN", 1)
    shore = change.begin(alma, "South Shore", "collective", timezone.now())
    change.invite(shore, "bo", Role.MEMBER, alma, timezone.now())
    change.begin(bo, "His own", "collective", timezone.now())
    with pytest.raises(change.TooMany):
        change.join(Membership.objects.get(collective=shore, account=bo), timezone.now(), shown=False)
    with pytest.raises(change.TooManyAsked):
        change.invite(shore, person("dee", "Dee").username, Role.MEMBER, alma, timezone.now())


def test_a_no_holds_for_a_month_and_whoever_asks_reads_so(
    alma: Account, bo: Account, as_alma: Client, as_bo: Client
) -> None:
    shore = change.begin(alma, "South Shore", "collective", timezone.now())
    people, wish = f"/collectives/{shore.slug}/people", {"handle": "bo", "role": "member"}
    assert as_alma.post(people, wish).status_code == 302
    assert as_bo.post(f"/collectives/{shore.slug}/membership", {"answer": "no"}).status_code == 302
    refused = as_alma.post(people, wish)
    assert refused.status_code == 422
    assert "They said no. You can ask them once more from" in refused.content.decode()

    Declined.objects.update(at=timezone.now() - timedelta(days=30))
    assert as_alma.post(people, wish).status_code == 302
    assert Notice.objects.filter(to=bo, kind="collective").count() == 2, "asked after a no, they are told once more"
