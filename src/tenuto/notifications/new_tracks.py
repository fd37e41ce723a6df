"""A kind: somebody whom one follows has published a track. Told when it can be heard, follower by follower in a job."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_tasks import task

from tenuto.accounts.models import Account, Follow
from tenuto.base import jobs
from tenuto.base.events import on
from tenuto.notifications.kinds import Kind, Told, register
from tenuto.notifications.models import Notice
from tenuto.notifications.tell import tell
from tenuto.notifications.works import tracks_met
from tenuto.tracks.events import TrackPublished
from tenuto.tracks.models import Publication

BATCH = 500


def told(notices: Sequence[Notice], reader: Account, at: datetime) -> Mapping[int, Told]:
    """Of tracks that the reader may hear now."""
    tracks = tracks_met((notice.on for notice in notices), reader, at)
    return {
        notice.pk: Told(_("{who} published “{title}”"), track.get_absolute_url(), {"title": track.title})
        for notice in notices
        if (track := tracks.get(notice.on)) is not None
    }


NEW_TRACK = register(Kind("new-track", gettext_lazy("Somebody you follow publishes a track"), told))


@on(TrackPublished)
def wait_for_it(event: TrackPublished) -> None:
    """A track that begins later is told of later."""
    begins = max(event.starts_at, event.at)
    once = f"tell:{event.track_id}:{begins.timestamp():.0f}"
    jobs.send(tell_followers.using(run_after=begins), event.track_id, once=once)


@task(queue_name="default")
def tell_followers(track_id: int) -> None:
    """Tell those who follow its artist. Killed, it begins again, and tells nobody twice."""
    now = timezone.now()
    found = Publication.objects.select_related("track__owner").filter(track=track_id, audible=True, starts_at__lte=now)
    publication = found.first()
    if publication is None:
        return  # taken back, or moved to a later day, for which another job waits
    artist, last = publication.track.owner, 0
    while True:
        follows = Follow.objects.filter(followed=artist, pk__gt=last, since__lte=publication.starts_at).order_by("pk")
        batch = list(follows.values_list("pk", "follower_id")[:BATCH])
        if not batch:
            return
        followers = [follower for _pk, follower in batch]
        tell(NEW_TRACK, followers, by=artist, about=track_id, at=publication.starts_at)
        last = batch[-1][0]
