"""Credits over HTTP: asked, answered, shown; and codes."""

import json
import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from tenuto.accounts import removal
from tenuto.accounts.export import Words, items_of
from tenuto.accounts.models import Account, Block
from tenuto.accounts.tokens import issue
from tenuto.base.models import Job
from tenuto.credits import letters, people
from tenuto.credits.models import Credited, PartyCodes
from tenuto.tracks.models import Publication, Track
from tests.audio.sounding import public, sketch
from tests.notifications.happening import lines

pytestmark = pytest.mark.django_db

CREDITS = [["lyricist", "Bo Lind"], ["mastering", "Kettle Room"], ["Accordion lent by", "Senhor Duarte"]]
ISNI = "0000 0002 1825 0097"
MBID = "b10bbbfc-cf9e-42e0-be17-e2c3e1d2600d"


@pytest.fixture
def harbour(alma: Account) -> Track:
    return public(alma, credits=CREDITS)


def ask(client: Client, track: Track, handle: str = "bo", place: int = 0, status: int = 302) -> str:
    answer = client.post(f"/studio/{track.key}/credits", {"place": place, "handle": handle})
    assert answer.status_code == status, answer.content
    return answer.content.decode()


def answer(client: Client, confirms: str = "yes", status: int = 302) -> None:
    said = client.post(f"/credits/{Credited.objects.get().key}/answer", {"confirms": confirms})
    assert said.status_code == status


def page(client: Client, track: Track) -> str:
    return client.get(track.get_absolute_url()).content.decode()


def shown(client: Client, path: str = "/@bo/credits") -> list[str]:
    return re.findall(r'<track-item [^>]*data-title="([^"]*)"', client.get(path).content.decode())


def test_words_stand_without_anybodys_yes_and_terms_in_the_readers_language(client: Client, harbour: Track) -> None:
    seen = page(client, harbour)
    for words in ("Lyricist", "<bdi>Bo Lind</bdi>", "Mastering", "Accordion lent by", "Senhor Duarte"):
        assert words in seen


def test_until_somebody_says_yes_a_credit_leads_to_nobody(
    as_alma: Client, as_bo: Client, client: Client, harbour: Track
) -> None:
    ask(as_alma, harbour, "@Bo")
    assert "@bo: not confirmed" in page(as_alma, harbour)
    for other in (client, as_bo):
        assert "not confirmed" not in page(other, harbour)
        assert 'href="/@bo"' not in re.findall(r"<dl class=.credits.*?</dl>", page(other, harbour), re.S)[0]
    assert shown(client) == []
    answer(as_bo)
    assert '<a href="/@bo"><bdi>Bo Lind</bdi></a>' in page(client, harbour)
    assert shown(client) == [harbour.title]
    assert client.get(f"/api/v1/tracks/{harbour.key}/credits").json()[0] == {
        "role": "lyricist",
        "name": "Bo Lind",
        "people": ["bo"],
    }


def test_a_no_leads_to_nobody_and_cannot_be_asked_again(as_alma: Client, as_bo: Client, harbour: Track) -> None:
    ask(as_alma, harbour)
    answer(as_bo, "no")
    assert "@bo: declined" in page(as_alma, harbour)
    assert "said no" in ask(as_alma, harbour, status=409)
    taken_back = as_alma.post(f"/studio/{harbour.key}/credits/{Credited.objects.get().key}/taken-back")
    assert taken_back.status_code == 404
    answer(as_bo, "yes")
    assert shown(as_bo) == [harbour.title]


def test_other_words_are_not_what_somebody_said_yes_to(as_alma: Client, as_bo: Client, harbour: Track) -> None:
    ask(as_alma, harbour)
    answer(as_bo)
    Track.objects.update(credits=[["lyricist", "Bo Lind and his machine"]])
    assert 'href="/@bo"><bdi>Bo Lind' not in page(as_alma, harbour)
    assert shown(as_bo) == []
    ask(as_alma, harbour)  # anew, about the new words
    assert Credited.objects.get().answer == ""


def test_a_yes_to_words_that_are_gone_is_not_taken(as_alma: Client, as_bo: Client, harbour: Track) -> None:
    ask(as_alma, harbour)
    Track.objects.update(credits=[])
    answer(as_bo, "yes", status=409)
    assert "Is this you?" in as_bo.get("/credits").content.decode()
    assert "Bo Lind" not in as_bo.get("/credits").content.decode()


