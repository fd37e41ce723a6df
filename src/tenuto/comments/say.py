"""Saying something along a track, liking it, letting it stand, taking it away; each asks first whether it may be."""

from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenuto.accounts.blocks import block_each_other
from tenuto.accounts.models import Account, Block
from tenuto.base.errors import BadRequest, NotAllowed, NotFound, OverLimit
from tenuto.base.lines import plain_words
from tenuto.comments.models import Comment, Heart, Named, Wish
from tenuto.comments.notices import tell_of, tell_of_heart
from tenuto.rules.comments import MOST_LETTERS, Approval, handles_in, waits
from tenuto.rules.visibility import Reason, Surface, Visitor
from tenuto.tracks import access
from tenuto.tracks.models import Track

MOST_AN_HOUR = 60


class NothingSaid(BadRequest):
    advice = _("There are no words in it. Write something, and send it again.")
    code = "nothing_said"
    status = 422


class TooLong(BadRequest):
    advice = _("That is more than a comment holds: 1,000 letters. Shorten it, and send it again.")
    code = "comment_too_long"
    status = 422


class NoSuchMoment(BadRequest):
    advice = _("That moment is not in this track. Write it as 1:51, before the end.")
    code = "no_such_moment"
    status = 422


class NoComments(NotAllowed):
    advice = _("The artist does not take comments on this track.")
    code = "no_comments"


class NotFromYou(NotAllowed):
    advice = _("You cannot comment here, like or answer: one of you has blocked the other.")
    code = "blocked"


class TooMany(OverLimit):
    advice = _("That were many comments within an hour. Take a breath, listen, and go on later.")
    code = "too_many_comments"
    status = 429


def say(
    track: Track,
    visitor: Visitor,
    author: Account,
    words: str,
    at: datetime,
    *,
    moment: float | None = None,
    answers: Comment | None = None,
) -> Comment:
    """Note what somebody says. The very same words at the same place within the hour are noted once.

    Args:
        visitor: who the author is to the rule of visibility, with the links they hold
        moment: seconds into the track, where it is no answer
        answers: the comment that this answers, on the same track
    Raises:
        NotFound: it would answer something on another track
        NoComments: the artist's switch is off
        NotFromYou: blocked by the artist, or by whoever is answered
        NothingSaid, TooLong, NoSuchMoment, TooMany: what the words say
    """
    if answers is not None and answers.track_id != track.pk:
        raise NotFound(f"comment {answers.key} of {track.key}")
    may_say(track, visitor, at)
    words = plain_words(words).strip()
    if not words:
        raise NothingSaid
    if len(words) > MOST_LETTERS:
        raise TooLong(f"{len(words)} letters")
    root = None
    if answers is not None:
        if answers.author_id is not None and block_each_other(author.pk, answers.author_id):
            raise NotFromYou(f"{author.pk} answers {answers.author_id}")
        root = answers.parent or answers
    elif moment is None or not 0 <= moment <= (track.recording.seconds or 0 if track.recording else 0):
        raise NoSuchMoment(f"{moment} of {track.key}")
    with transaction.atomic():
        # One after the other: of a press that came twice, the second sees what the first has said.
        Account.objects.select_for_update(no_key=True).filter(pk=author.pk).first()
        if root is not None and _locked(root) is None:
            raise NotFound(f"comment {root.key} was taken away")
        lately = Comment.objects.filter(author=author, said_at__gt=at - timedelta(hours=1))
        # A form that is sent twice says it once.
        same = lately.filter(track=track, parent=root, words=words, at_seconds=None if root else moment).first()
        if same is not None:
            return same
        if lately.count() >= MOST_AN_HOUR:
            raise TooMany(f"account {author.pk}")
        comment = Comment.objects.create(
            track=track,
            author=author,
            parent=root,
            at_seconds=None if root else moment,
            words=words,
            said_at=at,
            waits=_waits(track, author),
        )
        Named.objects.bulk_create(Named(comment=comment, account=one) for one in _named(words, author))
        tell_of(comment, at)
    return comment


def may_say(track: Track, visitor: Visitor, at: datetime) -> None:
    """Refuse whoever may not comment on a track that they may see."""
    blocked = visitor.account_id is not None and is_turned_away(track, visitor.account_id)
    hearing = access.meet(track, replace(visitor, blocked_by_owner=blocked), Surface.COMMENTING, at)
    if hearing:
        return
    if hearing.reason is Reason.BLOCKED:
        raise NotFromYou(f"{visitor.account_id} on {track.key}")
    if hearing.reason is Reason.SWITCHED_OFF:
        raise NoComments(track.key)
    raise NotFound(f"comments of {track.key}: {hearing.reason}")


def is_turned_away(track: Track, account_id: int) -> bool:
    """Has its artist blocked them? One question to the database."""
    return Block.objects.filter(blocker_id=track.owner_id, blocked_id=account_id).exists()


def _locked(comment: Comment) -> Comment | None:
    """The row as it is now, held until the transaction ends; None where it is gone."""
    return Comment.objects.select_for_update(of=("self",)).filter(pk=comment.pk).first()


def _waits(track: Track, author: Account) -> bool:
    wish = Wish.objects.filter(artist=track.owner_id).first()
    approval = Approval(wish.approval) if wish else Approval.NOBODY
    is_known = approval is Approval.NEWCOMERS and (
        Comment.objects.filter(author=author, track__owner_id=track.owner_id, waits=False).exists()
    )
    return waits(approval, is_artist=author.pk == track.owner_id, is_known=is_known)


def _named(words: str, author: Account) -> list[Account]:
    """Who is named, and has not blocked the author."""
    return list(
        Account.objects.filter(username__in=handles_in(words), is_active=True)
        .exclude(pk=author.pk)
        .exclude(blocks__blocked=author)
    )


def like(comment: Comment, account: Account, *, likes: bool) -> None:
    """A heart, or none. Saying it twice changes nothing.

    Raises:
        NotFromYou: one of the two has blocked the other
    """
    if not likes:
        Heart.objects.filter(comment=comment, account=account).delete()
        return
    if comment.author_id is None or block_each_other(account.pk, comment.author_id, comment.track.owner_id):
        raise NotFromYou(f"{account.pk} likes comment {comment.pk}")
    with transaction.atomic():
        _heart, new = Heart.objects.get_or_create(comment=comment, account=account)
        if new:
            tell_of_heart(comment, account, timezone.now())


def let_stand(comment: Comment) -> None:
    """The artist has read it: it waits no longer."""
    with transaction.atomic():
        if Comment.objects.filter(pk=comment.pk, waits=True).update(waits=False):
            comment.waits = False
            tell_of(comment, timezone.now())


def take_away_as(account: Account, comment: Comment) -> None:
    """Its author or the artist takes it away; to everybody else there is nothing to take."""
    if comment.author_id is None or account.pk not in {comment.author_id, comment.track.owner_id}:
        raise NotFound(f"comment {comment.key} of account {account.pk}")
    take_away(comment)


@transaction.atomic
def take_away(comment: Comment) -> None:
    """Where others answered, their words stay under an empty place."""
    _locked(comment)
    if comment.answers.exclude(author=comment.author_id).exists():
        comment.hearts.all().delete()
        comment.named.all().delete()
        comment.answers.filter(author=comment.author_id).delete()
        Comment.objects.filter(pk=comment.pk).update(author=None, words="", waits=False)
        return
    parent = comment.parent
    comment.delete()
    # An empty place that nobody answers any more has nothing to say.
    if parent is not None and parent.author_id is None and not parent.answers.exists():
        parent.delete()
