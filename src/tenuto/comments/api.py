"""Comments through the HTTP API: reading them along a track, saying something, hearts, taking them away."""

from datetime import datetime
from typing import Annotated

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema, Status

from tenuto.accounts.callers import account_calling, anyone, member
from tenuto.comments import say
from tenuto.comments.read import Said, comment_met, read
from tenuto.rules.comments import MOST_LETTERS
from tenuto.rules.visibility import Surface
from tenuto.tracks import access
from tenuto.tracks.visitors import visitor_of

router = Router(tags=["Comments"])

Older = Annotated[int | None, Field(ge=1, lt=2**63)]


class CommentShown(Schema):
    """`at_seconds` is null for answers. Where its author took it away, `author` is null and `words` empty."""

    key: str
    author: str | None
    at_seconds: float | None
    words: str
    said_at: datetime
    waits: bool
    hearts: int
    liked: bool
    answers: list["CommentShown"]

    @staticmethod
    def of(said: Said) -> "CommentShown":
        comment = said.comment
        return CommentShown(
            key=comment.key,
            author=comment.author.username if comment.author else None,
            at_seconds=comment.at_seconds,
            words=comment.words,
            said_at=comment.said_at,
            waits=comment.waits,
            hearts=said.hearts,
            liked=said.is_liked,
            answers=[CommentShown.of(answer) for answer in said.answers],
        )


class CommentPage(Schema):
    """Some comments, the latest first. Ask again with `older` for those before them."""

    comments: list[CommentShown]
    older: int | None


class CommentWish(Schema):
    """At a moment of the track, or in answer to a comment: one of the two."""

    words: str = Field(max_length=4 * MOST_LETTERS, description="Up to 1,000 letters")
    at_seconds: float | None = Field(None, ge=0)
    answers: str | None = Field(None, max_length=12, description="The key of a comment on the same track")


class CommentKey(Schema):
    key: str
    waits: bool


@router.get("/tracks/{key}/comments", auth=anyone, response=CommentPage)
def list_comments(request: HttpRequest, key: str, older: Older = None) -> CommentPage:
    """What was said along a track that you may hear, as far as you may read it."""
    at, visitor = timezone.now(), visitor_of(request)
    track, _hearing = access.track_by_key(visitor, key, Surface.PAGE, at)
    page = read(track, visitor, at, older=older)
    return CommentPage(comments=[CommentShown.of(said) for said in page.said], older=page.older)


@router.post("/tracks/{key}/comments", auth=member, response={201: CommentKey})
def say_something(request: HttpRequest, key: str, wish: CommentWish) -> Status[CommentKey]:
    """Say something along a track. Where the artist reads first, it waits."""
    at, visitor = timezone.now(), visitor_of(request)
    track, _hearing = access.track_by_key(visitor, key, Surface.PAGE, at)
    answered = comment_met(wish.answers, visitor, at) if wish.answers else None
    comment = say.say(
        track, visitor, account_calling(request), wish.words, at, moment=wish.at_seconds, answers=answered
    )
    return Status(201, CommentKey(key=comment.key, waits=comment.waits))


@router.delete("/comments/{key}", auth=member, response={204: None})
def take_comment_away(request: HttpRequest, key: str) -> Status[None]:
    """Take away a comment of yours, or any on a track of yours."""
    say.take_away_as(account_calling(request), comment_met(key, visitor_of(request), timezone.now()))
    return Status(204, None)


@router.put("/comments/{key}/heart", auth=member, response={204: None})
def like_comment(request: HttpRequest, key: str) -> Status[None]:
    """Like what somebody said. Twice is once."""
    say.like(comment_met(key, visitor_of(request), timezone.now()), account_calling(request), likes=True)
    return Status(204, None)


@router.delete("/comments/{key}/heart", auth=member, response={204: None})
def like_comment_no_more(request: HttpRequest, key: str) -> Status[None]:
    """Take a heart back."""
    say.like(comment_met(key, visitor_of(request), timezone.now()), account_calling(request), likes=False)
    return Status(204, None)
