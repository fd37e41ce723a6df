"""A kind of notice: one is asked whether a credit means one, or answered. Each has a letter too (`letters`)."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tenuto.accounts.models import Account
from tenuto.credits.models import Credited
from tenuto.notifications.kinds import EVERY_WAY, Kind, Told, register
from tenuto.notifications.models import Notice


def told(notices: Sequence[Notice], reader: Account, at: datetime) -> Mapping[int, Told]:
    """To whoever is asked where to answer, for they need not know the track; to its artist by its name."""
    rows = Credited.between_friends().filter(pk__in=[n.about for n in notices]).select_related("track")
    credits_here = {one.pk: one for one in rows}
    answers = {
        Credited.Answer.CONFIRMED.value: _("{who} confirmed a credit of “{title}”"),
        Credited.Answer.DECLINED.value: _("{who} declined a credit of “{title}”"),
    }
    found: dict[int, Told] = {}
    for notice in notices:
        one = credits_here.get(notice.about)
        if one is None:
            continue
        is_asked = notice.what == "asked" and one.account_id == reader.pk
        if is_asked and one.answer == Credited.Answer.OPEN and one.is_worded_so:
            found[notice.pk] = Told(_("{who} credits you, and asks whether that is you"), reverse("credits:own"))
        elif notice.what == "answered" and one.track.owner_id == reader.pk and one.answer in answers:
            people = reverse("credits:people", args=[one.track.key])
            found[notice.pk] = Told(answers[one.answer], people, {"title": one.track.title})
    return found


CREDITED = register(
    Kind("credit", gettext_lazy("Credits: questions to you, and answers"), told, EVERY_WAY, has_letter=True)
)
