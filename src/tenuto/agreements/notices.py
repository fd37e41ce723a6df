"""A kind of notice: agreements, objections and disputes that one is a party to. Each has a letter too (`letters`)."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tenuto.accounts.models import Account
from tenuto.notifications.kinds import EVERY_WAY, Kind, Told, register
from tenuto.notifications.models import Notice


def told(notices: Sequence[Notice], reader: Account, at: datetime) -> Mapping[int, Told]:
    """That something happened, and where to read what: the page there knows who may read it now."""
    agreements, objections = reverse("agreements:agreements"), reverse("agreements:objections")
    organisations = reverse("agreements:organisations")
    words = {
        "invited": Told(_("You are invited to speak for an organisation"), organisations),
        "verified": Told(_("Staff have looked at an organisation of yours"), organisations),
        "drafted": Told(_("An agreement waits for you to read and sign it"), agreements),
        "voided": Told(_("Your signature is void: an agreement was changed"), agreements),
        "signed": Told(_("An agreement was signed"), agreements),
        "parting": Told(_("An agreement ends, or somebody would end it"), agreements),
        "objected": Told(_("Somebody objects to uses of AI on a track of yours"), objections),
        "withdrawn": Told(_("An objection to a track of yours was withdrawn"), objections),
        "accepted": Told(_("Your objection was accepted"), objections),
        "contested": Told(_("A dispute was opened"), objections),
        "resolved": Told(_("A dispute is resolved"), objections),
    }
    return {notice.pk: words[notice.what] for notice in notices if notice.what in words}


AGREED = register(
    Kind("agreement", gettext_lazy("Agreements, objections and disputes"), told, EVERY_WAY, has_letter=True)
)
