import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from tenuto.accounts.models import Account, Block, Follow
from tenuto.library.playlists import change, invite
from tenuto.library.playlists.models import Declined, Entry, Invitation, Playlist
from tenuto.notifications.models import Notice
from tenuto.rules.playlists import Openness
from tenuto.rules.visibility import Audience
from tenuto.tracks import publish
from tenuto.tracks.models import Publication
from tests.library.listing import order, playlist, public, titles, together, words
from tests.tracks import catalogue

pytestmark = pytest.mark.django_db


# ——— who sees it ———


def test_a_private_playlist_is_missing_to_everybody_else(
    client: Client, as_alma: Client, as_bo: Client, as_cy: Client, alma: Account, bo: Account
) -> None:
    made = playlist(alma, public(alma))
    together(made, bo)
    missing = words(as_cy, "/playlists/bcdfghjkmnpq", 404)
    for visitor in (client, as_cy):
        assert words(visitor, made.get_absolute_url(), 404).count("A rest.") == missing.count("A rest.") == 1
        assert visitor.get(made.secret_url()).status_code == 404
    for visitor in (as_alma, as_bo):
        answer = visitor.get(made.get_absolute_url())
        assert titles(answer.content.decode()) == ["Harbour, 5 a.m."]
        assert "noindex" in answer["X-Robots-Tag"]
        assert "no-store" in answer["Cache-Control"]


def test_a_secret_address_opens_it_until_there_is_another(client: Client, as_alma: Client, alma: Account) -> None:
    made = playlist(alma, public(alma), openness=Openness.LINK)
    former = made.secret_url()
    answer = client.get(former)
    assert titles(answer.content.decode()) == ["Harbour, 5 a.m."]
    assert "noindex" in answer["X-Robots-Tag"]
    assert answer["Referrer-Policy"] == "same-origin"
    assert made.secret not in answer.content.decode()
    assert client.get(made.get_absolute_url()).status_code == 404
    assert as_alma.post(f"/playlists/{made.key}/link").status_code == 302
    made.refresh_from_db()
    assert client.get(former).status_code == 404
    assert client.get(made.secret_url()).status_code == 200
    as_alma.post(f"/playlists/{made.key}/edit", {"title": made.title, "openness": "private"})
    assert client.get(made.secret_url()).status_code == 404


def test_only_public_ones_stand_on_a_profile(client: Client, as_alma: Client, alma: Account) -> None:
    playlist(alma, title="Open to all", openness=Openness.PUBLIC)
    playlist(alma, title="By address", openness=Openness.LINK)
    playlist(alma, title="Mine alone")
    for visitor in (client, as_alma):
        page = words(visitor, "/@alma/playlists")
        assert "Open to all" in page
        assert "By address" not in page
        assert "Mine alone" not in page
    own = words(as_alma, "/library")
    assert all(title in own for title in ("Open to all", "By address", "Mine alone"))
    Account.objects.filter(pk=alma.pk).update(is_active=False)
    assert client.get(f"/playlists/{Playlist.objects.get(title='Open to all').key}").status_code == 404


# ——— what is on it is decided track by track ———


def test_a_playlist_opens_no_track(
    client: Client, as_alma: Client, as_bo: Client, alma: Account, bo: Account, cy: Account
) -> None:
    Follow.objects.create(follower=bo, followed=alma)
    sketch = catalogue.track(alma, "A sketch")
    followers = catalogue.shared(catalogue.track(alma, "For followers"), Audience.FOLLOWERS, timezone.now())
    abroad = public(alma, "Only in Portugal", regions="only", countries=["PT"])
    made = playlist(alma, public(alma, "For all"), sketch, followers, abroad, openness=Openness.PUBLIC)
    page = words(client, made.get_absolute_url())
    assert titles(page) == ["For all"]
    assert "3 more are on it" in page
    assert "A sketch" not in page
    assert sketch.key not in page
    bos = words(as_bo, made.get_absolute_url())
    assert titles(bos) == ["For all", "For followers"]
    assert "2 more are on it" in bos
    assert len(titles(words(as_alma, made.get_absolute_url()))) == 4


