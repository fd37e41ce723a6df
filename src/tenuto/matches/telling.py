"""What a page says of a track's matches: each with its passages side by side, how it stands, and who has the word."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tenuto.accounts.models import Account
from tenuto.ai.identification import findings
from tenuto.matches.answers import stands
from tenuto.matches.journey import said_to
from tenuto.matches.models import Match, Word
from tenuto.matches.works import Shown, owners_of, shown_to, standing
from tenuto.rules.matches import Claim, Standing, State, may_claim
from tenuto.tracks.models import Track

STATE_WORDS: dict[State, Promise] = {
    State.OPEN: _("You have the word."),
    State.ASKED: _("Whoever registered it has the word."),
    State.REFUSED: _("They said no. You have the word again."),
    State.CONTESTED: _("You do not agree. Staff of this site decide."),
    State.SETTLED: _("Settled: it holds your track no longer."),
    State.STAYS: _("Staff decided: it stays held."),
}


@dataclass(frozen=True)
class ToldMatch:
    """A match as its uploader reads it."""

    match: Match
    standing: Standing
    passages: list[Shown]
    said: list[Word]
    can_claim: list[Claim]

    @property
    def words(self) -> Promise:
        return STATE_WORDS[self.standing.state]

    @property
    def names(self) -> list[str]:
        """Who registered it, where the uploader may know it of every passage: else the others' names were told too."""
        if any(one.work is None for one in self.passages):
            return []
        return sorted({one.work.owner.name for one in self.passages if one.work is not None})


@dataclass(frozen=True)
class Told:
    """All that was recognised in a track."""

    matches: list[ToldMatch]
    own: list[Shown]  # passages of the uploader's own works
    others: list[Shown]  # found when it was compared anew, after it was published


def told(track: Track, account: Account, at: datetime, matches: QuerySet[Match]) -> Told:
    """What was recognised in one's own track."""
    shown = shown_to(account, standing(findings.found_in([track.pk])), at)
    owners = owners_of({one.passage.reference for one in shown})
    by_holder: dict[int, list[Shown]] = {}
    for one in shown:
        by_holder.setdefault(owners.get(one.passage.reference, 0), []).append(one)
    own = by_holder.pop(account.pk, [])
    found = []
    for match in matches:
        said = said_to(match)
        passages = by_holder.pop(match.holder_id, [])
        open_now = [one for one in Claim if match.settled_at is None and may_claim(one, said, at)]
        words = list(match.said.select_related("reply", "ruling", "agreement__organisation", "link"))
        found.append(ToldMatch(match, stands(match, at), passages, words, open_now))
    return Told(found, own, [one for some in by_holder.values() for one in some])
