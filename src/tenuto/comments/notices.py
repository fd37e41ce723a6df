"""Kinds of notices: somebody comments on one's track, answers one, names one, or thanks one with a heart.

Words that wait for the artist are told to the artist alone; the others hear of them once they stand.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tenuto.accounts.models import Account, Block
from tenuto.comments.models import Comment, Heart, Muted, Named
from tenuto.notifications.channels import Channel
from tenuto.notifications.kinds import EVERY_WAY, Kind, Told, register
from tenuto.notifications.models import Notice
from tenuto.notifications.silence import silences
from tenuto.notifications.tell import tell
from tenuto.notifications.works import tracks_met


@silences
def muted() -> QuerySet[Muted]:
    """Whom one does not want to read, one does not want to hear of."""
    return Muted.objects.annotate(reader=F("by_id"), silent=F("account_id"))


def tell_of(comment: Comment, at: datetime) -> None:
    """Tell whom it answers, whom it names, and the artist; each once, by what is nearest to them.

    Call it when the comment is said, and again when the artist lets it stand: nobody is told twice.
    """
    author, artist = comment.author, comment.track.owner_id
    if author is None:
        return
    told: set[int] = set()
    answered = comment.parent.author_id if comment.parent is not None else None
    named = set(Named.objects.filter(comment=comment).values_list("account_id", flat=True))
    nearest = [(COMMENTED, {artist})] if comment.waits else [
        (ANSWERED, {answered} if answered is not None else set()), (NAMED, named), (COMMENTED, {artist})
    ]  # fmt: skip
    for kind, people in nearest:
        tell(kind, people - told, by=author, about=comment.pk, on=comment.track_id, at=at)
        told |= people


def tell_of_heart(comment: Comment, by: Account, at: datetime) -> None:
    if comment.author_id is not None:
        tell(THANKED, [comment.author_id], by=by, about=comment.pk, at=at)


def _readable(notices: Sequence[Notice], reader: Account, at: datetime) -> dict[int, Comment]:
    """Others' comments that the reader reads now: what `read.readable` says of one track, of many at once."""
    tracks = tracks_met((notice.on for notice in notices), reader, at)
    shown = [track.pk for track in tracks.values() if track.owner_id == reader.pk or track.comments_public]
    blocked_here = Block.objects.filter(blocker=OuterRef("track__owner"), blocked=OuterRef("author"))
    found = Comment.objects.filter(
        Q(track__owner=reader) | Q(~Exists(blocked_here), waits=False),
        pk__in=[notice.about for notice in notices],
        track__in=shown,
        author__is_active=True,
        withheld=False,
    )
    return {comment.pk: comment for comment in found.select_related("track__owner")}


def _told(words: str, waiting: str, comment: Comment) -> Told:
    return Told(
        waiting if comment.waits else words,
        f"{comment.track.get_absolute_url()}#c-{comment.key}",
        {"title": comment.track.title},
        quote=comment.words,
    )


def told_comment(notices: Sequence[Notice], reader: Account, at: datetime) -> Mapping[int, Told]:
    """On one's own tracks."""
    found = _readable(notices, reader, at)
    words = _("{who} commented on “{title}”")
    waiting = _("{who} commented on “{title}”, and waits for you to let it stand")
    return {n.pk: _told(words, waiting, found[n.about]) for n in notices if n.about in found}


def told_answer(notices: Sequence[Notice], reader: Account, at: datetime) -> Mapping[int, Told]:
    """To what one said."""
    found, words = _readable(notices, reader, at), _("{who} answered you on “{title}”")
    return {n.pk: _told(words, words, found[n.about]) for n in notices if n.about in found}


def told_name(notices: Sequence[Notice], reader: Account, at: datetime) -> Mapping[int, Told]:
    """Of oneself."""
    found, words = _readable(notices, reader, at), _("{who} mentioned you on “{title}”")
    return {n.pk: _told(words, words, found[n.about]) for n in notices if n.about in found}


def told_heart(notices: Sequence[Notice], reader: Account, at: datetime) -> Mapping[int, Told]:
    """On one's own words, while it stands. Comments say how many thanked, not who; so does this."""
    comments = Comment.objects.filter(pk__in={n.on for n in notices}, author=reader)
    mine = {comment.pk: comment for comment in comments}
    tracks = tracks_met((comment.track_id for comment in mine.values()), reader, at)
    stands = set(Heart.objects.filter(comment__in=mine).values_list("account_id", "comment_id"))
    one = _("Somebody thanked you for what you said on “{title}”")
    several = _("{count} people thanked you for what you said on “{title}”")
    return {
        n.pk: Told(
            one,
            f"{track.get_absolute_url()}#c-{mine[n.on].key}",
            {"title": track.title},
            several=several,
            quote=mine[n.on].words,
        )
        for n in notices
        if n.on in mine and (n.by_id, n.on) in stands and (track := tracks.get(mine[n.on].track_id)) is not None
    }


COMMENTED = register(Kind("comment", gettext_lazy("Somebody comments on a track of yours"), told_comment, EVERY_WAY))
ANSWERED = register(Kind("answer", gettext_lazy("Somebody answers you"), told_answer, EVERY_WAY))
NAMED = register(Kind("mention", gettext_lazy("Somebody mentions you"), told_name, EVERY_WAY))
THANKED = register(
    Kind(
        "heart",
        gettext_lazy("A comment of yours is thanked for"),
        told_heart,
        frozenset({Channel.PAGE}),
        names_nobody=True,
    )
)
