"""Of whom somebody does not want to hear, or may not: they make no notices, and those they made are not shown."""

from collections.abc import Callable, Collection
from typing import Any

from django.db.models import Q, QuerySet

from tenuto.accounts.models import Block

# Rows of a feature, each with a `reader` who does not want to hear of whom it calls `silent`, as ids.
Silence = Callable[[], QuerySet[Any]]
_silences: list[Silence] = []


def silences(rows: Silence) -> Silence:
    """Have the decorated function's rows keep people from hearing of one another."""
    if rows not in _silences:
        _silences.append(rows)
    return rows


def unheard(reader: int) -> Q:
    """The condition on `Notice` that it is by somebody of whom the reader does not want to hear, or may not."""
    blocked = Block.objects.filter(blocker=reader).values("blocked_id")
    blocking = Block.objects.filter(blocked=reader).values("blocker_id")
    condition = Q(by__in=blocked) | Q(by__in=blocking) | Q(by__is_active=False)
    for rows in _silences:
        condition |= Q(by__in=rows().filter(reader=reader).values("silent"))
    return condition


def deaf_to(by: int, readers: Collection[int]) -> set[int]:
    """Which of these do not want to hear of somebody, or may not: as many questions as features know of it."""
    blocks = Block.objects.filter(Q(blocker=by, blocked__in=readers) | Q(blocked=by, blocker__in=readers))
    deaf = {one for pair in blocks.values_list("blocker_id", "blocked_id") for one in pair}
    for rows in _silences:
        deaf |= set(rows().filter(silent=by, reader__in=readers).values_list("reader", flat=True))
    return deaf - {by}
