"""Terms for tests, of which clauses can be added and changed."""

from datetime import UTC, datetime, timedelta

from tenuto.terms.models import Version
from tenuto.terms.versions import publish

NOON = datetime(2026, 11, 5, 12, 0, tzinfo=UTC)
DAYS = timedelta(days=1)

FRONT = """---
title: Terms of use
summary: |
  Yours stays yours.
  Silence is no.
---

"""
OWNING = """What stays yours

Everything that you upload here stays yours."""
NEEDED = """Recognising uploads

```cells
needed: recording identification input
```

We compare it once and keep nothing."""
SORTING = """Putting in order

```cells
recording organisation: input, inform
```

If you allow it, we measure the tempo."""
LEADING = """Recommending

```cells
recording recommendation: inform, train
```

If you allow it, we lead listeners to it."""


def written(*clauses: str) -> str:
    """Clauses, each heading and body, numbered and put together."""
    return FRONT + "\n\n".join(f"## {number}. {clause}" for number, clause in enumerate(clauses, start=1)) + "\n"


def first(at: datetime = NOON) -> Version:
    """A version in force: one clause of words, one needed, one that may be declined."""
    return publish(written(OWNING, NEEDED, SORTING), at, at=at)


def second(at: datetime = NOON) -> Version:
    """One that names more, announced at `at`."""
    return publish(written(OWNING, NEEDED, SORTING, LEADING), at + 31 * DAYS, at=at)
