"""Mail about matches: to whoever must know or do something next. Each letter is a job of its own."""

from collections.abc import Callable, Iterable
from typing import Any

from django.utils import timezone
from django_tasks import task

from tenuto.accounts.letters import post
from tenuto.accounts.models import Account
from tenuto.base import jobs
from tenuto.matches.models import Match, Reply, Ruling, Word
from tenuto.matches.notices import RECOGNISED
from tenuto.notifications.tell import tell
from tenuto.tracks.models import Recording

Letter = tuple[Iterable[Account | None], dict[str, Any]]


def send_letter(kind: str, about: int) -> None:
    """Have a letter written about the row `about`, once the current transaction is committed."""
    jobs.send(deliver, kind, about, once=f"match letter:{kind}:{about}")


@task(queue_name="default")
def deliver(kind: str, about: int) -> None:
    """Write one letter. Where the row is gone, so is what there was to say."""
    letter = _LETTERS[kind](about)
    if letter is not None:
        to, context = list(letter[0]), letter[1]
        post(f"matches/letters/{kind}.txt", to, context)
        people = [one.pk for one in to if one is not None]
        tell(RECOGNISED, people, what=kind, about=about, on=context["track"].pk, at=timezone.now())


def _recording(about: int) -> Letter | None:
    one = Recording.objects.select_related("track__owner").filter(pk=about).first()
    return None if one is None else ([one.track.owner], {"track": one.track})


def _turned_up(about: int) -> Letter | None:
    one = Match.objects.select_related("holder", "recording__track__owner").filter(pk=about).first()
    return None if one is None else ([one.holder], {"match": one, "track": one.recording.track})


def _said(about: int) -> Letter | None:
    one = _words().filter(pk=about).first()
    return None if one is None else ([one.match.holder], {"word": one, **_about(one)})


def _contested(about: int) -> Letter | None:
    one = _words().filter(pk=about).first()
    return None if one is None else (Account.objects.filter(is_staff=True), {"word": one, **_about(one)})


def _replied(about: int) -> Letter | None:
    one = Reply.objects.filter(pk=about).first()
    if one is None:
        return None
    word = _words().get(pk=one.word_id)
    return [word.match.recording.track.owner], {"reply": one, **_about(word)}


def _ruled(about: int) -> Letter | None:
    one = Ruling.objects.filter(pk=about).first()
    if one is None:
        return None
    word = _words().get(pk=one.word_id)
    return [word.match.recording.track.owner, word.match.holder], {"ruling": one, **_about(word)}


def _words() -> Any:
    return Word.objects.select_related("match__holder", "match__recording__track__owner")


def _about(word: Word) -> dict[str, Any]:
    return {"match": word.match, "track": word.match.recording.track}


_LETTERS: dict[str, Callable[[int], Letter | None]] = {
    "held": _recording,
    "released": _recording,
    "turned_up": _turned_up,
    "said": _said,
    "contested": _contested,
    "replied": _replied,
    "ruled": _ruled,
}