def test_what_goes_back_to_the_sketchbook_leaves_a_number_and_comes_back_to_its_place(
    client: Client, as_bo: Client, alma: Account, bo: Account
) -> None:
    first, second = public(alma, "First"), public(alma, "Second")
    made = playlist(bo, first, second, openness=Openness.PUBLIC)
    publish.withdraw_to_sketchbook(first, by=alma, at=timezone.now())
    for visitor in (client, as_bo):
        page = words(visitor, made.get_absolute_url())
        assert titles(page) == ["Second"]
        assert "1 more is on it" in page
        assert first.key not in page
    publish.publish(first, Audience.PUBLIC, None, by=alma, at=timezone.now())
    assert titles(words(client, made.get_absolute_url())) == ["First", "Second"]


def test_covers_of_hidden_tracks_are_not_in_the_mosaic(client: Client, alma: Account) -> None:
    shown = [public(alma, f"Track {number}") for number in range(4)]
    sketch = catalogue.track(alma, "A sketch")
    playlist(alma, sketch, *shown, openness=Openness.PUBLIC)
    page = words(client, "/@alma/playlists")
    assert re.findall(r"/tracks/(\w+)/artwork-320", page) == [track.key for track in shown]
    assert sketch.key not in page


def test_deleting_a_track_takes_it_off_every_playlist(client: Client, alma: Account, bo: Account) -> None:
    track = public(alma)
    made = playlist(bo, track, openness=Openness.PUBLIC)
    publish.remove(track, by=alma, at=timezone.now())
    assert order(made) == []
    assert "more" not in words(client, made.get_absolute_url()).partition("<article")[2].partition("</article")[0]


# ——— filled ———


def test_from_below_any_track_onto_a_playlist_and_back(as_bo: Client, alma: Account, bo: Account) -> None:
    track = public(alma)
    front = words(as_bo, "/")
    choose = f"/tracks/{track.key}/playlists"
    assert f'href="{choose}?next=%2F"' in front
    page = words(as_bo, f"{choose}?next=%2F")
    assert "You have no playlist yet" in page
    answer = as_bo.post(choose, {"title": " For  the night\ttram ", "next": "/"})
    assert answer["Location"] == "/"
    made = Playlist.objects.get()
    assert (made.title, made.owner, made.openness) == ("For the night tram", bo, "private")
    assert "is on “For the night tram” now" in words(as_bo, "/")
    assert as_bo.post(choose, {"playlist": made.key, "next": "//evil.example"})["Location"] == track.get_absolute_url()
    assert "was on “For the night tram” already" in words(as_bo, "/")
    assert order(made) == [track.title]
    assert "It is on it." in words(as_bo, choose)


@pytest.mark.parametrize("form", [{"title": "  "}, {"title": "x" * 121}])
def test_a_name_that_is_none_is_said_beside_it(as_bo: Client, alma: Account, form: dict[str, str]) -> None:
    track = public(alma)
    for path in ("/library", f"/tracks/{track.key}/playlists"):
        answer = as_bo.post(path, form)
        assert answer.status_code == 422
        assert 'class="field__errors"' in answer.content.decode()
    assert not Playlist.objects.exists()


def test_nobody_puts_on_a_playlist_what_they_may_not_hear(as_bo: Client, alma: Account, bo: Account) -> None:
    sketch = catalogue.track(alma)
    made = playlist(bo)
    assert as_bo.post(f"/tracks/{sketch.key}/playlists", {"playlist": made.key}).status_code == 404
    assert not made.entries.exists()


def test_nobody_fills_the_playlist_of_another(as_cy: Client, alma: Account, bo: Account, cy: Account) -> None:
    track = public(alma)
    made = playlist(bo, track, openness=Openness.PUBLIC)
    other = public(alma, "Other")
    for path, form in (
        (f"/tracks/{other.key}/playlists", {"playlist": made.key}),
        (f"/playlists/{made.key}/tracks/{track.key}/taken-out", {}),
        (f"/playlists/{made.key}/tracks/{track.key}/place", {"before": track.key}),
        (f"/playlists/{made.key}/edit", {"title": "Mine now", "openness": "public"}),
        (f"/playlists/{made.key}/link", {}),
        (f"/playlists/{made.key}/people", {"handle": "cy"}),
        (f"/playlists/{made.key}/membership", {"answer": "yes"}),
        (f"/playlists/{made.key}/removal", {}),
    ):
        assert as_cy.post(path, form).status_code == 404, path
    assert order(made) == [track.title]


