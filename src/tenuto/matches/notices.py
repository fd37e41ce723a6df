"""A kind of notice: what was recognised, in one's uploads or of one's works. Each has a letter too (`letters`)."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tenuto.accounts.models import Account
from tenuto.notifications.kinds import EVERY_WAY, Kind, Told, register
from tenuto.notifications.models import Notice
from tenuto.notifications.works import tracks_met


def told(notices: Sequence[Notice], reader: Account, at: datetime) -> Mapping[int, Told]:
    """To uploaders about their own track by its name; to others where to look, for they need not know the track."""
    own = {pk: track for pk, track in tracks_met((n.on for n in notices), reader, at).items() if track.owner == reader}
    to_owner = {
        "held": _("“{title}” waits: registered music was recognised in it"),
        "released": _("“{title}” is held no longer"),
        "replied": _("There is an answer about “{title}”"),
        "ruled": _("It is decided what was recognised in “{title}”"),
    }
    to_holder = {
        "turned_up": _("A work that you registered was recognised in an upload"),
        "said": _("An uploader said something about a work that you registered"),
        "ruled": _("It is decided about a work of yours that was recognised"),
    }
    found: dict[int, Told] = {}
    for notice in notices:
        track = own.get(notice.on)
        if track is not None and notice.what in to_owner:
            address = reverse("matches:recognised", args=[track.key])
            found[notice.pk] = Told(to_owner[notice.what], address, {"title": track.title})
        elif track is None and notice.what in to_holder:
            found[notice.pk] = Told(to_holder[notice.what], reverse("matches:turned-up"))
        elif notice.what == "contested" and reader.is_staff:
            found[notice.pk] = Told(_("A match waits for staff to decide"), reverse("matches:desk"))
    return found


RECOGNISED = register(
    Kind(
        "match",
        gettext_lazy("What is recognised in uploads, and answers to it"),
        told,
        EVERY_WAY,
        has_letter=True,
    )
)
