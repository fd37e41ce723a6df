"""What saving a change of consent would take back, said before it is saved."""

from collections import Counter
from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tenuto.consent.preview import foresees
from tenuto.consent.stances import batches
from tenuto.gate.duties import Duty, duties
from tenuto.gate.models import Kept
from tenuto.gate.words import kept_by


@foresees
def what_is_forgotten(works: Sequence[int], closed: int) -> Iterable[str]:
    """One sentence for each duty that keeps something of these works."""
    concerned = [duty for duty in duties() if duty.rests_on & closed]
    counts: Counter[str] = Counter()
    for ids in batches(works):
        kept = Kept.objects.filter(duty__in=[duty.name for duty in concerned], track_id__in=ids)
        counts.update(kept.values_list("duty", flat=True))
    return [_sentence(duty, counts[duty.name]) for duty in concerned if counts[duty.name]]


def _sentence(duty: Duty, count: int) -> str:
    what = kept_by(duty)
    if duty.each:
        return ngettext(
            "%(what)s: shown no longer from the moment you save, and deleted.",
            "%(what)s of %(count)d tracks: shown no longer from the moment you save, and deleted.",
            count,
        ) % {"what": what, "count": count}
    return ngettext(
        "It leaves the %(what)s, which is made anew without it.",
        "%(count)d tracks leave the %(what)s, which is made anew without them.",
        count,
    ) % {"what": what, "count": count} + _(" You can watch it happen.")
