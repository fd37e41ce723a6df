"""What an agreement says, and the one text that stands for it: the same content is always the same bytes."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from tenuto.agreements.models import Reach
from tenuto.rules.agreements import Recipient
from tenuto.rules.cells import LICENCE_ONLY, Asset, Cell, cell_named, mask_of


@dataclass(frozen=True, order=True)
class Thing:
    """Something that is covered: a code, a track by its key, a label by its name, or the whole catalogue."""

    kind: str
    value: str = ""


@dataclass(frozen=True, order=True)
class Paper:
    """A document that belongs to it, by the digest of its bytes."""

    name: str
    digest: str


@dataclass(frozen=True)
class Parties:
    """Who agrees, as the text names them."""

    organisation: str
    organisation_slug: str
    artist: str
    artist_handle: str


@dataclass(frozen=True, kw_only=True)
class Content:
    """What is agreed. Days are whole days by `zone`; the last one still counts."""

    title: str = ""
    assets: frozenset[Asset] = frozenset()
    things: frozenset[Thing] = frozenset()
    grants: frozenset[Cell] = frozenset()
    recipients: frozenset[Recipient] = frozenset()
    countries: frozenset[str] | None = None
    first_day: date | None = None
    last_day: date | None = None
    notice_days: int | None = None  # either side may end it alone, so many days ahead; None: only both together
    words: str = ""
    papers: frozenset[Paper] = frozenset()
    zone: str = "UTC"

    granted: int = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "granted", mask_of(self.grants))

    @property
    def starts_at(self) -> datetime | None:
        """The first moment, or None: as soon as it is signed."""
        return None if self.first_day is None else self._morning(self.first_day)

    @property
    def ends_at(self) -> datetime | None:
        """The first moment after it."""
        return None if self.last_day is None else self._morning(self.last_day + timedelta(days=1))

    def _morning(self, day: date) -> datetime:
        return datetime.combine(day, time.min, ZoneInfo(self.zone)).astimezone(UTC)

    @property
    def for_licensees(self) -> frozenset[Cell]:
        """Granted cells that only somebody named in it may use."""
        return frozenset(cell for cell in self.grants if cell.bit & LICENCE_ONLY)


def write(content: Content, parties: Parties) -> str:
    """The canonical text: JSON with sorted names and lists, readable, ending in a line break."""
    said = {
        "agreement": 1,
        "organisation": {"name": parties.organisation, "slug": parties.organisation_slug},
        "artist": {"name": parties.artist, "handle": parties.artist_handle},
        "title": content.title,
        "assets": _in_order(content.assets),
        "covers": [{"kind": str(thing.kind), "value": thing.value} for thing in sorted(content.things)],
        "grants": [str(cell) for cell in sorted(content.grants, key=lambda cell: cell.position)],
        "recipients": [
            {"licensee": one.licensee, "model": one.model}
            for one in sorted(content.recipients, key=lambda one: (one.licensee, one.model))
        ],
        "countries": None if content.countries is None else sorted(content.countries),
        "first_day": None if content.first_day is None else content.first_day.isoformat(),
        "last_day": None if content.last_day is None else content.last_day.isoformat(),
        "notice_days": content.notice_days,
        "words": content.words,
        "documents": [{"name": paper.name, "sha256": paper.digest} for paper in sorted(content.papers)],
        "zone": content.zone,
    }
    return json.dumps(said, indent=2, ensure_ascii=False, sort_keys=True) + "\n"


@lru_cache(maxsize=4096)
def read(text: str) -> Content:
    """The content of a canonical text."""
    said: dict[str, Any] = json.loads(text)
    return Content(
        title=said["title"],
        assets=frozenset(map(Asset, said["assets"])),
        things=frozenset(Thing(Reach.Kind(each["kind"]), each["value"]) for each in said["covers"]),
        grants=frozenset(map(cell_named, said["grants"])),
        recipients=frozenset(Recipient(**each) for each in said["recipients"]),
        countries=None if said["countries"] is None else frozenset(said["countries"]),
        first_day=None if said["first_day"] is None else date.fromisoformat(said["first_day"]),
        last_day=None if said["last_day"] is None else date.fromisoformat(said["last_day"]),
        notice_days=said["notice_days"],
        words=said["words"],
        papers=frozenset(Paper(each["name"], each["sha256"]) for each in said["documents"]),
        zone=said["zone"],
    )


def read_parties(text: str) -> Parties:
    """Who agrees, by the names they had when it was written."""
    said: dict[str, Any] = json.loads(text)
    return Parties(
        said["organisation"]["name"],
        said["organisation"]["slug"],
        said["artist"]["name"],
        said["artist"]["handle"],
    )


def digest_of(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def same_label(name: str) -> str:
    """A label's name as it is compared: capitals and spaces make no other label."""
    return " ".join(name.split()).casefold()


def _in_order(assets: Iterable[Asset]) -> list[str]:
    return [str(asset) for asset in Asset if asset in set(assets)]
