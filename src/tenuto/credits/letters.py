"""Mail about credits: to whoever is asked, and to whoever asked. Each letter is a job of its own, and tells too."""

from datetime import datetime

from django.utils import timezone
from django_tasks import task

from tenuto.accounts.letters import post
from tenuto.base import jobs
from tenuto.credits.models import Credited
from tenuto.credits.notices import CREDITED
from tenuto.notifications.tell import tell


def send_letter(kind: str, about: int, at: datetime) -> None:
    """Have a letter written about the row `about`, once the current transaction is committed."""
    jobs.send(deliver, kind, about, once=f"credit letter:{kind}:{about}:{at.timestamp()}")


@task(queue_name="default")
def deliver(kind: str, about: int) -> None:
    """Write one letter. Where the row is gone, or they block each other by now, nobody is written to."""
    one = Credited.between_friends().select_related("track__owner", "account").filter(pk=about).first()
    if one is not None:
        artist, person = one.track.owner, one.account
        to, by = (person, artist) if kind == "asked" else (artist, person)
        post(f"credits/letters/{kind}.txt", [to], {"credit": one, "track": one.track})
        tell(CREDITED, [to.pk], what=kind, about=one.pk, by=by, at=timezone.now())
