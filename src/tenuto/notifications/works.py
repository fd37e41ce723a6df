"""The tracks that notices are about, of those that their reader may meet now: what most kinds ask first."""

from collections.abc import Iterable
from datetime import datetime

from tenuto.accounts.models import Account
from tenuto.rules.visibility import Visitor
from tenuto.tracks import lists
from tenuto.tracks.models import Track


def tracks_met(ids: Iterable[int], reader: Account, at: datetime) -> dict[int, Track]:
    """By their ids: one question to the database.

    The reader is asked about as an account alone. Where a track is heard in some countries only, and nothing says where
    the reader will read this, it is not named.
    """
    return lists.met(set(ids), Visitor(reader.pk), at)
