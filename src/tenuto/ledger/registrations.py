"""What is put on record of a subject before the first entry about it: whose it is, and which bytes it was."""

from collections.abc import Collection
from datetime import datetime

from tenuto.ledger.subjects import ACCOUNT, Subject, batches, ids_by_kind
from tenuto.rules.canonical import moment
from tenuto.rules.cells import Asset
from tenuto.terms.models import Acceptance
from tenuto.tracks.models import Recording, Track

Facts = dict[str, object]
COLUMNS = ("pk", "owner", "artwork", "isrc", "iswc")


def facts_of(subjects: Collection[Subject], at: datetime) -> dict[Subject, Facts]:
    """The record of each: its kind and id, its owner, the digest of its file where it has one, the terms accepted."""
    common: Facts = {"v": 1, "t": "registration", "ts": moment(at)}
    found: dict[Subject, Facts] = {}
    for kind, ids in ids_by_kind(subjects).items():
        facts = _of_accounts(ids) if kind == ACCOUNT else _of_tracks(Asset(kind), ids)
        for number in ids:
            found[Subject(kind, number)] = common | {"kind": kind, "id": number} | facts.get(number, {})
    return found


def _of_accounts(ids: list[int]) -> dict[int, Facts]:
    accepted = _accepted(ids)
    return {account: {"owner": account, "terms": accepted.get(account)} for account in ids}


def _of_tracks(asset: Asset, ids: list[int]) -> dict[int, Facts]:
    tracks = {track.pk: track for batch in batches(ids) for track in Track.objects.filter(pk__in=batch).only(*COLUMNS)}
    accepted = _accepted({track.owner_id for track in tracks.values()})
    files = _files(asset, tracks)
    found: dict[int, Facts] = {}
    for number, track in tracks.items():
        found[number] = {"owner": track.owner_id, "terms": accepted.get(track.owner_id)}
        if asset is Asset.COMPOSITION:
            found[number]["iswc"] = track.iswc
        if asset is Asset.RECORDING:
            found[number]["isrc"] = track.isrc
        if number in files:
            found[number]["file"] = f"sha256:{files[number]}"
    return found


def _files(asset: Asset, tracks: dict[int, Track]) -> dict[int, str]:
    """The digest of the file that is the asset, where there is one."""
    if asset is Asset.ARTWORK:
        return {number: track.artwork_id for number, track in tracks.items() if track.artwork_id}
    if asset is not Asset.RECORDING:
        return {}
    # The one that is heard, or the newest while none is.
    return {
        number: original
        for batch in batches(tracks)
        for number, original in Recording.objects.filter(track__in=batch)
        .order_by("current", "pk")
        .values_list("track", "original")
    }


def _accepted(accounts: Collection[int]) -> dict[int, int]:
    """The number of the terms that each has accepted last."""
    return {
        account: number
        for batch in batches(accounts)
        for account, number in Acceptance.objects.filter(account__in=batch)
        .order_by("at", "pk")
        .values_list("account", "version__number")
    }