def test_somebodys_credits_open_no_track(
    as_alma: Client, as_bo: Client, as_cy: Client, client: Client, alma: Account, bo: Account
) -> None:
    """A sketch is among Bo's credits to its artist alone; nobody else meets it through them, not even Bo."""
    track = sketch(alma, credits=CREDITS)
    ask(as_alma, track)
    answer(as_bo)
    for outsider in (as_cy, client, as_bo):
        assert shown(outsider) == []
        assert outsider.get(f"/api/v1/tracks/{track.key}/credits").status_code == 404
    assert shown(as_alma) == [track.title]


def test_whoever_has_a_part_in_the_work_is_led_to_their_say(
    as_alma: Client, as_bo: Client, harbour: Track, bo: Account
) -> None:
    ask(as_alma, harbour, place=0)
    answer(as_bo)
    assert f"/tracks/{harbour.key}/objection" in as_bo.get("/credits").content.decode()
    Credited.objects.update(role="mastering")
    Track.objects.update(credits=[["mastering", "Bo Lind"]])
    assert f"/tracks/{harbour.key}/objection" not in as_bo.get("/credits").content.decode()


@pytest.mark.parametrize("blocker", ["alma", "bo"])
def test_a_block_between_the_two_asks_nobody_and_leads_nowhere(
    as_alma: Client, as_bo: Client, harbour: Track, alma: Account, bo: Account, blocker: str
) -> None:
    ask(as_alma, harbour)
    answer(as_bo)
    one, other = (alma, bo) if blocker == "alma" else (bo, alma)
    Block.objects.create(blocker=one, blocked=other)
    assert 'href="/@bo"><bdi>Bo Lind' not in page(as_alma, harbour)
    assert shown(as_bo) == []
    answer(as_bo, "no", status=404)
    assert "Nobody here whom you could ask" in ask(as_alma, harbour, place=1, status=422)


@pytest.mark.parametrize(
    ("handle", "place", "status", "advice"),
    [("nobody", 0, 422, "Nobody here"), ("", 0, 422, "required"), ("bo", 9, 409, "no such credit")],
)
def test_what_cannot_be_asked_is_said(
    as_alma: Client, harbour: Track, bo: Account, handle: str, place: int, status: int, advice: str
) -> None:
    assert advice in ask(as_alma, harbour, handle, place, status)
    assert not Credited.objects.exists()


def test_nobody_is_asked_without_end(
    as_alma: Client, harbour: Track, bo: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people, "MOST_A_DAY", 1)
    ask(as_alma, harbour)
    ask(as_alma, harbour)  # the same question
    assert "many people today" in ask(as_alma, harbour, place=1, status=429)


def letters_sent() -> int:
    return Job.objects.filter(task="tenuto.credits.letters.deliver").count()


def take_back(client: Client, track: Track) -> None:
    key = Credited.objects.get().key
    assert client.post(f"/studio/{track.key}/credits/{key}/taken-back").status_code == 302


def test_asking_and_taking_back_and_asking_in_other_words_sends_one_letter_a_day(
    as_alma: Client, as_bo: Client, harbour: Track
) -> None:
    for number in range(3):
        Track.objects.update(credits=[["lyricist", f"Bo Lind {number}"]])
        ask(as_alma, harbour)
        assert f"Bo Lind {number}" in as_bo.get("/credits").content.decode()
        take_back(as_alma, harbour)
        assert "Bo Lind" not in as_bo.get("/credits").content.decode()
        answer(as_bo, "yes", status=404)
    assert letters_sent() == 1


def test_taking_back_and_removing_tracks_does_not_set_the_count_back(
    as_alma: Client, alma: Account, bo: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people, "MOST_A_DAY", 3)
    monkeypatch.setattr(people, "MOST_LETTERS", 2)
    for _ in range(3):
        track = public(alma, credits=CREDITS)
        ask(as_alma, track)
        take_back(as_alma, track)
        Credited.objects.all().delete()
    assert letters_sent() == 2
    assert "many people today" in ask(as_alma, public(alma, credits=CREDITS), status=429)


def test_a_new_title_of_what_is_hidden_again_is_read_by_nobody_who_was_credited(
    as_alma: Client, as_bo: Client, harbour: Track
) -> None:
    def everywhere() -> str:
        return as_bo.get("/credits").content.decode() + as_bo.get("/api/v1/me/credits").content.decode()

    def renamed(title: str) -> None:
        Track.objects.update(title=title)

    ask(as_alma, harbour)
    renamed("The secret one")
    assert "The secret one" not in everywhere()
    answer(as_bo)
    assert "The secret one" in everywhere()  # while it may be met
    Publication.objects.all().delete()
    assert as_bo.get(f"/api/v1/tracks/{harbour.key}").status_code == 404
    renamed("Another secret")
    for secret in ("The secret one", "Another secret"):
        assert secret not in everywhere()
    assert harbour.title in everywhere()


