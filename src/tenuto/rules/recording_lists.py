"""A catalogue as a table for registries of ISRCs and for partners: CSV (RFC 4180), a recording a line."""

from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass, fields

from tenuto.rules import tables
from tenuto.rules.isrc import write_isrc
from tenuto.rules.signals.content_usage import usage
from tenuto.rules.usage_policies import UsagePolicy


@dataclass(frozen=True)
class Line:
    """One recording. The names of the fields are the table's head."""

    isrc: str
    title: str
    artist: str
    duration: str  # ISO 8601
    release_date: str
    label: str
    iswc: str
    upc: str
    musicbrainz_recording: str
    musicbrainz_work: str
    licence: str
    page: str
    content_usage: str
    tdm_reservation: str
    policy_sha256: str
    policy: str


@dataclass(frozen=True)
class Facts:
    """What is known of a recording besides what may be done with it."""

    title: str
    artist: str
    seconds: float
    isrc: str = ""
    release_date: str = ""
    label: str = ""
    iswc: str = ""
    upc: str = ""
    musicbrainz_recording: str = ""
    musicbrainz_work: str = ""
    credits: tuple[tuple[str, str], ...] = ()  # what somebody did, a term of rules.credits or other words; their name


def line_of(facts: Facts, policy: UsagePolicy, address: str) -> Line:
    """A recording with its terms. `address`: of the policy's document."""
    return Line(
        isrc=write_isrc(facts.isrc) if facts.isrc else "",
        title=facts.title,
        artist=facts.artist,
        duration=duration(facts.seconds),
        release_date=facts.release_date,
        label=facts.label,
        iswc=facts.iswc,
        upc=facts.upc,
        musicbrainz_recording=facts.musicbrainz_recording,
        musicbrainz_work=facts.musicbrainz_work,
        licence=policy.licence,
        page=policy.address,
        content_usage=usage(policy.answers),
        tdm_reservation="0" if policy.answers.may_mine_for_anything else "1",
        policy_sha256=policy.digest.removeprefix("sha256:"),
        policy=address,
    )


def duration(seconds: float) -> str:
    """A length as ISO 8601 has it: PT3M7S."""
    minutes, rest = divmod(round(seconds), 60)
    return f"PT{minutes}M{rest}S"


def table(lines: Iterable[Line]) -> Iterator[str]:
    """The table, a line at a time."""
    yield tables.line(field.name for field in fields(Line))
    for line in lines:
        yield tables.line(astuple(line))
