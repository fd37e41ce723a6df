"""A recording for a partner, as DDEX announces releases: a NewReleaseMessage of ERN 4.3, with its terms of use.

It grants nothing: there is no deal in it, and where everything else is said is linked. ERN has no field for what AI may
do; it knows only how AI took part in the making, of which we know nothing.
"""

import re
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from tenuto.rules.credits import Role, role_of
from tenuto.rules.recording_lists import Facts, duration
from tenuto.rules.usage_policies import UsagePolicy

NAMESPACE = "http://ddex.net/xml/ern/43"
# What stands for a party whom DDEX has given no number. Its form is that of one; nobody has it.
NOBODY = "PADPIDANOTASSIGNED"
_PARTY = re.compile(r"PADPIDA[a-zA-Z0-9]+")
# No control character can stand in XML 1.0, however it is written.
_UNFIT = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


# Terms of DDEX's ContributorRole. Who plays is a musician; a featured artist performs, and a mark says who is one.
# Whoever made the cover has no part in the recording, and is not told of here.
_ROLES = {
    Role.PERFORMER: "Performer",
    Role.FEATURED: "Performer",
    Role.VOCALS: "Vocalist",
    Role.GUITAR: "Musician",
    Role.BASS: "Musician",
    Role.DRUMS: "Musician",
    Role.KEYS: "Musician",
    Role.STRINGS: "Musician",
    Role.WRITER: "ComposerLyricist",
    Role.COMPOSER: "Composer",
    Role.LYRICIST: "Lyricist",
    Role.ARRANGER: "Arranger",
    Role.PRODUCER: "StudioProducer",
    Role.PROGRAMMING: "Programmer",
    Role.RECORDING: "RecordingEngineer",
    Role.MIX: "Mixer",
    Role.MASTERING: "MasteringEngineer",
    Role.REMIX: "Remixer",
}


@dataclass(frozen=True)
class Message:
    """Who tells of it, and when."""

    key: str
    sender: str  # a DDEX Party Identifier; empty where there is none
    site: str
    at: str  # RFC 3339
    year: str


def is_party(text: str) -> bool:
    """Can this be a DDEX Party Identifier?"""
    return _PARTY.fullmatch(text) is not None


def new_release(message: Message, facts: Facts, policy: UsagePolicy, terms: str, address: str) -> str:
    """The message. `terms`: the sentence about AI; `address`: of the policy's document."""
    root = Element(
        f"{{{NAMESPACE}}}NewReleaseMessage",
        {"ReleaseProfileVersionId": "SimpleAudioSingle", "LanguageAndScriptCode": "en", "AvsVersionId": "3"},
    )
    _header(SubElement(root, "MessageHeader"), message)
    parties = SubElement(root, "PartyList")
    people = {"PArtist": facts.artist, "PLabel": facts.label or facts.artist}
    people |= {_reference(facts, number): name for number, name in enumerate(_contributors(facts), 1)}
    for reference, name in people.items():
        party = SubElement(parties, "Party")
        _say(party, "PartyReference", reference)
        _say(SubElement(party, "PartyName"), "FullName", name)
    _recording(SubElement(SubElement(root, "ResourceList"), "SoundRecording"), message, facts, policy)
    _release(SubElement(SubElement(root, "ReleaseList"), "Release"), message, facts, policy, terms, address)
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _header(header: Element, message: Message) -> None:
    _say(header, "MessageId", message.key)
    for name in ("MessageSender", "MessageRecipient"):
        party = SubElement(header, name)
        _say(party, "PartyId", message.sender if name == "MessageSender" and message.sender else NOBODY)
        if name == "MessageSender":
            _say(SubElement(party, "PartyName"), "FullName", message.site)
    _say(header, "MessageCreatedDateTime", message.at)
    # Without a number of one's own nobody can take it for more than a try.
    _say(header, "MessageControlType", "LiveMessage" if message.sender else "TestMessage")


