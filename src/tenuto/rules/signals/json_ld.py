"""schema.org: what a track is and on which terms, as JSON-LD in its page.

schema.org has no word for AI. `usageInfo` leads to the page that says it, `acquireLicensePage` to where one asks,
`license` to the words of the licence where there is one.
"""

from typing import NamedTuple

from tenuto.rules.signals.forms import SCHEMA_ORG as FORM
from tenuto.rules.signals.forms import Addresses

__all__ = ["FORM", "Work", "recording"]


class Work(NamedTuple):
    """What the page says of a track."""

    address: str
    title: str
    holder: str
    holder_address: str
    credit: str
    licence: str = ""  # the address of its words
    seconds: float = 0.0
    published: str = ""  # a date
    isrc: str = ""
    iswc: str = ""  # of the composition
    same_as: str = ""  # its page in a register of recordings
    work_same_as: str = ""  # and the composition's


def recording(work: Work, addresses: Addresses) -> dict[str, object]:
    """The track as a MusicRecording."""
    holder = {"@type": "MusicGroup", "name": work.holder, "url": work.holder_address}
    told: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "MusicRecording",
        "@id": work.address,
        "url": work.address,
        "name": work.title,
        "byArtist": holder,
        "copyrightHolder": holder,
        "creditText": work.credit,
        "license": work.licence or addresses.licence,
        "usageInfo": addresses.people,
        "acquireLicensePage": addresses.contact if addresses.contact.startswith("http") else addresses.people,
    }
    if work.seconds:
        told["duration"] = f"PT{work.seconds:.0f}S"
    if work.published:
        told["datePublished"] = work.published
    if work.isrc:
        told["isrcCode"] = work.isrc
    if work.same_as:
        told["sameAs"] = work.same_as
    composition = {"iswcCode": work.iswc, "sameAs": work.work_same_as}
    if any(composition.values()):
        told["recordingOf"] = {
            "@type": "MusicComposition",
            **{name: said for name, said in composition.items() if said},
        }
    return told
