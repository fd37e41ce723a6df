"""How many seconds of sound have left the server for whom, written down every few seconds.

Ranges are answered by the hundred a second, and each must cost no more than an addition. So the seconds wait in
memory, and one transaction writes those of all listens at once. A process that is killed forgets at most
DELIVERY_PAUSE_SECONDS of them, in the listener's disfavour.
"""

import logging
import threading
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import F, FloatField, Value
from django.db.models.functions import Least
from django.utils import timezone

from tenuto.audio.models import Listen

log = logging.getLogger(__name__)

# Sound is fetched for a listen that is going on; a day is longer than any.
RECENT = timedelta(days=1)

Sound = tuple[str, int, int]  # listener, track, recording


class Deliveries:
    """The seconds not yet written, of one process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()  # guards the two below; held only for moments
        self._waiting: dict[Sound, float] = {}
        self._timer: threading.Timer | None = None

    def note(self, listener: str, track_id: int, recording_id: int, seconds: float) -> None:
        """So much sound is being sent to this listener. Never waits, unless the pause is set to none."""
        if not listener or seconds <= 0:
            return
        self.hold({(listener, track_id, recording_id): seconds})
        if not settings.DELIVERY_PAUSE_SECONDS:
            self.write(timezone.now())

    def hold(self, more: dict[Sound, float]) -> None:
        """Keep these seconds until they are written."""
        with self._lock:
            for sound, seconds in more.items():
                self._waiting[sound] = self._waiting.get(sound, 0.0) + seconds
            if settings.DELIVERY_PAUSE_SECONDS and self._timer is None:
                self._timer = threading.Timer(settings.DELIVERY_PAUSE_SECONDS, self._write_apart)
                self._timer.daemon = True
                self._timer.start()

    def write(self, at: datetime) -> None:
        """Write down what waits; after an error of the database it waits for the next time."""
        with self._lock:
            waiting, self._waiting = self._waiting, {}
            self._timer = None
        try:
            with transaction.atomic():
                # In one order everywhere, so that two processes that write at once cannot wait for each other.
                for sound, seconds in sorted(waiting.items()):
                    _add(sound, seconds, at)
        except DatabaseError:
            log.exception("seconds delivered for %d listens could not be written yet", len(waiting))
            self.hold(waiting)

    def _write_apart(self) -> None:
        """In the timer's own thread, with a database connection of its own."""
        try:
            self.write(timezone.now())
        finally:
            connection.close()


def _add(sound: Sound, seconds: float, at: datetime) -> None:
    """To the listener's latest listen of this recording; sound that nobody asked to hear is nobody's."""
    listener, track_id, recording_id = sound
    latest = (
        Listen.objects.filter(
            listener=listener, track_id=track_id, recording_id=recording_id, started_at__gt=at - RECENT
        )
        .order_by("-started_at")
        .values_list("pk", "recording__seconds")
        .first()
    )
    if latest is not None:
        # Seeking back may fetch the same bytes again; more than the whole track tells nothing more.
        most = Value(latest[1] or 0.0, output_field=FloatField())
        Listen.objects.filter(pk=latest[0]).update(delivered_seconds=Least(F("delivered_seconds") + seconds, most))


deliveries = Deliveries()
