"""Packs everything that somebody has put in into one zip that they can open anywhere.

Each slice says what it holds of an account (`@contributes`); here it is given names that every file system takes and
written, one file after the other, without ever being whole in memory.
"""

import json
import re
import unicodedata
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path, PurePosixPath
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db.models import F, Model
from django.utils.translation import gettext as _

from tenuto.accounts import languages
from tenuto.accounts.models import Account
from tenuto.base import pictures, storage
from tenuto.base.models import Blob

BLOCK_BYTES = 1024 * 1024


@dataclass(frozen=True)
class Words:
    """A text file of the archive; given in pieces where it may be long."""

    name: str
    pieces: Iterable[str]


@dataclass(frozen=True)
class Stored:
    """A file of the archive that is already in storage, byte for byte."""

    name: str
    blob: Blob


Item = Words | Stored
Contributor = Callable[[Account], Iterator[Item]]

_contributors: list[Contributor] = []


def contributes(function: Contributor) -> Contributor:
    """Have `function` asked for its slice's share of every export. Registered when its app is ready."""
    if function not in _contributors:
        _contributors.append(function)
    return function


def pack(account: Account, into: Path, at: datetime, on_progress: Callable[[float], None]) -> int:
    """Write the archive to `into` and return its size. Half-written, it never stands under its own name."""
    draft = into.with_suffix(".part")
    draft.parent.mkdir(parents=True, exist_ok=True)
    total = sum(item.blob.size_bytes for item in items_of(account, at) if isinstance(item, Stored))
    done = 0
    taken: set[str] = set()
    # Stored, not deflated: music and pictures are compressed already, and the disk is faster than zlib.
    with zipfile.ZipFile(draft, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
        for item in items_of(account, at):
            entry = zipfile.ZipInfo(_unused(item.name, taken), at.timetuple()[:6])
            entry.external_attr = 0o644 << 16
            if isinstance(item, Words):
                entry.compress_type = zipfile.ZIP_DEFLATED
                with archive.open(entry, "w", force_zip64=True) as file:
                    for piece in item.pieces:
                        file.write(piece.encode("utf-8", "replace"))
                continue
            with storage.open_blob(item.blob) as source, archive.open(entry, "w", force_zip64=True) as file:
                while block := source.read(BLOCK_BYTES):
                    file.write(block)
                    done += len(block)
                    on_progress(done / max(total, 1))
    size = draft.stat().st_size
    draft.replace(into)
    return size


def items_of(account: Account, at: datetime) -> Iterator[Item]:
    """All that goes into the archive, slice by slice."""
    for contributor in _contributors:
        yield from contributor(account)
    with languages.of(account):
        readme = _readme(account, at)
    yield Words("README.txt", [readme])


def as_json(value: Any) -> str:
    """JSON as people read it, with times as ISO 8601."""
    return json.dumps(value, indent=2, ensure_ascii=False, default=_plain) + "\n"


def as_json_lines(rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    """One JSON object a line, for what may be millions of rows."""
    return (json.dumps(row, ensure_ascii=False, default=_plain) + "\n" for row in rows)


def fields_of(row: Model, *without: str) -> dict[str, Any]:
    """All plain columns of a row, those too that a later version adds; what points to other rows is said elsewhere."""
    return {
        field.name: field.value_from_object(row)
        for field in row._meta.concrete_fields
        if not field.is_relation and field.name not in {"id", *without}
    }


def file_name(name: str) -> str:
    """One part of a path as every file system takes it: no separators, no control characters, no surprises."""
    name = unicodedata.normalize("NFC", name)
    name = "".join(
        "_" if unicodedata.category(letter)[0] == "C" or letter in '<>:"/\\|?*' else letter for letter in name
    )
    name = name.strip(" .") or "unnamed"
    if re.fullmatch(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?", name):
        name = f"_{name}"
    # 255 bytes is the limit of most file systems; the ending must survive the cut.
    stem, suffix = PurePosixPath(name).stem, PurePosixPath(name).suffix[:20]
    return stem.encode()[: 160 - len(suffix.encode())].decode(errors="ignore").rstrip(" .") + suffix


def _unused(name: str, taken: set[str]) -> str:
    """`name`, or with a number where it is taken; in any case, as some file systems know no case."""
    path = PurePosixPath(name)
    number = 1
    while name.casefold() in taken:
        number += 1
        name = str(path.with_name(f"{path.stem} ({number}){path.suffix}"))
    taken.add(name.casefold())
    return name


def _plain(value: object) -> object:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)


def _readme(account: Account, at: datetime) -> str:
    return _(
        """Everything that @%(handle)s has put into %(site)s (%(url)s), as it was on %(day)s.

account.json       who you are here: name, words, links, e-mail addresses, tokens (their names only),
                   whom you follow and who follows you
pictures/          your avatar and banner, as you uploaded them
tracks/            a folder for each track:
  track.json       all its fields, its permissions, publication and secret links
  artwork.…        its cover, as you uploaded it
  (audio files)    every recording, byte for byte as you uploaded it; replaced ones too
  recordings.json  what was found in them: format, length, loudness
  listens.jsonl    who listened, when and how far, one line each; listeners themselves are not named
  release.ern.xml  the recording as a DDEX message, for partners
  lyrics.txt       what is sung, as you wrote it; in time it is lyrics.lrc
  lyrics.json      the same with its language and days, and what stood there before
catalogue.csv      your recordings with ISRCs and terms of use, a table for registries and partners
plays.jsonl        what you have listened to, as far as you let it be kept
likes.jsonl        what you like, the last first
likes-shown.json   since when everyone sees what you like
reposts.jsonl      what you repost, the last first
notifications.json what you chose to be told, and how
collectives/       where you belong, and which of your works you show there; where you said no, and when
playlists/         a file for each playlist: its order, by artist and title, and who works on it; where you said no
queue.json         what your player would play next
albums/            a folder for each album, EP or single: its fields, its order, its cover
credits/           which credits you asked about or were asked about, the answers, your codes in registers
comments/          what you said, what you gave a heart, whom you muted, whose comments wait for you
reports/           what you reported, what was decided about what is yours, your appeals
sound/             tempo and key as you said them, suggested tags that you declined
consent/           each answer that you gave about AI, as its receipt
ai/                each time AI asked for your tracks, and each training that they were in
recognised/        what was recognised in your uploads, where your works turned up, and which of them are registered
crawlers/          licences that you gave to crawlers, and your offer
terms/             which terms you accepted, and when, with their text
agreements/        what you agreed and signed, word for word, with its documents; what you objected to and contested

JSON files are plain text. Times are in UTC, as ISO 8601 writes them. Nothing in here needs our program.
"""
    ) % {
        "handle": account.username,
        "site": settings.SITE_NAME,
        "url": settings.SITE_URL,
        "day": f"{at:%Y-%m-%d %H:%M} UTC",
    }


@contributes
def _the_account(account: Account) -> Iterator[Item]:
    yield Words("account.json", [as_json(_facts(account))])
    for part, blob in (("avatar", account.avatar), ("banner", account.banner)):
        if blob is not None:
            yield Stored(f"pictures/{part}{pictures.suffix_of(blob)}", blob)


def _facts(account: Account) -> dict[str, Any]:
    return {
        "handle": account.username,
        "name": account.display_name,
        "email": account.email,
        "emails": list(EmailAddress.objects.filter(user=account).values("email", "verified", "primary")),
        "bio": account.bio,
        "place": account.place,
        "joined_at": account.date_joined,
        "last_sign_in_at": account.last_login,
        "language": account.language,
        "former_handles": list(account.former_handles.values("handle", "until")),
        "links": list(account.links.values("label", "url")),
        "following": list(account.following.values("since", handle=F("followed__username"))),
        "followers": list(account.followers.values("since", handle=F("follower__username"))),
        "tokens": list(account.tokens.values("name", "hint", "created_at", "last_used_at", "expires_at")),
        "passkeys_and_codes": list(
            Authenticator.objects.filter(user=account).values("type", "created_at", "last_used_at")
        ),
        "sessions": list(UserSession.objects.filter(user=account).values("created_at", "last_seen_at", "user_agent")),
    }
