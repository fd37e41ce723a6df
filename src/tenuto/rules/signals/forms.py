"""The specifications that signals follow, and the addresses that they name."""

from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True)
class Form:
    """One way of telling machines, as the specification of this version has it."""

    name: str
    version: str
    address: str  # of the specification


class Addresses(NamedTuple):
    """Where more is said, each a whole address."""

    people: str  # a page for people: what machines are told, and whom to ask
    licence: str  # the RSL document
    policy: str  # the TDMRep policy, which is ODRL
    contact: str  # of whom to ask for a licence: mailto: or a page


AIPREF = Form(
    "AI Preferences (Content-Usage)",
    "draft-ietf-aipref-vocab-07, draft-ietf-aipref-attach-05",
    "https://datatracker.ietf.org/wg/aipref/documents/",
)
CONTENT_SIGNALS = Form("Content Signals", "Cloudflare, September 2025", "https://contentsignals.org/")
TDMREP = Form("TDM Reservation Protocol", "W3C CG Final Report, 10 May 2024", "https://www.w3.org/2022/tdmrep/")
NOAI = Form("noai, noimageai", "as DeviantArt wrote it, November 2022", "https://www.deviantart.com/team/journal/")
RSL = Form("Really Simple Licensing", "1.0, 6 November 2025", "https://rslstandard.org/rsl")
ROBOTS = Form("Robots Exclusion Protocol", "RFC 9309", "https://www.rfc-editor.org/rfc/rfc9309")
AI_TXT = Form("ai.txt", "as Spawning wrote it, 2023", "https://spawning.ai/ai-txt")
SCHEMA_ORG = Form("schema.org", "29", "https://schema.org/MusicRecording")
PLUS = Form(
    "IPTC and PLUS data mining",
    "IPTC Photo Metadata 2023.1, PLUS LDF 2.0.0",
    "https://iptc.org/standards/photo-metadata/",
)
