"""Brings the demo catalogue into the platform: people as they sign up, files as they upload them.

May be killed at any moment and started again: each step looks at what is done before it does. Once all is in, a mark
beside the database says so, and nothing is touched any more; whoever deletes a demo track has deleted it.
"""

import fcntl
import hashlib
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from tenuto.accounts.models import Account, Follow, ProfileLink
from tenuto.audio import arrive, journey
from tenuto.audio.models import Upload
from tenuto.base import pictures
from tenuto.base.events import publish as tell
from tenuto.comments.models import Comment, Named
from tenuto.consent.answer import Wish, answer_by_default
from tenuto.consent.models import Act
from tenuto.demo.artwork.paper import as_jpeg
from tenuto.demo.artwork.portraits import banner, face
from tenuto.demo.catalogue import ARTISTS, ENTRIES, LISTENERS, PASSWORD, Artist, Entry, artist
from tenuto.demo.shelves import fill_shelves
from tenuto.demo.together import fill_together
from tenuto.demo.write import DemoFile, file_name, write_catalogue
from tenuto.rules.cells import cell_named, mask_of
from tenuto.rules.comments import handles_in
from tenuto.rules.visibility import Audience
from tenuto.terms.accepting import accept
from tenuto.terms.models import Acceptance, Version
from tenuto.terms.versions import FIRST, in_force
from tenuto.terms.versions import publish as publish_version
from tenuto.tracks import links, publish
from tenuto.tracks.events import TrackDescribed
from tenuto.tracks.models import Publication, Recording, SecretLink, Track

Say = Callable[[str], None]

# What the operator fills into the terms.
BLANKS = {
    "[name and address of the operator]": "whoever has started this demo on their machine",
    "[e-mail address]": "demo@tenuto.example",
    "[3]": "3",
    "[30]": "30",
    "[35]": "35",
    "[country]": "the country in which this machine stands",
}

LONGEST_WAIT_S = 600  # for the last sound to be rendered; the music plays by then, only its dates are missing


def load_catalogue(say: Say) -> None:
    """People first, then each piece as soon as it is written. Of two loaders at once, one waits."""
    home = Path(settings.HOME)
    with (home / "demo-loading").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # let go by the kernel, however this process ends
        if is_loaded():
            return
        say(f"Composing {len(ENTRIES)} pieces, about a minute. They appear on the front page one by one.")
        load_people()

        def bring(entry: Entry, done: int, of: int) -> None:
            load_file(DemoFile(entry, home / "demo" / file_name(entry)), timezone.now())
            say(f"{done:>3} of {of}  {artist(entry.artist).name}: {entry.title}")

        write_catalogue(home / "demo", bring, ENTRIES)
        fill_shelves(timezone.now())
        fill_together(timezone.now())
        until = time.monotonic() + LONGEST_WAIT_S
        while date_back() and time.monotonic() < until:
            time.sleep(1)
        _mark().write_text("The demo catalogue is in. Without this file, bin/demo brings back what is missing of it.\n")
        say("The demo catalogue is complete.")


def is_loaded() -> bool:
    return _mark().exists()


def publish_terms() -> None:
    """The terms that come with Tenuto, filled in for a demo. Once there are any, they stay as they are."""
    if Version.objects.exists():
        return
    text, now = FIRST.read_text(encoding="utf-8"), timezone.now()
    for blank, words in BLANKS.items():
        text = text.replace(blank, words)
    publish_version(text, now, at=now)


def load_people() -> None:
    """Six artists with their pictures, two listeners, and who follows whom."""
    for someone in ARTISTS:
        if not Account.objects.filter(username=someone.handle).exists():
            _sign_up_artist(someone)
    for handle, name, bio in LISTENERS:
        if not Account.objects.filter(username=handle).exists():
            with transaction.atomic():
                _sign_up(handle, name, bio=bio)
    everybody = {account.username: account for account in Account.objects.filter(username__in=_handles())}
    for follower, followed in (
        *(("bo", someone.handle) for someone in ARTISTS),
        ("lin", "alma"),
        ("lin", "hexen-choir"),
        ("mara-oke", "alma"),
        ("os-faros", "low-tide-radio"),
        ("low-tide-radio", "hexen-choir"),
    ):
        if follower in everybody and followed in everybody:
            Follow.objects.get_or_create(follower=everybody[follower], followed=everybody[followed])


def load_file(file: DemoFile, at: datetime) -> Recording:
    """Upload one file as its artist, say about it what a file cannot say, and share it as its entry has it."""
    owner = Account.objects.get(username=file.entry.artist)
    recording = _uploaded(owner, file.path, at) or journey.receive_file(owner, file.path, arrive.Wish(), at)
    # Described and shared in one transaction, so that what is described is also shared.
    if not recording.track.description:
        with transaction.atomic():
            _describe(recording.track, file.entry)
            tell(TrackDescribed(recording.track.pk, at))
            _share(recording.track, file.entry, owner, at)
            _talk(recording.track, file.entry, at)
    return recording


