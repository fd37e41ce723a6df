"""The grid over HTTP: Alma sees what holds and why, changes it, and is told what changing does before she does it."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from tenuto.accounts import removal
from tenuto.accounts.models import Account
from tenuto.agreements.models import Organisation
from tenuto.consent.answer import answer, answer_by_default, hold_everything
from tenuto.consent.models import Act, Consent, Stop
from tenuto.consent.preview import _foresights, foresees
from tenuto.rules.agreements import Recipient
from tenuto.rules.cells import cell_named
from tenuto.rules.visibility import Audience
from tenuto.terms.accepting import accept
from tenuto.terms.models import Acceptance, Version
from tenuto.tracks.models import Recording, Track
from tenuto.tracks.slugs import begin_track
from tests.agreements.agreeing import ISRC, dee, isrc, label, over, signed
from tests.consent.answering import HEARD, INFORM, INPUT, LEAD, NEED, PAGE, TRAIN, agree, allow, hold, opened, terms
from tests.consent.pages import form_on, ticked, words
from tests.people import PASSWORD
from tests.tracks import catalogue

pytestmark = pytest.mark.django_db(transaction=True)
GENERATE = "recording/generative/train"
TEACHING_CLAUSE = 4  # of the terms that everybody here is offered
IN_PLACE = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
def version() -> Version:
    return terms(timezone.now() - timedelta(days=2))


@pytest.fixture
def harbour(alma: Account, version: Version) -> Track:
    agree(alma, version, timezone.now() - timedelta(days=1))
    return begin_track(alma, "Harbour", isrc=ISRC)


def address(name: str, track: Track | None = None) -> str:
    return reverse(f"consent:{name}", args=[track.key] if track else [])


def tab(client: Client, track: Track) -> str:
    return words(client.get(reverse("tracks:permissions", args=[track.key])))


def saved(client: Client, track: Track, *, tick: object = (), untick: object = (), **more: object) -> object:
    page = client.get(reverse("tracks:permissions", args=[track.key]))
    sent = ticked(form_on(page, address("track", track)), tick=tick, untick=untick, **more)  # type: ignore[arg-type]
    return client.post(address("track", track), sent)


def public_one(track: Track) -> str:
    """The address of a track, now that everybody may hear it."""
    catalogue.recording(track, Recording.Stage.READY)
    return catalogue.shared(track, Audience.PUBLIC, timezone.now() - timedelta(hours=1)).get_absolute_url()


def why(page: str, asset: str, purpose: str) -> str:
    """The reasons that stand under *Why?* of one row."""
    return page.partition(f'Why?<span class="unseen"> {asset}, {purpose}')[2].partition("</details>")[0]


# ——— what one sees ———


def test_each_cell_says_whether_it_is_held_allowed_needed_or_fixed_and_why(
    alma: Account, as_alma: Client, harbour: Track
) -> None:
    """Every cell of the grid says why it stands as it does, and leads to the record it rests on."""
    answer(alma, [harbour.pk], allow(INPUT), PAGE, at=timezone.now())
    answer_by_default(alma, allow(TRAIN), PAGE, at=timezone.now())
    page = tab(as_alma, harbour)
    assert "169 uses are held and 2 allowed. The service needs 1." in page
    sorting = why(page, "Recording", "Organisation")
    assert "Serve as input</b>: Allowed: you said so for this track." in sorting
    assert "Train</b>: Allowed: you said so for everything in your account." in sorting
    assert "Inform</b>: Held: nobody has said anything, and silence is no." in sorting
    own = Act.objects.get(layer=Act.Layer.TRACKS)
    assert address("account").rstrip("/") + f"/receipts/{own.key}.json" in sorting
    assert 'href="/terms/1"' in sorting
    assert "Needed: the service cannot run without it. Version 1" in why(page, "Recording", "Identification")
    assert "you accepted no terms that speak of it" in why(page, "Recording", "Recommendation")
    assert "only a licence that names one model or one licensee" in why(page, "Recording", "Generative models")
    assert page.count("<summary>Why?") == 7 * 6 + 2, "one for each purpose of each asset"


def test_a_row_says_where_its_answers_come_from(alma: Account, as_alma: Client, harbour: Track) -> None:
    answer_by_default(alma, allow(TRAIN, INPUT), PAGE, at=timezone.now())
    assert "As in your account" in tab(as_alma, harbour)
    assert "Changed here." not in tab(as_alma, harbour)
    answer(alma, [harbour.pk], hold(TRAIN), PAGE, at=timezone.now())
    answer(alma, [harbour.pk], allow(INFORM), PAGE, at=timezone.now())
    assert "Changed here.</em> Your account allows: Train. Your account holds: Inform." in tab(as_alma, harbour)


def test_a_signed_agreement_turns_the_uploaders_yes_into_its_no_with_the_reason_shown(
    alma: Account, as_alma: Client, harbour: Track
) -> None:
    """Sign a label agreement over an ISRC: the uploader's yes is the agreement's no, and the page says whose."""
    answer(alma, [harbour.pk], allow(TRAIN), PAGE, at=timezone.now())
    assert str(TRAIN) in opened(harbour)
    signed(label(dee()), alma, over(isrc()), by=dee(), at=timezone.now())
    assert str(TRAIN) not in opened(harbour)
    page = tab(as_alma, harbour)
    assert "an agreement with Harbour Records covers this and does not grant it" in why(
        page, "Recording", "Organisation"
    )
    assert "Agreement: no" in page
    assert "By agreement" in page
    form = form_on(as_alma.get(reverse("tracks:permissions", args=[harbour.key])), address("track", harbour))
    assert str(TRAIN) not in form.offered, "no tick there could keep what it promises"
    assert "AI: held" in words(as_alma.get(harbour.get_absolute_url()))


def test_a_cell_leads_to_the_agreement_that_fixes_it_and_only_those_who_may_read_it(
    alma: Account, as_alma: Client, bo: Account, harbour: Track
) -> None:
    """A cell that an agreement fixes opens it, for those who signed it; others see only that it is so, and whose."""
    theirs = signed(label(dee()), bo, over(isrc()), by=dee(), at=timezone.now())
    page = tab(as_alma, harbour)
    assert "Agreement: no" in page
    assert f'href="{theirs.get_absolute_url()}"' not in page
    own = signed(Organisation.objects.get(), alma, over(isrc()), by=dee(), at=timezone.now())
    page = tab(as_alma, harbour)
    assert f'<a class="cell cell--agreed" href="{own.get_absolute_url()}">' in page
    sorting = why(page, "Recording", "Organisation")
    assert f'<a href="{own.get_absolute_url()}">the agreement with Harbour Records<' in sorting
    assert f'href="{theirs.get_absolute_url()}"' not in page
    assert as_alma.get(own.get_absolute_url()).status_code == 200


def test_a_track_that_comes_later_is_covered_from_its_first_second(alma: Account, harbour: Track) -> None:
    answer_by_default(alma, allow(TRAIN, INPUT), PAGE, at=timezone.now())
    signed(label(dee()), alma, over(isrc()), by=dee(), at=timezone.now())
    later = begin_track(alma, "Delivered", isrc=ISRC)
    assert opened(later) == {str(NEED), str(INPUT)}, "the agreement grants input, and does not grant train"
    assert opened(begin_track(alma, "Own")) == {str(NEED), str(INPUT), str(TRAIN)}


# ——— what one says ———


def test_only_what_was_changed_is_answered(alma: Account, as_alma: Client, harbour: Track) -> None:
    answer_by_default(alma, allow(INPUT), PAGE, at=timezone.now())
    response = saved(as_alma, harbour, tick=[TRAIN])
    assert response.status_code == 302  # type: ignore[attr-defined]
    act = Act.objects.get(layer=Act.Layer.TRACKS)
    assert (act.allowed, act.held, act.how) == (TRAIN.bit, 0, "page")
    answer_by_default(alma, hold(INPUT), PAGE, at=timezone.now())
    assert opened(harbour) == {str(NEED), str(TRAIN)}, "the default goes on speaking where the track did not"


def test_saving_what_was_not_changed_writes_nothing(as_alma: Client, harbour: Track) -> None:
    page = as_alma.post(address("track", harbour), ticked(form_on(
        as_alma.get(reverse("tracks:permissions", args=[harbour.key])), address("track", harbour)
    )), headers=IN_PLACE)  # fmt: skip
    assert "Nothing was changed, so nothing was written." in words(page)
    assert not Act.objects.exists()


def test_an_answer_is_taken_back_to_the_accounts(alma: Account, as_alma: Client, harbour: Track) -> None:
    answer_by_default(alma, allow(TRAIN), PAGE, at=timezone.now())
    answer(alma, [harbour.pk], hold(TRAIN), PAGE, at=timezone.now())
    assert "Train: as in my account again" in tab(as_alma, harbour)
    saved(as_alma, harbour, clear=[str(TRAIN)])
    assert opened(harbour) == {str(NEED), str(TRAIN)}


def test_what_a_page_does_not_offer_cannot_be_opened_by_forging_it(as_alma: Client, harbour: Track) -> None:
    """A yes that the terms do not name, or that only a licence gives, is refused in words; and nothing is changed."""
    nothing, everything = "0" * 64, "f" * 64
    forged = {"shown": nothing, "offered": everything, "open": [str(LEAD)]}
    refused = as_alma.post(address("track", harbour), forged, headers=IN_PLACE)
    assert refused.status_code == 422
    assert "The terms, as you accepted them, do not speak of this use" in words(refused)
    licensed = {
        "shown": nothing,
        "offered": everything,
        "open": ["recording/generative/train", str(NEED), "no/such/cell"],
    }
    as_alma.post(address("track", harbour), licensed)
    as_alma.post(address("track", harbour), {"shown": "zz", "offered": "–", "open": [str(TRAIN)]})
    assert opened(harbour) == {str(NEED)}
    assert not Act.objects.exists()


def test_what_saving_does_is_said_before_and_changes_nothing(alma: Account, as_alma: Client, harbour: Track) -> None:
    """Before you save, the page says which uses open and close and what follows; until you save, nothing is so."""

    def leaves_the_tagger(track_ids: object, closed: int) -> list[str]:
        return ["It leaves Mood tagger 7 at once."] if closed & TRAIN.bit else []

    answer(alma, [harbour.pk], allow(TRAIN), PAGE, at=timezone.now())
    page = as_alma.get(reverse("tracks:permissions", args=[harbour.key]))
    sent = ticked(form_on(page, address("track", harbour)), tick=[INPUT], untick=[TRAIN])
    foresees(leaves_the_tagger)
    try:
        part = words(as_alma.post(address("track-preview", harbour), sent, headers=IN_PLACE))
    finally:
        _foresights.remove(leaves_the_tagger)
    assert "2 changes, not yet saved" in part
    assert "Recording · Organisation: Train</b>: allowed becomes held" in part
    assert "Recording · Organisation: Serve as input</b>: held becomes allowed" in part
    assert "It leaves Mood tagger 7 at once." in part
    assert "<html" not in part
    whole = as_alma.post(address("track", harbour), sent | {"preview": "1"})
    form = words(whole)
    assert "What saving will do: Harbour" in form
    assert Act.objects.count() == 1
    assert str(TRAIN) in opened(harbour)
    as_alma.post(address("track", harbour), sent)
    assert opened(harbour) == {str(NEED), str(INPUT)}


def test_without_scripts_the_preview_carries_on_what_was_ticked(as_alma: Client, harbour: Track) -> None:
    page = as_alma.get(reverse("tracks:permissions", args=[harbour.key]))
    sent = ticked(form_on(page, address("track", harbour)), tick=[TRAIN], preview="1")
    carried = re.findall(r'<input type="hidden" name="(open|shown|offered|clear)" value="([^"]*)"',
                         as_alma.post(address("track", harbour), sent).content.decode())  # fmt: skip
    again: dict[str, list[str]] = {}
    for name, value in carried:
        again.setdefault(name, []).append(value)
    as_alma.post(address("track", harbour), again)
    assert str(TRAIN) in opened(harbour)


def test_one_tap_holds_everything_in_a_track(alma: Account, as_alma: Client, harbour: Track) -> None:
    answer_by_default(alma, allow(TRAIN, INPUT), PAGE, at=timezone.now())
    answer(alma, [harbour.pk], allow(INFORM), PAGE, at=timezone.now())
    assert "Holds the 3 that you allow." in tab(as_alma, harbour)
    done = words(as_alma.post(address("track-held", harbour), headers=IN_PLACE))
    assert "Saved. It holds from now on." in done
    assert opened(harbour) == {str(NEED)}
    assert opened(begin_track(alma, "Other")) == {str(NEED), str(TRAIN), str(INPUT)}, "and in no other"


def test_one_tap_holds_everything_everywhere_and_for_what_comes_later(
    alma: Account, as_alma: Client, bo: Account, harbour: Track
) -> None:
    answer_by_default(alma, allow(TRAIN, INPUT), PAGE, at=timezone.now())
    answer(alma, [harbour.pk], allow(INFORM), PAGE, at=timezone.now())
    agree(bo, Version.objects.get(), timezone.now())
    answer_by_default(bo, allow(TRAIN), PAGE, at=timezone.now())
    theirs = begin_track(bo, "Theirs")
    page = words(as_alma.get(address("account")))
    assert "Hold everything, in my 1 track" in page
    assert "1 track allows something now." in page
    as_alma.post(address("account-held"))
    assert opened(harbour) == opened(begin_track(alma, "Later")) == {str(NEED)}
    assert opened(theirs) == {str(NEED), str(TRAIN)}
    assert "No track allows anything now." in words(as_alma.get(address("account")))


def test_what_was_changed_in_a_track_is_made_the_accounts_default(
    alma: Account, as_alma: Client, harbour: Track
) -> None:
    """One answer, given to a track and to everything that says nothing itself; what that does is said before."""
    answer(alma, [harbour.pk], allow(TRAIN), PAGE, at=timezone.now())
    answer_by_default(alma, allow(TRAIN), PAGE, at=timezone.now())
    silent, other = begin_track(alma, "Silent"), begin_track(alma, "Other")
    answer(alma, [other.pk], hold(INPUT), PAGE, at=timezone.now())
    page = as_alma.get(reverse("tracks:permissions", args=[harbour.key]))
    sent = ticked(form_on(page, address("track", harbour)), tick=[INPUT], untick=[TRAIN])
    alone = words(as_alma.post(address("track-preview", harbour), sent, headers=IN_PLACE))
    assert "every track that says nothing itself" not in alone
    assert "Train</b>: allowed becomes held</span>" in alone
    part = words(as_alma.post(address("track-preview", harbour), sent | {"default": "1"}, headers=IN_PLACE))
    assert "2 changes, not yet saved" in part
    assert "every track that says nothing itself" in part
    assert "Train</b>: allowed becomes held in 3 tracks" in part
    assert "Serve as input</b>: held becomes allowed in 2 tracks" in part
    whole = as_alma.post(address("track-preview", harbour), sent | {"default": "1"})
    assert '<input type="hidden" name="default" value="1">' in whole.content.decode(), "saved as it was shown"
    assert opened(harbour) == opened(silent) == {str(NEED), str(TRAIN)}

    done = words(as_alma.post(address("track", harbour), sent | {"default": "1"}, headers=IN_PLACE))
    assert "Saved, here and as your account’s default." in done
    assert opened(harbour) == opened(silent) == opened(begin_track(alma, "Later")) == {str(NEED), str(INPUT)}
    assert opened(other) == {str(NEED)}, "what another track says itself stays"
    answer_by_default(alma, hold(INPUT), PAGE, at=timezone.now())
    assert opened(harbour) == {str(NEED), str(INPUT)}, "this track said so itself, whatever becomes of the default"


def test_what_leaves_a_track_to_the_account_says_nothing_to_the_account(
    alma: Account, as_alma: Client, harbour: Track
) -> None:
    answer_by_default(alma, allow(TRAIN), PAGE, at=timezone.now())
    answer(alma, [harbour.pk], hold(TRAIN), PAGE, at=timezone.now())
    saved(as_alma, harbour, clear=[str(TRAIN)], default="1")
    assert str(TRAIN) in opened(harbour)
    assert Act.objects.filter(layer=Act.Layer.ACCOUNT).count() == 1


def test_the_default_is_previewed_and_saved(alma: Account, as_alma: Client, harbour: Track) -> None:
    other = begin_track(alma, "Other")
    answer(alma, [other.pk], hold(TRAIN), PAGE, at=timezone.now())
    sent = ticked(form_on(as_alma.get(address("account")), address("account")), tick=[TRAIN])
    part = words(as_alma.post(address("account-preview"), sent, headers=IN_PLACE))
    assert "held becomes allowed in 1 track" in part
    assert opened(harbour) == {str(NEED)}
    as_alma.post(address("account"), sent)
    assert opened(harbour) == {str(NEED), str(TRAIN)}
    assert opened(other) == {str(NEED)}, "a track's own no outweighs the account's yes"


def test_without_terms_nothing_can_be_allowed_and_the_page_says_so(alma: Account, as_alma: Client) -> None:
    track = begin_track(alma, "Early")
    for page in (tab(as_alma, track), words(as_alma.get(address("account"))), words(as_alma.get(address("listening")))):
        assert "You have accepted no terms, so nothing can be allowed yet: everything is held." in page


def test_the_tab_costs_the_same_however_much_was_said(
    alma: Account, as_alma: Client, harbour: Track, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(3):
        begin_track(alma, f"T{number}")
        answer(alma, [harbour.pk], allow(TRAIN) if number % 2 else hold(TRAIN), PAGE, at=timezone.now())
    page = reverse("tracks:permissions", args=[harbour.key])
    as_alma.get(page)
    with django_assert_num_queries(COST_OF_THE_TAB):
        as_alma.get(page)
    for number in range(12):
        begin_track(alma, f"U{number}")
        answer_by_default(alma, allow(INPUT) if number % 2 else hold(INPUT), PAGE, at=timezone.now())
    with django_assert_num_queries(COST_OF_THE_TAB):
        as_alma.get(page)


COST_OF_THE_TAB = 22  # of which thirteen read all that was ever said of a track, and three what the gate keeps of it


# ——— many at once ———


def many(*tracks: Track, which: str = "chosen", said: str = "allowed", **changes: object) -> dict[str, object]:
    return {
        "which": which, "track": [track.key for track in tracks], "assets": ["recording"], "purposes": ["organisation"],
        "uses": ["input", "train"], "answer": said,
    } | changes  # fmt: skip


def test_tracks_are_ticked_in_the_studio_and_answered_for_together(
    alma: Account, as_alma: Client, harbour: Track
) -> None:
    second, third = begin_track(alma, "Second"), begin_track(alma, "Third")
    studio = as_alma.get(reverse("tracks:studio")).content.decode()
    assert f'name="track" value="{second.key}" form="chosen"' in studio
    page = words(as_alma.get(address("many"), {"track": [harbour.key, second.key]}))
    assert "2 tracks chosen" in page
    preview = words(as_alma.post(address("many"), many(harbour, second, preview="1")))
    assert "held becomes allowed in 2 tracks" in preview
    assert not Act.objects.exists()
    as_alma.post(address("many"), many(harbour, second))
    assert opened(harbour) == opened(second) == {str(NEED), str(INPUT), str(TRAIN)}
    assert opened(third) == {str(NEED)}
    as_alma.post(address("many"), many(harbour, said="held"))
    as_alma.post(address("many"), many(second, said="cleared"))
    assert opened(harbour) == opened(second) == {str(NEED)}


def test_the_whole_catalogue_is_answered_for_and_nobody_elses(
    alma: Account, as_alma: Client, bo: Account, harbour: Track
) -> None:
    second, theirs = begin_track(alma, "Second"), begin_track(bo, "Theirs")
    response = as_alma.post(address("many"), many(theirs, which="all"), follow=True)
    assert "Saved for 2 tracks." in words(response)
    assert opened(harbour) == opened(second) == {str(NEED), str(INPUT), str(TRAIN)}
    assert opened(theirs) == set()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"assets": []}, "Choose at least one."),
        ({"answer": "perhaps"}, "perhaps is not one of the available choices"),
        ({"purposes": ["recommendation"]}, "The terms, as you accepted them, do not speak of this use"),
        ({"track": ["x"] * 501}, "At most 500 tracks at once"),
    ],
)
def test_what_makes_no_sense_for_many_is_said_and_loses_nothing(
    as_alma: Client, harbour: Track, changes: dict[str, object], sentence: str
) -> None:
    response = as_alma.post(address("many"), many(harbour) | changes)
    assert response.status_code == 422
    assert sentence in words(response)
    assert not Act.objects.exists()


# ——— what was said ———


def test_what_was_answered_stands_in_the_history_with_its_receipts(
    alma: Account, as_alma: Client, harbour: Track
) -> None:
    assert "You have not answered anything yet" in words(as_alma.get(address("history")))
    now = timezone.now()
    for number in range(52):
        answer(
            alma, [harbour.pk], allow(TRAIN) if number % 2 else hold(TRAIN), PAGE, at=now + timedelta(seconds=number)
        )
    first = as_alma.get(address("history"))
    assert words(first).count("For 1 track, on a page.") == 50
    older = re.search(r'href="(\?before=\d+)"', first.content.decode())
    assert older is not None
    assert words(as_alma.get(address("history") + older[1])).count("For 1 track, on a page.") == 2


# ——— listening ———


def test_a_listener_answers_under_privacy(alma: Account, as_alma: Client, harbour: Track) -> None:
    """What is learned from what you hear is yours to say, on its own page, in one tap or cell by cell."""
    page = as_alma.get(address("listening"))
    assert "A play takes part in something only if you and the artist both allow it" in words(page)
    form = form_on(page, address("listening"))
    assert form.offered == {str(HEARD), "listening/recommendation/train"}, "what the terms name, and nothing else"
    as_alma.post(address("listening"), ticked(form, tick=[HEARD]))
    act = Act.objects.get()
    assert (act.layer, act.allowed) == (Act.Layer.LISTENER, HEARD.bit)
    assert opened(harbour) == {str(NEED)}, "of one's tracks nothing was said"
    as_alma.post(address("listening"), {"hold": "1"})
    assert form_on(as_alma.get(address("listening")), address("listening")).sent.get("open", []) == []


def test_a_clause_that_was_left_out_is_named_as_the_reason(alma: Account, as_alma: Client, version: Version) -> None:
    """Where the terms speak of a use and you left that clause out, the page says so, and how to take it in."""
    began = timezone.now() - timedelta(days=1)
    accept(alma, version, version.digest, [TEACHING_CLAUSE], Acceptance.How.PAGE, at=began)
    left_out = "Held: you accepted version 1 of the terms without the clause that speaks of it."
    listening = as_alma.get(address("listening"))
    assert left_out in why(words(listening), "Listening", "Recommendation")
    assert form_on(listening, address("listening")).offered == set(), "a tick would promise what does not happen"
    page = tab(as_alma, begin_track(alma, "Harbour"))
    assert f"Train</b>: {left_out}" in why(page, "Recording", "Organisation")
    assert "Serve as input</b>: Held: nobody has said anything" in why(page, "Recording", "Organisation")
    assert "you accepted no terms that speak of it" in why(page, "Recording", "Recommendation")
    agree(alma, version, timezone.now())
    assert left_out not in words(as_alma.get(address("listening")))


# ——— the way in and the way out ———


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ({}, None),
        ({"ai": "later"}, None),
        ({"ai": "held"}, "held"),
        ({"ai": "found"}, "found"),
    ],
)
def test_at_sign_up_one_honest_question_is_asked_and_may_be_left_out(
    client: Client, version: Version, said: dict[str, str], what: str | None
) -> None:
    """Nothing is chosen for you beforehand, and leaving the question out is a no."""
    page = client.get("/accounts/signup/").content.decode()
    question = page.partition("May AI use what you will upload?")[2].partition("</fieldset>")[0]
    assert question.count('type="radio"') == 3
    assert "checked" not in question
    typed = {"username": "eva", "email": "eva@example.org", "password1": PASSWORD, "terms": "on"}
    client.post("/accounts/signup/", typed | said | {"terms_digest": version.digest})
    eva = Account.objects.get(username="eva")
    act = Act.objects.filter(account=eva).first()
    first = opened(begin_track(eva, "First"))
    if what == "found":
        assert act is not None
        assert act.how == "sign-up"
        assert first == {str(NEED), str(INPUT), str(INFORM), str(HEARD)}, "to be found, and nothing to be trained on"
    else:
        assert first == {str(NEED)}
        assert (act is not None) == (what == "held")


def test_where_there_are_no_terms_nothing_is_asked(client: Client) -> None:
    assert "May AI use" not in client.get("/accounts/signup/").content.decode()


def test_closing_an_account_closes_everything_of_it_at_once(alma: Account, harbour: Track) -> None:
    answer(alma, [harbour.pk], allow(TRAIN), PAGE, at=timezone.now())
    assert str(TRAIN) in opened(harbour)
    removal.ask(alma, timezone.now())
    assert opened(harbour) == set()


def test_with_a_track_goes_what_was_known_of_it(alma: Account, as_alma: Client, harbour: Track) -> None:
    answer(alma, [harbour.pk], allow(TRAIN), PAGE, at=timezone.now())
    as_alma.post(reverse("tracks:removal", args=[harbour.key]), {"title": harbour.title})
    assert not Track.objects.exists()
    assert not Consent.objects.exists()
    assert Act.objects.count() == 1, "that it was said stays a record"
    page = words(as_alma.get(address("history")))
    assert "For 1 track, on a page." in page


# ——— what everybody sees ———


def test_the_mark_and_the_page_of_a_track_tell_everybody_what_its_artist_allows(
    client: Client, alma: Account, harbour: Track
) -> None:
    from_elsewhere = public_one(harbour)
    page = words(client.get(from_elsewhere))
    assert "AI: held by the artist" in page
    assert "no program here learns from it, sorts it or recommends it" in page
    assert "comparing it once, when it was uploaded" in page, "what the service needs is said too"
    answer(alma, [harbour.pk], allow(INFORM), PAGE, at=timezone.now())
    page = words(client.get(from_elsewhere))
    assert "AI: held by the artist" in page
    assert "<b>Organisation</b>, Recording: Inform" in page
    assert "no model may be trained on it" in page
    answer(alma, [harbour.pk], allow(TRAIN), PAGE, at=timezone.now())
    assert "AI: may train" in words(client.get(from_elsewhere))
    assert "AI: may train" in words(client.get("/")), "in lists as well"
    hold_everything(alma, PAGE, at=timezone.now())
    assert "AI: held" in words(client.get("/"))
    assert "AI: may train" not in words(client.get("/"))


def test_what_the_operator_has_stopped_is_said_on_the_page(client: Client, alma: Account, harbour: Track) -> None:
    answer(alma, [harbour.pk], allow(TRAIN), PAGE, at=timezone.now())
    place = public_one(harbour)
    assert "The operator has stopped" not in words(client.get(place))
    Stop.objects.create(purpose="organisation", reason="An error was found.")
    assert "The operator has stopped for everybody, for now: Organisation." in words(client.get(place))


def test_a_track_that_one_named_party_may_generate_from_is_not_called_held(
    client: Client, alma: Account, harbour: Track
) -> None:
    """An agreement that opens your track to one model shows on its mark, though nobody else may."""
    place = public_one(harbour)
    generating = cell_named(GENERATE)
    content = over(isrc(), grants=frozenset({generating}), recipients=frozenset({Recipient(licensee="Echo Ltd")}))
    signed(label(dee()), alma, content, by=dee(), at=timezone.now())
    assert opened(harbour) == {str(NEED)}, "for nobody in particular"
    assert "AI: licensed to generate" in words(client.get("/"))
    assert "AI: held" not in words(client.get("/"))
    assert "AI: licensed to generate" in words(client.get(place))
    answer(alma, [harbour.pk], hold(generating), PAGE, at=timezone.now())
    assert "AI: held" in words(client.get("/")), "the artist's own no closes it"