def test_whoever_credits_themselves_is_not_asked(as_alma: Client, client: Client, harbour: Track) -> None:
    ask(as_alma, harbour, "alma", place=1)
    assert shown(client, "/@alma/credits") == [harbour.title]


def test_only_whoever_is_asked_answers_and_only_the_artist_asks(
    as_alma: Client, as_cy: Client, harbour: Track, bo: Account
) -> None:
    ask(as_alma, harbour)
    for client in (as_alma, as_cy):
        answer(client, "yes", status=404)
    assert as_cy.post(f"/studio/{harbour.key}/credits", {"place": 0, "handle": "cy"}).status_code == 404


def test_both_sides_are_written_to(as_alma: Client, as_bo: Client, harbour: Track) -> None:
    ask(as_alma, harbour)
    credit = Credited.objects.get()
    letters.deliver.call("asked", credit.pk)
    answer(as_bo)
    letters.deliver.call("answered", credit.pk)
    asked, answered = mail.outbox
    assert (asked.to, answered.to) == (["bo@example.org"], ["alma@example.org"])
    assert "Alma Ferreira names you in “Harbour, 5 a.m.”" in asked.subject
    assert "It is confirmed." in answered.body


def test_both_sides_are_told_while_it_holds(as_alma: Client, as_bo: Client, harbour: Track) -> None:
    ask(as_alma, harbour)
    credit = Credited.objects.get()
    for _twice in range(2):
        letters.deliver.call("asked", credit.pk)
    assert lines(as_bo) == ["Alma Ferreira credits you, and asks whether that is you"]
    assert 'href="/credits"' in as_bo.get("/notifications").content.decode()
    answer(as_bo)
    letters.deliver.call("answered", credit.pk)
    assert lines(as_bo) == []
    assert lines(as_alma) == ["Bo confirmed a credit of “Harbour, 5 a.m.”"]
    assert f'href="/studio/{harbour.key}/credits"' in as_alma.get("/notifications").content.decode()
    answer(as_bo, "no")
    assert lines(as_alma) == ["Bo declined a credit of “Harbour, 5 a.m.”"]


def test_a_question_that_is_open_no_more_is_not_told(as_alma: Client, as_bo: Client, harbour: Track) -> None:
    ask(as_alma, harbour)
    letters.deliver.call("asked", Credited.objects.get().pk)
    Track.objects.update(credits=[])
    assert lines(as_bo) == []
    Track.objects.update(credits=CREDITS)
    assert len(lines(as_bo)) == 1
    as_alma.post(f"/studio/{harbour.key}/credits/{Credited.objects.get().key}/taken-back")
    assert lines(as_bo) == []


@pytest.mark.parametrize("blocker", ["alma", "bo"])
def test_a_block_between_the_two_takes_notices_away(
    as_alma: Client, as_bo: Client, harbour: Track, alma: Account, bo: Account, blocker: str
) -> None:
    ask(as_alma, harbour)
    letters.deliver.call("asked", Credited.objects.get().pk)
    one, other = (alma, bo) if blocker == "alma" else (bo, alma)
    Block.objects.create(blocker=one, blocked=other)
    assert lines(as_bo) == []


def test_programs_ask_and_answer(alma: Account, bo: Account, harbour: Track) -> None:
    hers, his = (
        Client(headers={"Authorization": f"Bearer {issue(account, 'a program', None)[1]}"}) for account in (alma, bo)
    )
    question = {"role": "Lyricist", "name": "Bo Lind", "handle": "bo"}
    sent = hers.post(f"/api/v1/me/tracks/{harbour.key}/credits", json.dumps(question), "application/json")
    assert sent.status_code == 201
    (asked,) = his.get("/api/v1/me/credits").json()
    assert (asked["artist"], asked["role"], asked["answer"]) == ("alma", "lyricist", "")
    said = his.put(f"/api/v1/me/credits/{asked['key']}", json.dumps({"confirms": True}), "application/json")
    assert said.status_code == 204
    assert his.get("/api/v1/me/credits").json()[0]["answer"] == "confirmed"


