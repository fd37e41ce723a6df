"""What somebody reads along a track. One rule, said once in SQL:

what staff have withheld is read by its author alone; the artist reads everything else; others read what stands while
the switch shows it, and always what they said themselves.
Nobody reads whom they blocked or muted; on an artist's tracks nobody else reads whom the artist blocked.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Window
from django.db.models.functions import Coalesce, RowNumber

from tenuto.accounts.models import Account, Block
from tenuto.base.errors import NotFound
from tenuto.comments.models import Comment, Heart, Muted, Named
from tenuto.rules.comments import parted
from tenuto.rules.visibility import Surface, Visitor
from tenuto.tracks import access
from tenuto.tracks.models import Track

PAGE_SIZE = 30
MOST_ANSWERS = 50  # under one comment, the latest


@dataclass(frozen=True)
class Said:
    """A comment as one reader meets it."""

    comment: Comment
    hearts: int
    is_liked: bool
    is_own: bool
    may_go: bool  # this reader may take it away
    pieces: list[tuple[str, str | None]]  # its words, and whom each piece names
    answers: list["Said"] = field(default_factory=list)


@dataclass(frozen=True)
class Read:
    """A page of what was said along a track, the latest first, and how it goes on."""

    said: list[Said]
    older: int | None  # the number of the comment after which the next page begins


def readable(track: Track, visitor: Visitor, at: datetime) -> QuerySet[Comment]:
    """All that this visitor reads along a track that they may see, in no order."""
    me = visitor.account_id
    withheld = Q(withheld=True) if me is None else Q(~Q(author=me), withheld=True)
    comments = Comment.objects.filter(track=track).exclude(author__is_active=False).exclude(withheld)
    if me == track.owner_id:
        return _not_turned_away_from(comments, me)
    own = Q(author=me) if me is not None else Q(pk=None)
    if not access.meet(track, visitor, Surface.COMMENTS, at):
        return comments.filter(own)
    blocked_here = Block.objects.filter(blocker=track.owner_id, blocked=OuterRef("author"))
    stands = comments.filter(own | Q(~Exists(blocked_here), waits=False))
    return _not_turned_away_from(stands, me) if me is not None else stands


def _not_turned_away_from(comments: QuerySet[Comment], me: int) -> QuerySet[Comment]:
    return comments.exclude(
        Exists(Block.objects.filter(blocker=me, blocked=OuterRef("author")))
        | Exists(Muted.objects.filter(by=me, account=OuterRef("author")))
    )


def read(track: Track, visitor: Visitor, at: datetime, *, older: int | None = None) -> Read:
    """A page of comments with their latest answers. Three questions to the database, however many there are.

    Args:
        older: the number after which it goes on, from `Read.older`
    """
    all_of_it = readable(track, visitor, at)
    roots = _whole(all_of_it, visitor).filter(parent=None).order_by("-pk")
    # An empty place stands only above answers that this reader may read.
    roots = roots.filter(Q(author__isnull=False) | Q(Exists(all_of_it.filter(parent=OuterRef("pk")))))
    if older is not None:
        roots = roots.filter(pk__lt=older)
    page = list(roots[: PAGE_SIZE + 1])
    more = page[PAGE_SIZE - 1].pk if len(page) > PAGE_SIZE else None
    page = page[:PAGE_SIZE]
    answers: dict[int, list[Comment]] = defaultdict(list)
    if page:
        latest = Window(RowNumber(), partition_by="parent_id", order_by=F("pk").desc())
        found = _whole(all_of_it, visitor).filter(parent__in=[root.pk for root in page])
        for answer in found.annotate(place=latest).filter(place__lte=MOST_ANSWERS).order_by("pk"):
            answers[answer.parent_id or 0].append(answer)
    named = _named(page, answers.values())
    return Read(
        [
            _met(root, track, visitor, named, [_met(each, track, visitor, named, []) for each in answers[root.pk]])
            for root in page
        ],
        more,
    )


def _whole(comments: QuerySet[Comment], visitor: Visitor) -> QuerySet[Comment]:
    mine = Heart.objects.filter(comment=OuterRef("pk"), account=visitor.account_id or 0)
    hearts = Heart.objects.filter(comment=OuterRef("pk"), account__is_active=True).order_by().values("comment")
    counted = hearts.annotate(count=Count("pk")).values("count")
    return comments.select_related("author").annotate(heart_count=Coalesce(Subquery(counted), 0), liked=Exists(mine))


def _named(roots: Iterable[Comment], answers: Iterable[list[Comment]]) -> dict[int, set[str]]:
    """Whose handles are links, by comment: those who were there to be named, and still are."""
    numbers = [comment.pk for comments in (roots, *answers) for comment in comments if "@" in comment.words]
    named: dict[int, set[str]] = defaultdict(set)
    if numbers:
        rows = Named.objects.filter(comment__in=numbers, account__is_active=True)
        for number, handle in rows.values_list("comment_id", "account__username"):
            named[number].add(handle)
    return named


def _met(comment: Comment, track: Track, visitor: Visitor, named: dict[int, set[str]], answers: list[Said]) -> Said:
    is_own = comment.author_id is not None and comment.author_id == visitor.account_id
    here = named.get(comment.pk, set())
    return Said(
        comment=comment,
        hearts=getattr(comment, "heart_count"),  # noqa: B009  an annotation
        is_liked=getattr(comment, "liked"),  # noqa: B009
        is_own=is_own,
        may_go=is_own or (visitor.account_id == track.owner_id and comment.author_id is not None),
        pieces=[(piece, handle if handle in here else None) for piece, handle in parted(comment.words)],
        answers=answers,
    )


def comment_met(key: str, visitor: Visitor, at: datetime) -> Comment:
    """The comment of this key, if the visitor reads it. One that is hidden answers like one that never was."""
    found = Comment.objects.filter(key=key).values_list("track__key", flat=True).first()
    track, _hearing = access.track_by_key(visitor, found or "", Surface.PAGE, at)
    comment = readable(track, visitor, at).select_related("track", "author", "parent").filter(key=key).first()
    if comment is None:
        raise NotFound(f"comment {key}")
    return comment


def waiting(artist: Account) -> QuerySet[Comment]:
    """What waits for this artist, the oldest first."""
    return (
        Comment.objects.filter(track__owner=artist, waits=True, withheld=False, author__is_active=True)
        .exclude(Exists(Block.objects.filter(blocker=artist, blocked=OuterRef("author"))))
        .select_related("author", "track__owner")
        .order_by("said_at", "pk")
    )
