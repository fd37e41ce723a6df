"""What somebody said, liked and does not want to read, in their copy of everything."""

from collections.abc import Iterator
from typing import Any

from django.utils import timezone

from tenuto.accounts.export import Item, Words, as_json_lines, contributes
from tenuto.accounts.models import Account
from tenuto.comments.models import Comment, Heart, Muted, Wish
from tenuto.rules.visibility import Visitor
from tenuto.tracks.access import among
from tenuto.tracks.models import Track


@contributes
def comments(account: Account) -> Iterator[Item]:
    """A line for each comment of theirs, for each heart, for each person muted; and how they want comments."""
    said = Comment.objects.filter(author=account).select_related("parent").order_by("pk")
    if said.exists():
        # Of tracks that they may meet no more, no address: it is made of a title that may have changed since.
        commented = Track.objects.filter(pk__in=said.order_by().values("track"))
        met = {track.pk: track.get_absolute_url() for track in among(commented, Visitor(account.pk), timezone.now())}
        yield Words("comments/said.jsonl", as_json_lines(_said(comment, met) for comment in said.iterator()))
    hearts = Heart.objects.filter(account=account).order_by("pk").values_list("comment__key", flat=True)
    if hearts.exists():
        yield Words("comments/hearts.jsonl", as_json_lines({"comment": key} for key in hearts.iterator()))
    muted = Muted.objects.filter(by=account).order_by("pk").values_list("account__username", flat=True)
    if muted.exists():
        yield Words("comments/muted.jsonl", as_json_lines({"person": handle} for handle in muted.iterator()))
    wish = Wish.objects.filter(artist=account).first()
    if wish is not None:
        yield Words("comments/wish.jsonl", as_json_lines([{"waits": wish.approval}]))


def _said(comment: Comment, met: dict[int, str]) -> dict[str, Any]:
    return {
        "comment": comment.key,
        "track": met.get(comment.track_id),
        "at_seconds": comment.at_seconds,
        "answers": comment.parent.key if comment.parent else None,
        "words": comment.words,
        "said_at": comment.said_at.isoformat(),
        "waits": comment.waits,
    }