def _recording(recording: Element, message: Message, facts: Facts, policy: UsagePolicy) -> None:
    _say(recording, "ResourceReference", "A1")
    _say(recording, "Type", "MusicalWorkSoundRecording")
    edition = SubElement(recording, "SoundRecordingEdition")
    resource = SubElement(edition, "ResourceId")
    if facts.isrc:
        _say(resource, "ISRC", facts.isrc)
    else:
        _say(resource, "ProprietaryId", policy.track, Namespace=message.sender or NOBODY)
    line = SubElement(edition, "PLine")
    _say(line, "Year", message.year)
    _say(line, "PLineText", f"{message.year} {policy.holder}")
    if facts.iswc:
        _say(SubElement(recording, "WorkId"), "ISWC", facts.iswc)
    _title(recording, facts)
    _contributions(recording, message, facts)
    _say(recording, "Duration", duration(facts.seconds))
    _say(recording, "ParentalWarningType", "Unknown")


def _contributors(facts: Facts) -> dict[str, list[str]]:
    """Who took part in the recording, by name in the order of the credits, with all that each of them did."""
    people: dict[str, list[str]] = {}
    for role, name in facts.credits:
        if role_of(role) is not Role.ARTWORK:
            people.setdefault(name, []).append(role)
    return people


def _reference(facts: Facts, number: int) -> str:
    """Of the contributor of this number. The artist has a place in the list of parties already."""
    return "PArtist" if list(_contributors(facts))[number - 1] == facts.artist else f"PContributor{number}"


def _contributions(recording: Element, message: Message, facts: Facts) -> None:
    """Each person once, as DDEX has it: with as many roles as they had."""
    for number, roles in enumerate(_contributors(facts).values(), 1):
        contributor = SubElement(recording, "Contributor", {"SequenceNumber": str(number)})
        _say(contributor, "ContributorPartyReference", _reference(facts, number))
        terms = [role_of(role) for role in roles]
        for term in dict.fromkeys(_ROLES[term] for term in terms if term is not None):
            _say(contributor, "Role", term)
        for words in dict.fromkeys(role for role, term in zip(roles, terms, strict=True) if term is None):
            own = {"Namespace": message.sender or NOBODY, "UserDefinedValue": _UNFIT.sub("", words)}
            _say(contributor, "Role", "UserDefined", **own)
        if Role.FEATURED in terms:
            _say(contributor, "HasMadeFeaturedContribution", "true")


def _release(release: Element, message: Message, facts: Facts, policy: UsagePolicy, terms: str, address: str) -> None:
    _say(release, "ReleaseReference", "R0")
    _say(release, "ReleaseType", "SingleResourceRelease")
    identity = SubElement(release, "ReleaseId")
    if facts.upc:
        _say(identity, "ICPN", facts.upc)
    _say(identity, "ProprietaryId", policy.track, Namespace=message.sender or NOBODY)
    _title(release, facts)
    _say(release, "ReleaseLabelReference", "PLabel")
    line = SubElement(release, "CLine")
    _say(line, "Year", message.year)
    _say(line, "CLineText", f"{message.year} {policy.holder}. {terms}")
    _say(SubElement(release, "Genre"), "GenreText", "Unknown")
    if facts.release_date:
        _say(release, "ReleaseDate", facts.release_date)
    _say(release, "ParentalWarningType", "Unknown")
    group = SubElement(release, "ResourceGroup")
    item = SubElement(group, "ResourceGroupContentItem")
    _say(item, "SequenceNumber", "1")
    _say(item, "ReleaseResourceReference", "A1")
    link = SubElement(release, "ExternalResourceLink")
    _say(link, "URL", address)
    _say(link, "FileFormat", "application/ld+json")
    _say(release, "TargetURL", policy.address)


def _title(parent: Element, facts: Facts) -> None:
    _say(parent, "DisplayTitleText", facts.title)
    _say(SubElement(parent, "DisplayTitle"), "TitleText", facts.title)
    _say(parent, "DisplayArtistName", facts.artist)
    artist = SubElement(parent, "DisplayArtist", {"SequenceNumber": "1"})
    _say(artist, "ArtistPartyReference", "PArtist")
    _say(artist, "DisplayArtistRole", "MainArtist")


def _say(parent: Element, name: str, text: str, **attributes: str) -> None:
    SubElement(parent, name, attributes).text = _UNFIT.sub("", text)