def test_codes_are_checked_shown_and_taken_away(as_bo: Client, client: Client, bo: Account) -> None:
    sent = {"isni": ISNI, "ipi": "00017798450", "musicbrainz_artist": f"https://musicbrainz.org/artist/{MBID}"}
    assert as_bo.post("/settings/codes", sent).status_code == 302
    seen = client.get("/@bo/credits").content.decode()
    for words in (ISNI, "00017798450", f"https://musicbrainz.org/artist/{MBID}"):
        assert words in seen
    for name, wrong in (("isni", "0000 0002 1825 0098"), ("ipi", "00017798451"), ("musicbrainz_artist", "Bo")):
        refused = as_bo.post("/settings/codes", sent | {name: wrong})
        assert refused.status_code == 422
        assert wrong in refused.content.decode()
    as_bo.post("/settings/codes", dict.fromkeys(sent, ""))
    assert not PartyCodes.objects.exists()


def test_ids_of_musicbrainz_are_saved_linked_and_told_to_machines(
    as_alma: Client, client: Client, harbour: Track
) -> None:
    rows = {"credits-TOTAL_FORMS": 0, "credits-INITIAL_FORMS": 0}
    sent = {
        "musicbrainz_recording": MBID,
        "musicbrainz_work": f"musicbrainz.org/work/{MBID}",
        "iswc": "T-034.524.680-1",
    }
    assert as_alma.post(f"/studio/{harbour.key}/metadata", rows | sent).status_code == 302
    seen = page(client, harbour)
    assert f'href="https://musicbrainz.org/recording/{MBID}"' in seen
    told = json.loads(re.findall(r'<script type="application/ld\+json">(.*?)</script>', seen)[0])
    assert told["sameAs"] == f"https://musicbrainz.org/recording/{MBID}"
    assert told["recordingOf"] == {
        "@type": "MusicComposition",
        "iswcCode": "T-034.524.680-1",
        "sameAs": f"https://musicbrainz.org/work/{MBID}",
    }
    wrong = as_alma.post(f"/studio/{harbour.key}/metadata", rows | {"musicbrainz_work": "my song"})
    assert "This is no work of MusicBrainz" in wrong.content.decode()
    assert MBID in b"".join(as_alma.get(reverse("marks:catalogue"))).decode()


def test_a_creative_commons_licence_says_that_it_opens_nothing_to_ai(client: Client, harbour: Track) -> None:
    assert "It opens nothing to AI" not in page(client, harbour)
    Track.objects.update(licence="cc-by")
    seen = page(client, harbour)
    assert "It opens nothing to AI" in seen
    assert '"license": "https://creativecommons.org/licenses/by/4.0/"' in seen


def test_they_stand_in_both_copies_of_everything(
    as_alma: Client, as_bo: Client, harbour: Track, alma: Account, bo: Account
) -> None:
    ask(as_alma, harbour)
    answer(as_bo)
    for account, name in ((alma, "credits/asked-by-me.jsonl"), (bo, "credits/asked-of-me.jsonl")):
        packed = {item.name: item for item in items_of(account, timezone.now()) if isinstance(item, Words)}
        assert json.loads("".join(packed[name].pieces))["role"] == "lyricist"


def test_whoever_leaves_is_led_to_no_more_and_the_words_stay(
    as_alma: Client, as_bo: Client, client: Client, harbour: Track, bo: Account
) -> None:
    ask(as_alma, harbour)
    answer(as_bo)
    assert any("from 1 credit" in words for words in removal.what_goes(bo))
    removal.ask(bo, timezone.now())
    assert 'href="/@bo"' not in page(client, harbour)
    removal.remove_account.call(bo.removal.pk)
    assert not Credited.objects.exists()
    assert "Bo Lind" in page(client, harbour)


def test_lists_ask_as_much_however_many_credits_there_are(
    as_alma: Client,
    client: Client,
    alma: Account,
    bo: Account,
    harbour: Track,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    def confirmed(track: Track) -> None:
        for role, name in track.credits:
            Credited.objects.create(
                track=track, account=bo, role=role, name=name, answer="confirmed", answered_at=timezone.now()
            )

    confirmed(harbour)
    with django_assert_max_num_queries(30) as few:
        client.get("/@bo/credits")
    for number in range(4):
        confirmed(public(alma, f"Another {number}", credits=CREDITS))
    with django_assert_max_num_queries(len(few)):
        assert len(shown(client)) == 5
