"""What people did for a track: the field's own terms where one fits, else the artist's words."""

from enum import StrEnum


class Role(StrEnum):
    """Terms of MusicBrainz and DDEX, by what musicians call them. Stored for ever."""

    PERFORMER = "performer"
    FEATURED = "featured"
    VOCALS = "vocals"
    GUITAR = "guitar"
    BASS = "bass"
    DRUMS = "drums"
    KEYS = "keys"
    STRINGS = "strings"
    WRITER = "writer"  # of words and music
    COMPOSER = "composer"
    LYRICIST = "lyricist"
    ARRANGER = "arranger"
    PRODUCER = "producer"
    PROGRAMMING = "programming"
    RECORDING = "recording"
    MIX = "mix"
    MASTERING = "mastering"
    REMIX = "remix"
    ARTWORK = "artwork"


# Whoever did one of these has rights in the work or in the recording, and so a say in what AI may do with it.
OF_WRITERS = frozenset({Role.WRITER, Role.COMPOSER, Role.LYRICIST, Role.ARRANGER})
OF_PERFORMERS = frozenset(
    {
        Role.PERFORMER,
        Role.FEATURED,
        Role.VOCALS,
        Role.GUITAR,
        Role.BASS,
        Role.DRUMS,
        Role.KEYS,
        Role.STRINGS,
        Role.REMIX,
    }
)


def role_of(words: str) -> Role | None:
    """The term that these words are, if they are one."""
    try:
        return Role(words.casefold())
    except ValueError:
        return None


def has_a_say(words: str) -> bool:
    """Does whoever did this hold rights in the track by it?"""
    return role_of(words) in OF_WRITERS | OF_PERFORMERS
