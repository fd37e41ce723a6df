"""What the public log has of a track: for everybody what it says was open, for its artist also the last entry.

What opens an entry about a track is handed to its artist alone. Whoever has it can tell for ever whom the entry is
about, also after the artist has had the work's key erased. What is open is another matter: the policy says it to
everybody anyway, so the standing map's word for it is shown beside it, and nothing that the policy does not say.
"""

from typing import Any

from django.conf import settings
from django.urls import reverse

from tenuto.base.errors import NotFound
from tenuto.consent.models import MapEpoch, MapState
from tenuto.consent.standing import current_epoch, proofs_of, subject_of
from tenuto.ledger.book import openings
from tenuto.ledger.models import Entry
from tenuto.ledger.proving import Prover, shown
from tenuto.ledger.subjects import Subject
from tenuto.ledger.vault import known_keys
from tenuto.rules.cells import words_of
from tenuto.rules.consent_maps import map_key, map_salt, state_of
from tenuto.rules.lines import Refused
from tenuto.rules.openings import opened, shown_state
from tenuto.rules.usage_policies import CARRIED, Reach, UsagePolicy
from tenuto.tracks.models import Track


def log_of(track: Track, policy: UsagePolicy, *, for_owner: bool) -> dict[str, Any]:
    """Where the log is, and what it says of the track: of a public one what is open, to its owner the last entry."""
    entry, proof = _last(track) if for_owner else (None, None)
    return {
        "page": f"{settings.SITE_URL}{reverse('ledger:log')}",
        "checkpoint": f"{settings.SITE_URL}{reverse('ledger:checkpoint')}",
        "entry": entry,
        "proof": proof,
        "standing": _standing(track, policy) if policy.reach is Reach.PUBLIC else None,
    }


def _standing(track: Track, policy: UsagePolicy) -> dict[str, Any] | None:
    """What the newest epoch says is open, as a `.tlog-proof` file; nothing unless it says just what the policy says."""
    epoch, state = current_epoch(), MapState.objects.filter(track_id=track.pk).order_by("-epoch_id").first()
    key = known_keys([subject_of(track.pk)]).get(subject_of(track.pk))
    if epoch is None or state is None or key is None or state.cells != policy.open:
        return None
    try:
        proof = Prover().prove(epoch.entry, _shown(epoch, key, state.cells)).proof
        opened(proof.extra or b"")
    except NotFound:  # the next checkpoint has it
        return None
    except Refused:  # mapped before a state could be shown without the key; its next change is mapped anew
        return None
    words = words_of(state.cells)
    return {"epoch": epoch.number, "at": epoch.at, "open": words, "entry": epoch.entry, "proof": bytes(proof).decode()}


def _shown(epoch: MapEpoch, key: bytes, cells: int) -> bytes:
    words = words_of(cells)
    record = bytes(Entry.objects.get(index=epoch.entry).leaf)[1:]
    [proof] = proofs_of([(epoch, key)])
    return shown_state(record, map_key(key), map_salt(key, state_of(words)), words, bytes(proof))


def _last(track: Track) -> tuple[int | None, str | None]:
    """The newest entry about any part of the track that can be proved, and its `.tlog-proof` file."""
    keys = known_keys([Subject(asset.value, track.pk) for asset in CARRIED])
    prover = Prover()
    for each in reversed(openings(keys)):
        try:
            made = prover.prove(each.index, shown(each, keys[each.subject]))
        except NotFound:  # the next checkpoint has it
            continue
        return each.index, bytes(made.proof).decode()
    return None, None
