"""What matches put into somebody's copy of everything, and what goes of them with an account."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from django.utils import timezone
from django.utils.translation import ngettext

from tenuto.accounts.export import Item, Words, as_json, contributes, fields_of
from tenuto.accounts.models import Account
from tenuto.accounts.removal import Part, register
from tenuto.ai.identification import findings
from tenuto.consent.current import open_among
from tenuto.matches.models import Match
from tenuto.matches.works import BE_KNOWN, shown_matches, standing
from tenuto.tracks.models import Hold, Track


@contributes
def recognised(account: Account) -> Iterator[Item]:
    """How one's uploads were held, what was recognised in them, and what was said; and the matches of one's works."""
    tracks = dict(Track.objects.filter(owner=account).values_list("pk", "title"))
    holds = Hold.objects.filter(recording__track__owner=account).select_related("recording").order_by("pk")
    if held := [fields_of(one) | {"track": tracks[one.recording.track_id]} for one in holds]:
        yield Words("recognised/holds.json", [as_json(held)])
    # Which registered work of others it was stays with them; one's own are named.
    passages = standing(findings.found_in(tracks))
    if found := [asdict(one) | {"reference": tracks.get(one.reference)} for one in passages]:
        yield Words("recognised/passages.json", [as_json(found)])
    mine = Match.objects.filter(recording__track__owner=account)
    held_for_me = Match.objects.filter(holder=account, told_at__isnull=False)
    shown = shown_matches(account, timezone.now())
    for name, matches in (("in-my-tracks", mine), ("of-my-works", held_for_me)):
        rows = matches.select_related("recording__track__owner")
        if told := [_match(one, one.recording.track.owner_id == account.pk or one.pk in shown) for one in rows]:
            yield Words(f"recognised/{name}.json", [as_json(told)])
    registered = open_among(BE_KNOWN, tracks)
    if known := sorted(title for pk, title in tracks.items() if pk in registered):
        yield Words("recognised/registered.json", [as_json(known)])


def _match(match: Match, names_track: bool) -> dict[str, Any]:
    track = match.recording.track
    return {
        "track": f"{track.title} ({track.owner.name})" if names_track else None,
        "at": match.at,
        "settled_at": match.settled_at,
        "said": [
            {"claim": word.claim, "words": word.words, "at": word.at, "name": word.name}
            | ({"reply": word.reply.agrees, "reply_words": word.reply.words} if hasattr(word, "reply") else {})
            | ({"ruling": word.ruling.passes, "reasons": word.ruling.reasons} if hasattr(word, "ruling") else {})
            for word in match.said.select_related("reply", "ruling")
        ],
    }


def _names(account: Account) -> list[str]:
    waiting = Match.objects.filter(holder=account, settled_at=None).count()
    said = ngettext(
        "your claim on %d upload in which your works were recognised, which is held no longer",
        "your claims on %d uploads in which your works were recognised, which are held no longer",
        waiting,
    )
    return [said % waiting] if waiting else []


def _hide(account: Account) -> None:
    """Nothing: matches go with the account, and uploads that were held for them are released by the sweep."""


def _remove(account: Account) -> list[str] | None:
    Match._base_manager.filter(holder=account).delete()
    return None


register(Part(_names, _hide, _remove))
