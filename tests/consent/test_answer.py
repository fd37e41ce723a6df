"""An artist answers; from then on it holds, and it was never otherwise before."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tenuto.accounts.models import Account
from tenuto.base.errors import BadRequest
from tenuto.consent.answer import (
    HOLD_EVERYTHING,
    NoSuchCell,
    NotInTerms,
    OnlyByLicence,
    Wish,
    YesAndNo,
    answer,
    answer_as_listener,
    answer_by_default,
    answer_for_catalogue,
    hold_everything,
)
from tenuto.consent.current import open_among, refresh, works_open
from tenuto.consent.models import Act, ActTrack, Consent, Stop
from tenuto.consent.stances import listener_stance, stance_at, stances
from tenuto.rules.agreements import Errand
from tenuto.rules.cells import cell_named, mask_of
from tenuto.rules.consent import Ask, Reason, decide
from tenuto.rules.consent_masks import effective_mask
from tenuto.tracks.models import Track
from tests.consent.answering import (
    DAY,
    HEARD,
    INFORM,
    INPUT,
    LEAD,
    MINUTE,
    NEED,
    NOON,
    PAGE,
    TRAIN,
    agree,
    allow,
    clear,
    hold,
    open_in,
    opened,
    terms,
    track,
    wider,
)
from tests.people import person

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def harbour(alma: Account) -> Track:
    agree(alma, terms())
    return track(alma)


def test_silence_is_no_and_what_is_needed_is_open(harbour: Track) -> None:
    assert opened(harbour) == {str(NEED)}


def test_a_yes_opens_its_cell_and_nothing_near_it(alma: Account, harbour: Track) -> None:
    other = track(alma, "Other")
    answer(alma, [harbour.pk], allow(TRAIN), PAGE, at=NOON)
    assert opened(harbour) == {str(NEED), str(TRAIN)}
    assert opened(other) == {str(NEED)}
    assert Track.objects.get(pk=harbour.pk).ai_mark == "train"


def test_a_yes_taken_back_is_closed_at_once_and_the_past_stays_as_it_was(alma: Account, harbour: Track) -> None:
    answer(alma, [harbour.pk], allow(TRAIN), PAGE, at=NOON)
    answer(alma, [harbour.pk], hold(TRAIN), PAGE, at=NOON + MINUTE)
    assert opened(harbour) == {str(NEED)}
    then, now = NOON + MINUTE / 2, NOON + 2 * MINUTE
    assert decide(Ask(TRAIN, Errand(then)), stance_at(harbour.pk, then)).reason is Reason.ALLOWED
    assert decide(Ask(TRAIN, Errand(now)), stance_at(harbour.pk, now)).reason is Reason.HELD
    assert decide(Ask(TRAIN, Errand(NOON - MINUTE)), stance_at(harbour.pk, NOON - MINUTE)).reason is Reason.SILENCE


def test_a_default_speaks_where_the_track_does_not_and_for_tracks_to_come(alma: Account, harbour: Track) -> None:
    answer(alma, [harbour.pk], hold(TRAIN), PAGE, at=NOON)
    answer_by_default(alma, allow(TRAIN, INPUT), PAGE, at=NOON)
    assert opened(harbour) == {str(NEED), str(INPUT)}
    assert opened(track(alma, "Later", NOON + MINUTE)) == {str(NEED), str(INPUT), str(TRAIN)}
    answer(alma, [harbour.pk], clear(TRAIN), PAGE, at=NOON + MINUTE)
    assert opened(harbour) == {str(NEED), str(INPUT), str(TRAIN)}


def test_hold_everything_closes_all_tracks_and_what_comes_later(alma: Account, harbour: Track) -> None:
    answer(alma, [harbour.pk], allow(TRAIN), PAGE, at=NOON)
    answer_by_default(alma, allow(INPUT, INFORM), PAGE, at=NOON)
    hold_everything(alma, PAGE, at=NOON + MINUTE)
    assert opened(harbour) == opened(track(alma, "Later", NOON + MINUTE)) == {str(NEED)}
    assert Track.objects.filter(ai_uses__gt=0).count() == 0


def test_nobody_answers_for_anothers_track(alma: Account, bo: Account, harbour: Track) -> None:
    agree(bo, terms_of(alma))
    assert answer(bo, [harbour.pk], allow(TRAIN), PAGE, at=NOON) is None
    assert opened(harbour) == {str(NEED)}
    assert not Act.objects.exists()


def terms_of(account: Account):  # type: ignore[no-untyped-def]
    return account.acceptances.get().version


@pytest.mark.parametrize(
    ("wish", "refusal"),
    [
        (allow(LEAD), NotInTerms),
        (Wish(allowed=cell_named("recording/generative/train").bit), OnlyByLicence),
        (Wish(allowed=TRAIN.bit, held=TRAIN.bit), YesAndNo),
        (Wish(held=TRAIN.bit, cleared=TRAIN.bit), YesAndNo),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(
    alma: Account, harbour: Track, wish: Wish, refusal: type[BadRequest]
) -> None:
    with pytest.raises(refusal):
        answer(alma, [harbour.pk], wish, PAGE, at=NOON)
    with pytest.raises(refusal):
        answer_by_default(alma, wish, PAGE, at=NOON)
    assert not Act.objects.exists()
    assert opened(harbour) == {str(NEED)}


def test_without_accepted_terms_everything_is_held_and_a_no_can_be_said(alma: Account) -> None:
    terms()
    made = track(alma)
    assert opened(made) == set()
    with pytest.raises(NotInTerms):
        answer(alma, [made.pk], allow(TRAIN), PAGE, at=NOON)
    assert answer(alma, [made.pk], HOLD_EVERYTHING, PAGE, at=NOON) is not None


def test_new_terms_that_name_more_widen_nothing_until_they_are_accepted_and_answered(
    alma: Account, harbour: Track
) -> None:
    answer_by_default(alma, allow(INPUT, INFORM, TRAIN), PAGE, at=NOON)
    before = opened(harbour)
    second = wider(NOON + DAY)
    refresh([harbour.pk], NOON + 40 * DAY)
    assert opened(harbour) == before
    agree(alma, second, NOON + 41 * DAY)
    refresh([harbour.pk], NOON + 41 * DAY)
    assert opened(harbour) == before, "to accept is not to allow"
    answer(alma, [harbour.pk], allow(LEAD), PAGE, at=NOON + 42 * DAY)
    assert opened(harbour) == before | {str(LEAD)}


def test_a_stopped_purpose_is_closed_to_all_and_resumed_as_it_was(alma: Account, harbour: Track) -> None:
    answer(alma, [harbour.pk], allow(TRAIN), PAGE, at=NOON)
    stop = Stop.objects.create(purpose="organisation", reason="An error was found.", began_at=NOON)
    assert works_open(TRAIN) == []
    assert open_among(TRAIN, [harbour.pk]) == set()
    assert decide(Ask(TRAIN, Errand(NOON)), stances([harbour.pk], NOON)[harbour.pk]).reason is Reason.STOPPED
    Stop.objects.filter(pk=stop.pk).update(ended_at=NOON + MINUTE)
    assert works_open(TRAIN) == [harbour.pk]


def test_a_closed_account_has_nothing_open(alma: Account, harbour: Track) -> None:
    answer(alma, [harbour.pk], allow(TRAIN), PAGE, at=NOON)
    Account.objects.filter(pk=alma.pk).update(is_active=False)
    assert decide(Ask(TRAIN, Errand(NOON)), stance_at(harbour.pk, NOON)).reason is Reason.REMOVED


def test_a_whole_catalogue_is_answered_in_a_handful_of_queries(
    alma: Account, harbour: Track, django_assert_max_num_queries: object
) -> None:
    Track.objects.bulk_create([Track(owner=alma, title=f"T{n}", slug=f"t{n}") for n in range(300)])
    with django_assert_max_num_queries(66):  # type: ignore[operator]  # a fixture of pytest-django
        act = answer_for_catalogue(alma, allow(TRAIN), PAGE, at=NOON)
    assert act is not None
    assert act.track_count == 301 == ActTrack.objects.count()
    assert len(works_open(TRAIN)) == 301
    assert works_open(TRAIN, after=harbour.pk, limit=2) == works_open(TRAIN)[1:3]


def test_an_act_is_never_changed(alma: Account, harbour: Track) -> None:
    act = answer(alma, [harbour.pk], allow(TRAIN), PAGE, at=NOON)
    assert act is not None
    with pytest.raises(TypeError):
        act.save()
    with pytest.raises(TypeError):
        Act.objects.update(allowed=0)


def test_no_answer_comes_before_one_that_is_written(alma: Account, harbour: Track) -> None:
    answer(alma, [harbour.pk], hold(TRAIN), PAGE, at=NOON + MINUTE)
    late = answer(alma, [harbour.pk], allow(TRAIN), PAGE, at=NOON)  # its clock is behind
    assert late is not None
    assert late.at == NOON + MINUTE
    assert str(TRAIN) in opened(harbour)


def test_a_listener_answers_for_listening_alone(alma: Account, harbour: Track) -> None:
    with pytest.raises(NoSuchCell):
        answer_as_listener(alma, allow(TRAIN), PAGE, at=NOON)
    answer_as_listener(alma, allow(HEARD), PAGE, at=NOON)
    assert effective_mask(listener_stance(alma.pk, NOON), Errand(NOON)) & HEARD.bit
    assert str(HEARD) not in opened(harbour), "what is said of one's listening is not said of one's tracks"


CELLS = [INPUT, INFORM, TRAIN, LEAD, NEED]
masks = st.sets(st.sampled_from(CELLS)).map(mask_of)
acts = st.lists(
    st.tuples(st.sampled_from(["tracks", "catalogue", "account", "all"]), masks, masks, st.integers(0, 3)), max_size=6
)


class Histories(TestCase):
    """Whatever is answered, in whatever order, the projection is what the history gives."""

    @settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
    @given(acts)
    def test_the_projection_is_the_history(self, steps: list[tuple[str, int, int, int]]) -> None:
        alma = person("alma", "Alma")
        agree(alma, terms())
        tracks = [track(alma, f"T{number}") for number in range(3)]
        at = NOON
        for kind, allowed, held, which in steps:
            at += timedelta(minutes=1)
            wish = Wish(allowed=allowed & ~held & ~LEAD.bit, held=held)
            if kind == "tracks":
                answer(alma, [tracks[which % 3].pk], wish, PAGE, at=at)
            elif kind == "catalogue":
                answer_for_catalogue(alma, wish, PAGE, at=at)
            elif kind == "account":
                answer_by_default(alma, wish, PAGE, at=at)
            else:
                hold_everything(alma, PAGE, at=at)
        ids = [each.pk for each in tracks]
        expected = {pk: effective_mask(stance_at(pk, at), Errand(at)) for pk in ids}
        assert open_in(ids) == expected
        Consent.objects.all().delete()
        refresh(ids, at)
        assert open_in(ids) == expected
