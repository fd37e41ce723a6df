"""A file that came with a no to AI in it: everything in its track is held until its artist says whose no that is.

The no is believed whoever wrote it. To open anything after it takes an attestation, one sentence that the artist says
together with the answer; the act of consent keeps which sentence that was.
"""

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from tenuto.base.errors import BadRequest, Words
from tenuto.consent.models import Act, ActTrack
from tenuto.tracks.models import Track

# Names the sentence below. Another sentence has another name, and this one stays for the acts that bear it.
SENTENCE_NAME = "reservation-1"
SENTENCE = _("The reservation in the file is my own, or I hold the rights to lift it. I lift it here, as I answer.")


class NeedsAttestation(BadRequest):
    """A yes to a work whose file said no."""

    advice = _(
        "The file that you uploaded carries a reservation against AI. To open any use of it, confirm that the "
        "reservation is yours to lift. Nothing was changed."
    )
    status = 422
    code = "needs_attestation"


def reserved_among(tracks: QuerySet[Track]) -> QuerySet[Track]:
    """Those of these tracks whose file said no, and whose artist has not lifted it since."""
    return tracks.filter(Exists(_acts(how=Act.How.FILE))).exclude(Exists(_acts(attested=SENTENCE_NAME)))


def is_reserved(track: Track) -> bool:
    return reserved_among(Track.objects.filter(pk=track.pk)).exists()


def was_lifted(track: Track) -> bool:
    """Has the artist said already that such a no is theirs to lift?"""
    return Act.objects.filter(attested=SENTENCE_NAME, tracks=track).exists()


def sentence_of(act: Act) -> Words:
    """What was attested with an act; empty where nothing was."""
    return SENTENCE if act.attested == SENTENCE_NAME else ""


def _acts(**which: object) -> QuerySet[ActTrack]:
    return ActTrack.objects.filter(track=OuterRef("pk"), **{f"act__{name}": value for name, value in which.items()})
