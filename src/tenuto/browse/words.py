"""What was heard, in the words of musicians. Bounds come from fifteen pieces of real music, very different ones."""

from collections.abc import Iterator

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tenuto.ai.organisation.findings import Found, Suggestion
from tenuto.browse.sound import Certainty

CERTAINTIES: dict[Certainty, Promise] = {
    Certainty.SURE: _("sure"),
    Certainty.FAIRLY_SURE: _("fairly sure"),
    Certainty.GUESS: _("a guess"),
}
# Each word up to this energy, from 0 to 1.
_ENERGIES = (
    (0.25, _("calm")),
    (0.42, _("gentle")),
    (0.52, _("lively")),
    (0.7, _("driving")),
    (1.0, _("fierce")),
)
# Each word up to this mean of the spectrum's middle, in hertz: from 900 to 2,000 in the pieces measured.
_BRIGHTNESS = (
    (1_000, _("dark")),
    (1_450, _("warm")),
    (1_900, _("clear")),
    (22_050, _("bright")),
)


_LIKELY = (
    (0.9, _("almost certainly")),
    (0.7, _("very likely")),
    (0.5, _("likely")),
    (0.0, _("perhaps")),
)


def energy_of(found: Found) -> Promise:
    """One word for how much is going on."""
    return next((word for most, word in _ENERGIES if found.energy <= most), _ENERGIES[-1][1])


def timbre_of(found: Found) -> list[Promise]:
    """A few words for the sound: how bright, how pure, how it moves. Silence has none."""
    return list(_timbre(found.timbre)) if found.timbre.get("centroid_hz", [0])[0] > 0 else []


def _timbre(measured: dict[str, list[float]]) -> Iterator[Promise]:
    (middle, moving), (flatness, _spread) = measured["centroid_hz"], measured["flatness_db"]
    yield next(word for most, word in _BRIGHTNESS if middle <= most)
    # 0 dB is noise, -60 a single tone; the pieces measured lie between -42 and -22.
    if flatness > -24:
        yield _("full of air and noise")
    elif flatness < -36:
        yield _("made of clear tones")
    if moving > 800:
        yield _("quickly changing colour")
    elif moving < 240:
        yield _("steady in colour")
    _level, contrast = measured["level_db"]
    if contrast > 8:
        yield _("with loud and quiet moments")
    elif contrast < 4:
        yield _("even in loudness")


def tuning_of(found: Found) -> int | None:
    """How far from concert pitch, in cents, where a musician would notice."""
    cents = round(found.tuning_cents)
    return cents if abs(cents) >= 5 and found.key is not None else None


def likely(suggestion: Suggestion) -> Promise:
    """How probable a suggested tag is, in words."""
    return next(word for least, word in _LIKELY if suggestion.probability >= least)
