"""Which tracks an act reached when it was said: those it names, or those that were on its album."""

from collections import defaultdict
from collections.abc import Sequence

from django.db.models import F, Q

from tenuto.consent.models import Act, ActTrack, Inclusion


def keys_reached(acts: Sequence[Act]) -> dict[int, list[str]]:
    """The keys of these tracks, as far as they are still there, for each act by its number: two questions at most."""
    found: dict[int, list[str]] = defaultdict(list)
    named = ActTrack.objects.filter(act__in=acts).order_by("act_id", "track_id").values_list("act_id", "track__key")
    for act_id, key in named:
        found[act_id].append(key)
    if of_albums := [act.pk for act in acts if act.layer == Act.Layer.ALBUM]:
        there = Inclusion.objects.filter(
            Q(leaving=None) | Q(leaving__at__gt=F("album__acts__at")),
            album__acts__in=of_albums,
            at__lte=F("album__acts__at"),
        )
        for act_id, key in there.order_by("pk").values_list("album__acts", "track__key"):
            found[act_id].append(key)
    return found
