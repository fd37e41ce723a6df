"""What people read about uses, answers and reasons."""

from collections.abc import Mapping

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from tenuto.rules.cells import Asset, Cell, Purpose, Use, cell
from tenuto.rules.consent import Decision, Reason
from tenuto.rules.marks import Open
from tenuto.rules.records import Kind, Record
from tenuto.terms.words import ASSETS, PURPOSES, USES

USE_MEANS: dict[Use, Promise] = {
    Use.INPUT: later("Read it for one answer, then let go."),
    Use.INFORM: later("Keep what was learned, to steer a feature."),
    Use.TRAIN: later("Let it change what a model knows."),
    Use.DEVELOP: later("Let people build and test with it."),
}
PURPOSE_MEANS: dict[Purpose, Promise] = {
    Purpose.RECOMMENDATION: later("Lead listeners to it who may like it."),
    Purpose.ORGANISATION: later("Find its tempo, key and mood, so that it can be browsed."),
    Purpose.FRAUD: later("See whether plays are made by people."),
    Purpose.IDENTIFICATION: later("Recognise it where somebody else uploads it."),
    Purpose.GENERATIVE: later("Models that make music, pictures or words."),
    Purpose.THIRD_PARTY: later("Other companies' programs."),
}

# One sentence a reason; what stands in %(party)s is whose word the first record of the basis is.
_WHY: dict[Reason, Promise] = {
    Reason.STOPPED: later("Held for everybody: the operator has stopped this purpose."),
    Reason.REMOVED: later("Held: the track has been taken down."),
    Reason.ERASED: later("Held: the track has been erased."),
    Reason.NEEDED: later(
        "Needed: the service cannot run without it. Version %(party)s of the terms, which you accepted, says so."
    ),
    Reason.OBJECTED: later("Held: somebody with rights in it objects (%(party)s). One no is enough."),
    Reason.DISPUTED: later("Held: it is disputed whose work this is. Everything is, until that is settled."),
    Reason.HELD: later("Held: you said so for this track."),
    Reason.AGREED: later("Allowed by an agreement with %(party)s, which stands in the place of the terms."),
    Reason.NOT_AGREED: later("Held: an agreement with %(party)s covers this and does not grant it."),
    Reason.LICENSED: later("Allowed by a licence to %(party)s, and to nobody else."),
    Reason.NOT_LICENSED: later("Held: only a licence that names one model or one licensee could open it."),
    Reason.NOT_IN_TERMS: later("Held: you accepted no terms that speak of it, so nobody could have allowed it."),
    Reason.DECLINED: later(
        "Held: you accepted version %(party)s of the terms without the clause that speaks of it."
        " Answer the terms anew to take it in."
    ),
    Reason.ALLOWED: later("Allowed: you said so for this track."),
    Reason.ALBUM_ALLOWS: later("Allowed: you said so for the album."),
    Reason.ALBUM_HOLDS: later("Held: you said so for the album."),
    Reason.ACCOUNT_ALLOWS: later("Allowed: you said so for everything in your account."),
    Reason.ACCOUNT_HOLDS: later("Held: you said so for everything in your account."),
    Reason.SILENCE: later("Held: nobody has said anything, and silence is no."),
}
SOURCES: dict[Reason, Promise] = {
    Reason.STOPPED: later("the operator"),
    Reason.REMOVED: later("its removal"),
    Reason.ERASED: later("its removal"),
    Reason.NEEDED: later("the terms"),
    Reason.OBJECTED: later("an objection"),
    Reason.DISPUTED: later("a dispute"),
    Reason.HELD: later("this track"),
    Reason.AGREED: later("an agreement"),
    Reason.NOT_AGREED: later("an agreement"),
    Reason.LICENSED: later("a licence"),
    Reason.NOT_LICENSED: later("no licence"),
    Reason.NOT_IN_TERMS: later("the terms"),
    Reason.DECLINED: later("the terms"),
    Reason.ALLOWED: later("this track"),
    Reason.ALBUM_ALLOWS: later("the album"),
    Reason.ALBUM_HOLDS: later("the album"),
    Reason.ACCOUNT_ALLOWS: later("your account"),
    Reason.ACCOUNT_HOLDS: later("your account"),
    Reason.SILENCE: later("silence"),
}


_WHY_OF_ALBUM: dict[Reason, Promise] = {
    Reason.ALBUM_ALLOWS: later("Allowed: you said so for the album “%(album)s”."),
    Reason.ALBUM_HOLDS: later("Held: you said so for the album “%(album)s”."),
}


def why(decision: Decision, album: str = "") -> str:
    """A decision's reason as a sentence; it names the album whose answer it was where that is known."""
    if album and decision.reason in _WHY_OF_ALBUM:
        return str(_WHY_OF_ALBUM[decision.reason]) % {"album": album}
    party = next((record.party for record in decision.basis if record.party), "")
    return str(_WHY[decision.reason]) % {"party": party or _("no name given")}


def source_of(decision: Decision, album: str = "") -> Promise | str:
    """Where an answer comes from, in a word or two."""
    return _("the album “%(title)s”") % {"title": album} if album else SOURCES[decision.reason]


def name_of(cell: Cell) -> str:
    """Recording, organisation: train."""
    return f"{ASSETS[cell.asset]} · {PURPOSES[cell.purpose]}: {USES[cell.use]}"


def shown_record(record: Record, agreements: Mapping[int, str]) -> tuple[str, str] | None:
    """A record as a page to look at, its words and its address; None where whoever looks can open none.

    `agreements`: the pages of those that they may read.
    """
    if record.kind is Kind.ANSWER:
        return _("your answer"), reverse("consent:receipt", args=[record.party])
    if record.kind is Kind.TERMS:
        return _("version %(number)s of the terms") % {"number": record.party}, reverse(
            "terms:version", args=[int(record.party)]
        )
    if record.kind is Kind.AGREEMENT and record.id in agreements:
        return _("the agreement with %(party)s") % {"party": record.party}, agreements[record.id]
    return None


# What is held whole where no asset has anything of the kind open, and what the needed cells are for.
GIVEN_UP: dict[Open, Promise] = {
    Open.TRAIN: later("training"),
    Open.DEVELOP: later("development"),
    Open.GENERATIVE: later("generative models"),
    Open.THIRD_PARTY: later("third parties"),
    Open.INFORM: later("steering a feature by it"),
    Open.INPUT: later("reading it for one answer"),
}
NEEDED_FOR: dict[Cell, Promise] = {
    cell(Asset.RECORDING, Purpose.IDENTIFICATION, Use.INPUT): later("comparing it once, when it was uploaded"),
    cell(Asset.LISTENING, Purpose.FRAUD, Use.INFORM): later("telling plays of people from plays of machines"),
}