def test_a_full_playlist_says_so(as_bo: Client, alma: Account, bo: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(change, "MAX_TRACKS", 1)
    made = playlist(bo, public(alma))
    answer = as_bo.post(f"/tracks/{public(alma, 'One more').key}/playlists", {"playlist": made.key})
    assert answer.status_code == 413
    assert "This playlist is full" in answer.content.decode()
    monkeypatch.setattr(change, "MAX_PLAYLISTS", 1)
    refused = as_bo.post("/library", {"title": "Another"})
    assert refused.status_code == 422
    assert "as many as one account can have" in refused.content.decode()
    assert 'value="Another"' in refused.content.decode()


# ——— put in order ———


@pytest.mark.parametrize(
    ("moved", "where", "becomes"),
    [
        ("A", {"after": "B"}, "BACD"),
        ("D", {"before": "A"}, "DABC"),
        ("D", {"after": "A"}, "ADBC"),
        ("A", {"after": "D"}, "BCDA"),
        ("B", {"before": "D"}, "ACBD"),
        ("C", {"before": "D"}, "ABCD"),
        ("C", {"after": "B"}, "ABCD"),
    ],
)
def test_a_track_goes_where_it_is_put(
    as_bo: Client, alma: Account, bo: Account, moved: str, where: dict[str, str], becomes: str
) -> None:
    tracks = {name: public(alma, name) for name in "ABCD"}
    made = playlist(bo, *tracks.values())
    form = {side: tracks[name].key for side, name in where.items()}
    answer = as_bo.post(f"/playlists/{made.key}/tracks/{tracks[moved].key}/place", form)
    assert answer["Location"] == f"/playlists/{made.key}#on-{tracks[moved].key}"
    assert "".join(order(made)) == becomes
    assert "".join(titles(words(as_bo, made.get_absolute_url()))) == becomes


def test_the_buttons_of_a_page_move_past_what_is_hidden(as_bo: Client, alma: Account, bo: Account) -> None:
    first, hidden, last = (public(alma, name) for name in ("First", "Hidden", "Last"))
    made = playlist(bo, first, hidden, last)
    publish.withdraw_to_sketchbook(hidden, by=alma, at=timezone.now())
    page = words(as_bo, made.get_absolute_url())
    address = f"/playlists/{made.key}/tracks/{last.key}/place"
    up = re.search(rf'action="{address}".*?name="before" value="(\w+)"', page, flags=re.S)
    assert up is not None
    assert up[1] == first.key
    partial = as_bo.post(address, {"before": up[1]}, headers={"HX-Request-Type": "partial"})
    assert partial.status_code == 204
    assert order(made) == ["Last", "First", "Hidden"]


@pytest.mark.parametrize("form", [{}, {"before": "itself"}, {"before": "other", "after": "other"}])
def test_a_place_that_is_none_is_refused_in_words(
    as_bo: Client, alma: Account, bo: Account, form: dict[str, str]
) -> None:
    one, other = public(alma, "One"), public(alma, "Other")
    made = playlist(bo, one, other)
    keys = {"itself": one.key, "other": other.key}
    answer = as_bo.post(
        f"/playlists/{made.key}/tracks/{one.key}/place", {side: keys[name] for side, name in form.items()}
    )
    assert answer.status_code == 400
    assert "before or after which other track" in answer.content.decode()
    assert order(made) == ["One", "Other"]


# ——— together ———


def test_whoever_is_invited_says_yes_then_adds_and_orders_and_leaves(
    as_alma: Client, as_bo: Client, alma: Account, bo: Account
) -> None:
    old, new = public(alma, "Old"), public(alma, "New")
    made = playlist(alma, old)
    assert as_alma.post(f"/playlists/{made.key}/people", {"handle": " @Bo "}).status_code == 302
    assert as_bo.get(made.get_absolute_url()).status_code == 404  # not before he says yes
    assert "asks you to work on “For the night tram”" in words(as_bo, "/library")
    assert as_bo.post(f"/playlists/{made.key}/membership", {"answer": "yes"}).status_code == 302
    as_bo.post(f"/tracks/{new.key}/playlists", {"playlist": made.key})
    as_bo.post(f"/playlists/{made.key}/tracks/{new.key}/place", {"before": old.key})
    assert order(made) == ["New", "Old"]
    assert Entry.objects.get(track=new).added_by == bo
    refused = as_bo.post(f"/playlists/{made.key}/tracks/{old.key}/taken-out")
    assert refused.status_code == 403
    assert "You can take out what you added yourself" in refused.content.decode()
    Account.objects.filter(pk=bo.pk).update(display_name="<b>Bo</b>")
    assert "with &lt;b&gt;Bo&lt;/b&gt;" in words(as_alma, made.get_absolute_url())
    assert as_bo.get(f"/playlists/{made.key}/edit").status_code == 404
    assert as_bo.post(f"/playlists/{made.key}/membership", {"answer": "no"})["Location"] == "/library"
    assert as_bo.get(made.get_absolute_url()).status_code == 404
    assert order(made) == ["New", "Old"]


def test_whoever_has_blocked_somebody_is_invited_by_them_no_more_than_nobody(
    as_alma: Client, alma: Account, bo: Account
) -> None:
    made = playlist(alma)
    address = f"/playlists/{made.key}/people"
    assert as_alma.post(address, {"handle": "bo"}).status_code == 302
    made.invitations.all().delete()
    Block.objects.create(blocker=bo, blocked=alma)
    refused, unknown = (as_alma.post(address, {"handle": handle}) for handle in ("bo", "nobody"))
    assert (refused.status_code, unknown.status_code) == (422, 422)
    assert "Nobody here has this handle." in refused.content.decode()
    assert not made.invitations.exists()


def test_a_block_ends_working_together_and_no_yes_brings_it_back(
    as_alma: Client, as_bo: Client, alma: Account, bo: Account
) -> None:
    made = playlist(alma, public(alma))
    together(made, bo)
    assert as_bo.get(made.get_absolute_url()).status_code == 200
    as_alma.post("/@bo/block", {"block": "yes"})
    assert as_bo.get(made.get_absolute_url()).status_code == 404
    Invitation.objects.update(accepted_at=None)
    assert as_bo.post(f"/playlists/{made.key}/membership", {"answer": "yes"}).status_code == 404
    assert made.title not in words(as_bo, "/library")
    assert as_bo.post(f"/playlists/{made.key}/membership", {"answer": "no"}).status_code == 302


def test_what_is_held_is_on_no_playlist_for_others(client: Client, alma: Account) -> None:
    made = playlist(alma, public(alma), openness=Openness.PUBLIC)
    assert titles(words(client, made.get_absolute_url()))
    Publication.objects.update(audible=False)
    assert not titles(words(client, made.get_absolute_url()))


def test_a_handle_of_nobody_comes_back_with_words(as_alma: Client, alma: Account) -> None:
    made = playlist(alma)
    for handle in ("nobody", "alma", ""):
        answer = as_alma.post(f"/playlists/{made.key}/people", {"handle": handle})
        assert answer.status_code == 422
        page = answer.content.decode()
        assert f'value="{handle}"' in page or not handle
        assert 'class="field__errors"' in page
    assert not Invitation.objects.exists()


def test_whoever_is_removed_is_out_at_once(as_alma: Client, as_bo: Client, alma: Account, bo: Account) -> None:
    made = playlist(alma, public(alma))
    together(made, bo)
    assert as_alma.post(f"/playlists/{made.key}/people/bo/removed").status_code == 302
    assert as_bo.get(made.get_absolute_url()).status_code == 404
    assert as_alma.post(f"/playlists/{made.key}/people/bo/removed").status_code == 404


# ——— written, deleted ———


def test_words_are_words_and_never_markup(client: Client, as_alma: Client, alma: Account) -> None:
    made = playlist(alma, public(alma), openness=Openness.PUBLIC)
    form = {"title": "<b>Night</b>", "description": "<script>x</script>\n\nhttps://example.org", "openness": "public"}
    assert as_alma.post(f"/playlists/{made.key}/edit", form)["Location"] == made.get_absolute_url()
    page = words(client, made.get_absolute_url())
    assert "<b>Night" not in page
    assert "<script>x" not in page
    assert "<h1><bdi>&lt;b&gt;Night" in page
    assert 'rel="nofollow ugc' in page
    refused = as_alma.post(f"/playlists/{made.key}/edit", {"title": "", "openness": "all"})
    assert refused.status_code == 422
    made.refresh_from_db()
    assert made.title == "<b>Night</b>"


def test_deleting_it_asks_once_and_leaves_the_tracks(as_alma: Client, alma: Account) -> None:
    track = public(alma)
    made = playlist(alma, track)
    assert "The 1 track on it stays where it is" in words(as_alma, f"/playlists/{made.key}/removal")
    assert as_alma.post(f"/playlists/{made.key}/removal")["Location"] == "/library"
    assert not Playlist.objects.exists()
    track.refresh_from_db()


# ——— what it costs ———


@pytest.mark.parametrize("count", [3, 12])
def test_pages_cost_the_same_however_much_is_on_them(
    client: Client,
    as_bo: Client,
    alma: Account,
    bo: Account,
    count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    Follow.objects.create(follower=bo, followed=alma)
    tracks = [public(alma, f"Track {number}") for number in range(count - 1)]
    tracks.append(catalogue.shared(catalogue.track(alma), Audience.FOLLOWERS, timezone.now()))
    made = [playlist(bo, *tracks[: 12 if number == 0 else 4], openness=Openness.PUBLIC) for number in range(count)]
    with django_assert_num_queries(4):  # playlist, entries, tracks, who works on it
        words(client, made[0].get_absolute_url())
    with django_assert_num_queries(5):  # owner, playlists, their entries, tracks; followers
        words(client, "/@bo/playlists")
    as_bo.get("/library")
    with django_assert_num_queries(8):  # session, account, terms, notices; playlists, entries, tracks, invitations
        words(as_bo, "/library")


def test_whoever_is_asked_again_and_again_to_one_playlist_is_told_once(alma: Account, bo: Account) -> None:
    made = change.make(alma, "Night", timezone.now())
    for _ in range(3):
        invite.invite(made, "bo", timezone.now())
        invite.remove(made, "bo")
    assert Notice.objects.filter(to=bo, kind="invitation").count() == 1


def test_a_no_to_a_playlist_holds_for_a_month_and_whoever_asks_reads_so(
    alma: Account, bo: Account, as_alma: Client, as_bo: Client
) -> None:
    made = change.make(alma, "Night", timezone.now())
    ask = f"/playlists/{made.key}/people"
    assert as_alma.post(ask, {"handle": "bo"}).status_code == 302
    assert as_bo.post(f"/playlists/{made.key}/membership", {"answer": "no"}).status_code == 302
    refused = as_alma.post(ask, {"handle": "bo"})
    assert refused.status_code == 422
    assert "They said no. You can ask them once more from" in refused.content.decode()
    assert as_alma.put(f"/api/v1/playlists/{made.key}/people/bo").status_code == 409
    assert not Invitation.objects.filter(account=bo).exists()

    Declined.objects.update(at=timezone.now() - timedelta(days=30))
    assert as_alma.post(ask, {"handle": "bo"}).status_code == 302
    assert Notice.objects.filter(to=bo, kind="invitation").count() == 2, "asked after a no, they are told once more"


def test_an_invitation_that_was_taken_back_is_no_no(alma: Account, bo: Account) -> None:
    made = change.make(alma, "Night", timezone.now())
    invite.invite(made, "bo", timezone.now())
    invite.remove(made, "bo")
    assert invite.invite(made, "bo", timezone.now()).account == bo
