"""What stands on a track's page of its sound: tempo, key, energy, timbre and loudness, each with whose word it is."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from tenuto.browse.sound import sound_of
from tenuto.browse.words import energy_of, timbre_of, tuning_of
from tenuto.tracks.models import Track
from tenuto.tracks.panels import Place, panel


@panel(Place.PAGE)
def sound_of_it(request: HttpRequest, track: Track) -> SafeString | str:
    """Nothing where nobody says anything and nothing was measured; its artist is then shown where to say it."""
    sound = sound_of(track.pk)
    is_own = request.user.pk == track.owner_id
    recording = track.recording
    loudness = recording.loudness_lufs if recording else None
    if not (sound.tempo or sound.key or sound.heard or sound.placed or loudness is not None or is_own):
        return ""
    context = {
        "track": track,
        "sound": sound,
        "is_own": is_own,
        "recording": recording,
        "energy": energy_of(sound.heard) if sound.heard else "",
        "timbre": timbre_of(sound.heard) if sound.heard else [],
        "tuning": tuning_of(sound.heard) if sound.heard else None,
    }
    return render_to_string("browse/_panel.html", context, request)