def date_back() -> int:
    """Give what can be heard by now the dates that the catalogue tells of; return how many still wait for their sound.

    Only possible afterwards: a publication begins when its sound is ready, not before.
    """
    waiting = 0
    for entry in ENTRIES:
        shared = Publication.objects.filter(
            track__owner__username=entry.artist, track__description=entry.description
        ).select_related("track")
        for publication in shared:
            if not publication.audible:
                waiting += 1
            elif entry.sharing != "scheduled":
                since = publication.track.created_at - timedelta(hours=entry.hours_ago)
                Publication.objects.filter(pk=publication.pk, starts_at__gt=since).update(starts_at=since)
    return waiting


# ——— people ———


def _sign_up_artist(artist: Artist) -> None:
    portrait, scenery = (pictures.take(as_jpeg(draw(artist.handle))) for draw in (face, banner))
    with transaction.atomic():
        account = _sign_up(
            artist.handle, artist.name, bio=artist.bio, place=artist.place, avatar=portrait, banner=scenery
        )
        ProfileLink.objects.bulk_create(
            ProfileLink(account=account, label=label, url=url) for label, url in artist.links
        )
        if artist.allows and Version.objects.exists():
            wish = Wish(allowed=mask_of(map(cell_named, artist.allows)))
            answer_by_default(account, wish, Act.How.SIGN_UP, at=timezone.now())


def _sign_up(handle: str, name: str, **facts: object) -> Account:
    address = f"{handle}@tenuto.example"
    account = Account.objects.create_user(handle, address, PASSWORD, display_name=name, **facts)
    EmailAddress.objects.create(user=account, email=address, verified=True, primary=True)
    if (terms := in_force(timezone.now())) is not None:
        accept(account, terms, terms.digest, [], Acceptance.How.SIGN_UP, at=timezone.now())
    return account


def _handles() -> list[str]:
    return [*(artist.handle for artist in ARTISTS), *(handle for handle, _, _ in LISTENERS)]


# ——— tracks ———


def _uploaded(owner: Account, path: Path, at: datetime) -> Recording | None:
    """What an earlier run has brought in of this file, perhaps only just."""
    for upload in Upload.objects.filter(owner=owner, filename=path.name, finished_at=None):
        if arrive.has_come(upload):
            journey.take_in(upload, at)
        else:
            arrive.abandon(upload)
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return (
        Recording.objects.filter(track__owner=owner, original_id=digest)
        .select_related("track__owner")
        .order_by("pk")
        .first()
    )


def _describe(track: Track, entry: Entry) -> None:
    """Title, genre and cover are in the file's tags, and come from there as with every upload."""
    track.description = entry.description
    track.tags = list(entry.tags)
    track.credits = [list(credit) for credit in entry.credits]
    track.artwork_words = entry.artwork_words
    track.licence = entry.licence
    track.downloads = entry.downloads
    track.save(update_fields=["description", "tags", "credits", "artwork_words", "licence", "downloads", "changed_at"])
    tell(TrackDescribed(track.pk, timezone.now()))


def _share(track: Track, entry: Entry, owner: Account, at: datetime) -> None:
    match entry.sharing:
        case "public":
            publish.publish(track, Audience.PUBLIC, None, by=owner, at=at)
        case "followers":
            publish.publish(track, Audience.FOLLOWERS, None, by=owner, at=at)
        case "scheduled":
            publish.publish(track, Audience.PUBLIC, at + timedelta(days=1), by=owner, at=at)
        case "sketch":
            pass  # every upload begins in the sketchbook
    named = set(SecretLink.objects.filter(track=track).values_list("name", flat=True))
    for name in entry.links:
        if name not in named:
            links.make(track, name, None, by=owner, at=at)


def _talk(track: Track, entry: Entry, at: datetime) -> None:
    """What people say along it: its sound may still be on its way, so it is noted as if they had heard it."""
    there = {account.username: account for account in Account.objects.filter(username__in=_handles())}
    for line in entry.said:
        if line.by in there:
            said = _noted(track, there[line.by], line.words, at, at_seconds=line.at)
            for by, words in line.answers:
                if by in there:
                    _noted(track, there[by], words, at, parent=said)


def _noted(track: Track, by: Account, words: str, at: datetime, **place: Any) -> Comment:
    said = Comment.objects.create(track=track, author=by, words=words, said_at=at, **place)
    named = Account.objects.filter(username__in=handles_in(words))
    Named.objects.bulk_create(Named(comment=said, account=one) for one in named)
    return said


def _mark() -> Path:
    return Path(settings.HOME) / "demo-loaded"
