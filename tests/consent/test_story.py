"""Whatever happens, in whatever order: what is open by the projection is what the one rule decides, at every moment.

Nothing here refreshes anything by hand. What an act turns must be turned when the act is done.
"""

from collections.abc import Callable

from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TransactionTestCase

from tenuto.accounts import removal
from tenuto.base.events import publish as tell
from tenuto.consent.albums import own_album
from tenuto.consent.answer import (
    Wish,
    answer,
    answer_by_default,
    answer_for_album,
    answer_for_catalogue,
    hold_album,
    hold_everything,
)
from tenuto.consent.current import open_among, works_open
from tenuto.consent.models import Consent
from tenuto.consent.stances import stances
from tenuto.library.releases import change as releases
from tenuto.library.releases.models import Release
from tenuto.rules.agreements import Errand
from tenuto.rules.cells import CELLS, mask_of
from tenuto.rules.consent import Ask, decide
from tenuto.rules.marks import kinds_open
from tenuto.terms.accepting import accept
from tenuto.terms.models import Acceptance, Version
from tenuto.tracks.events import TrackIdentified
from tenuto.tracks.models import Track
from tenuto.tracks.publish import remove
from tenuto.tracks.slugs import begin_track
from tests.agreements.agreeing import ISRC, OTHER_ISRC, dee, isrc, label, over, signed
from tests.consent.answering import DAY, INFORM, INPUT, LEAD, NEED, PAGE, TRAIN, open_in, terms, wider
from tests.ledger.emptying import empty_ledger
from tests.people import person

SOME = [INPUT, INFORM, TRAIN, LEAD, NEED]
Step = Callable[["Story"], None]
_masks = st.sets(st.sampled_from(SOME)).map(mask_of)


class Story:
    """Alma, her tracks, a label, and two versions of the terms."""

    def __init__(self) -> None:
        now = timezone.now()
        self.first = terms(now - 60 * DAY)
        self.second = wider(now - 50 * DAY)
        self.alma, self.label = person("alma", "Alma"), label(dee(), at=now)
        self.agreed: set[str] = set()
        begin_track(self.alma, "Harbour")

    def track(self, which: int) -> Track | None:
        found = list(Track.objects.filter(owner=self.alma).order_by("pk"))
        return found[which % len(found)] if found else None

    def named(self) -> int:
        """What the terms that Alma accepted let her allow."""
        last = Acceptance.objects.filter(account=self.alma).order_by("-at", "-pk").first()
        return mask_of(last.version.terms.permitted(frozenset(last.declined))) if last else 0


def _accepts(version: str, declined: list[int]) -> Step:
    def step(story: Story) -> None:
        chosen: Version = getattr(story, version)
        accept(story.alma, chosen, chosen.digest, declined, Acceptance.How.PAGE, at=timezone.now())

    return step


def _answers(kind: str, allowed: int, held: int, cleared: int, which: int) -> Step:
    def step(story: Story) -> None:
        wish = Wish(allowed & ~held & ~cleared & story.named(), held & ~cleared, cleared)
        track, now = story.track(which), timezone.now()
        if kind == "default":
            answer_by_default(story.alma, wish, PAGE, at=now)
        elif kind == "catalogue":
            answer_for_catalogue(story.alma, wish, PAGE, at=now)
        elif track is not None:
            answer(story.alma, [track.pk], wish, PAGE, at=now)

    return step


def _uploads(code: str) -> Step:
    return lambda story: void(begin_track(story.alma, "Another", isrc=code))


def _gets_a_code(code: str, which: int) -> Step:
    """As the page and the examination of a file do it."""

    def step(story: Story) -> None:
        if (track := story.track(which)) is not None:
            Track.objects.filter(pk=track.pk).update(isrc=code)
            tell(TrackIdentified(track.pk, timezone.now()))

    return step


def _signs(code: str) -> Step:
    def step(story: Story) -> None:
        if code not in story.agreed:
            story.agreed.add(code)
            signed(story.label, story.alma, over(isrc(code)), by=dee(), at=timezone.now())

    return step


