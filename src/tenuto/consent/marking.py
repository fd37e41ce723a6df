"""Keeps the short mark on tracks true: what is open to anybody, and what an agreement opens to one named party alone.

The rows of the projection say what is open for nobody in particular. A track that somebody may generate from is not
*held*, though nobody else may, so its mark must know.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from tenuto.agreements.among import among
from tenuto.rules.agreements import Errand
from tenuto.rules.cells import LICENCE_ONLY
from tenuto.rules.consent_masks import effective_mask
from tenuto.rules.marks import Open, kinds_open
from tenuto.rules.stances import Stance
from tenuto.tracks.models import Track


def mark(found: dict[int, Stance], masks: dict[int, int], turned: Iterable[int], at: datetime) -> None:
    """Write the marks of those that were turned, of those open to a named party, and of those that once were."""
    named = {track_id: mask for track_id, stance in found.items() if (mask := open_to_named(stance, at))}
    licensed = Track.objects.filter(pk__in=among(list(found)), ai_uses__gte=Open.GENERATIVE)
    looked_at = {*turned, *named, *licensed.values_list("pk", flat=True)}
    known: dict[int, Open] = {}
    by_kinds: dict[Open, list[int]] = defaultdict(list)
    for track_id in looked_at:
        mask = masks[track_id] | named.get(track_id, 0)
        if mask not in known:
            known[mask] = kinds_open(mask)
        by_kinds[known[mask]].append(track_id)
    for kinds, tracks in by_kinds.items():
        Track.objects.filter(pk__in=among(tracks)).exclude(ai_uses=kinds).update(ai_uses=kinds)


def open_to_named(stance: Stance, at: datetime) -> int:
    """The cells that only a licence can open, and that are open somewhere to one who is named."""
    mask = 0
    named = [(agreement, one) for agreement in stance.agreements for one in agreement.recipients]
    for contract, recipient in named + [(licence, licence.recipient) for licence in stance.licences]:
        where = min(contract.countries) if contract.countries else None
        errand = Errand(at, where, licensee=recipient.licensee, model=recipient.model)
        mask |= effective_mask(stance, errand) & LICENCE_ONLY
    return mask
