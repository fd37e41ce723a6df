"""What people call the keys of `rules.keys`. Where English says B, German says H."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tenuto.rules.keys import Key


def name_of(key: Key) -> Promise:
    return NAMES[key.name]


NAMES: dict[str, Promise] = {
    "C major": _("C major"),
    "D♭ major": _("D♭ major"),
    "D major": _("D major"),
    "E♭ major": _("E♭ major"),
    "E major": _("E major"),
    "F major": _("F major"),
    "F♯ major": _("F♯ major"),
    "G major": _("G major"),
    "A♭ major": _("A♭ major"),
    "A major": _("A major"),
    "B♭ major": _("B♭ major"),
    "B major": _("B major"),
    "C minor": _("C minor"),
    "C♯ minor": _("C♯ minor"),
    "D minor": _("D minor"),
    "E♭ minor": _("E♭ minor"),
    "E minor": _("E minor"),
    "F minor": _("F minor"),
    "F♯ minor": _("F♯ minor"),
    "G minor": _("G minor"),
    "G♯ minor": _("G♯ minor"),
    "A minor": _("A minor"),
    "B♭ minor": _("B♭ minor"),
    "B minor": _("B minor"),
}