def _removes(which: int) -> Step:
    def step(story: Story) -> None:
        if (track := story.track(which)) is not None:
            remove(track, story.alma, timezone.now())

    return step


def _album(title: str, what: str, which: int) -> Step:
    """As the pages of albums do it."""

    def step(story: Story) -> None:
        track, now = story.track(which), timezone.now()
        found = Release.objects.filter(owner=story.alma, title=title).first() or releases.begin(story.alma, title, "ep")
        album = own_album(story.alma, found.key)
        match what:
            case "add" if track is not None:
                releases.add(found, track)
            case "take off" if track is not None and found.entries.filter(track=track).exists():
                releases.take_off(found, track.key)
            case "hold":
                hold_album(story.alma, album, PAGE, at=now)
            case "delete":
                releases.delete(found)

    return step


def _answers_for(title: str, allowed: int, held: int, cleared: int) -> Step:
    def step(story: Story) -> None:
        wish = Wish(allowed & ~held & ~cleared & story.named(), held & ~cleared, cleared)
        found = Release.objects.filter(owner=story.alma, title=title).first()
        if found is not None:
            answer_for_album(story.alma, own_album(story.alma, found.key), wish, PAGE, at=timezone.now())

    return step


def void(_made: object) -> None:
    """What was made is looked at afterwards, with all the rest."""


steps = st.one_of(
    st.builds(_accepts, st.sampled_from(["first", "second"]), st.sampled_from([[], [3], [4], [3, 4]])),
    st.builds(_answers, st.sampled_from(["track", "default", "catalogue"]), _masks, _masks, _masks, st.integers(0, 3)),
    st.builds(_uploads, st.sampled_from(["", ISRC, OTHER_ISRC])),
    st.builds(_gets_a_code, st.sampled_from(["", ISRC, OTHER_ISRC]), st.integers(0, 3)),
    st.builds(_signs, st.sampled_from([ISRC, OTHER_ISRC])),
    st.builds(_removes, st.integers(0, 3)),
    st.builds(
        _album,
        st.sampled_from(["One", "Two"]),
        st.sampled_from(["add", "take off", "hold", "delete"]),
        st.integers(0, 3),
    ),
    st.builds(_answers_for, st.sampled_from(["One", "Two"]), _masks, _masks, _masks),
    st.just(lambda story: void(hold_everything(story.alma, PAGE, at=timezone.now()))),
)


def agrees() -> None:
    """Row by row, cell by cell, set by set: one answer."""
    now = timezone.now()
    ids = list(Track.objects.values_list("pk", flat=True))
    decided = {
        pk: mask_of(cell for cell in CELLS if decide(Ask(cell, Errand(now)), stance))
        for pk, stance in stances(ids, now).items()
    }
    assert open_in(ids) == decided
    assert set(Consent.objects.values_list("pk", flat=True)) == set(ids), "each has its row from its first second"
    for cell in SOME:
        having = {pk for pk, mask in decided.items() if mask & cell.bit}
        assert set(works_open(cell)) == open_among(cell, ids) == having
    for track in Track.objects.all():
        assert track.ai_uses == kinds_open(decided[track.pk])


class Stories(TransactionTestCase):
    """Commits are real here, because what is told after them is part of the promise."""

    def _fixture_teardown(self) -> None:
        empty_ledger()  # its tables refuse to be emptied with the others
        super()._fixture_teardown()  # type: ignore[misc]  # the stubs leave it out

    @settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(steps, min_size=1, max_size=7), st.booleans())
    def test_the_projection_is_what_the_rule_decides_after_every_act(self, acts: list[Step], closes: bool) -> None:
        story = Story()
        agrees()
        for act in acts:
            act(story)
            agrees()
        if closes:
            removal.ask(story.alma, timezone.now())
            agrees()
            assert not any(open_in(Track.objects.values_list("pk", flat=True)).values())
