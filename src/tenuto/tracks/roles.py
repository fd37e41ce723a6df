"""What people did for a track, in the reader's language: terms of rules.credits are stored, and shown in words."""

from django.utils.translation import gettext_lazy as _

from tenuto.rules.credits import Role, role_of

WORDS = {
    Role.PERFORMER: _("Performer"),
    Role.FEATURED: _("Featured artist"),
    Role.VOCALS: _("Vocals"),
    Role.GUITAR: _("Guitar"),
    Role.BASS: _("Bass"),
    Role.DRUMS: _("Drums"),
    Role.KEYS: _("Keys"),
    Role.STRINGS: _("Strings"),
    Role.WRITER: _("Writer"),
    Role.COMPOSER: _("Composer"),
    Role.LYRICIST: _("Lyricist"),
    Role.ARRANGER: _("Arranger"),
    Role.PRODUCER: _("Producer"),
    Role.PROGRAMMING: _("Programming"),
    Role.RECORDING: _("Recording"),
    Role.MIX: _("Mix"),
    Role.MASTERING: _("Mastering"),
    Role.REMIX: _("Remix"),
    Role.ARTWORK: _("Artwork"),
}


def read_role(said: str) -> str:
    """As it is stored: the term that somebody's words are, in English or in the language of the page, or the words."""
    known = {str(words).casefold(): role.value for role, words in WORDS.items()}
    return (role_of(said) or known.get(said.casefold())) or said


def role_words(role: str) -> str:
    """As it is shown."""
    term = role_of(role)
    return role if term is None else str(WORDS[term])
