"""Who may see a playlist and who may change it. What is on it has its own rule: `rules.visibility`, track by track.

A playlist opens nothing. Whoever sees it meets on it only those tracks that they may meet anywhere else.
"""

from dataclasses import dataclass
from enum import StrEnum


class Openness(StrEnum):
    """Whom a playlist is for, besides its owner and those who work on it with them."""

    PRIVATE = "private"
    LINK = "link"  # whoever holds its secret address
    PUBLIC = "public"


class Part(StrEnum):
    """What somebody is to a playlist that they may see."""

    OWNER = "owner"
    COLLABORATOR = "collaborator"  # invited, and said yes
    READER = "reader"


@dataclass(frozen=True)
class PlaylistState:
    """What the rule must know of a playlist."""

    owner_id: int
    openness: Openness
    collaborator_ids: frozenset[int] = frozenset()  # who said yes; at least the visitor, where that is so


def part_in(account_id: int | None, playlist: PlaylistState, *, by_link: bool = False) -> Part | None:
    """What this visitor is to the playlist; nothing where it is not for them. The first rule that speaks wins."""
    if account_id is not None and account_id == playlist.owner_id:
        return Part.OWNER
    if account_id is not None and account_id in playlist.collaborator_ids:
        return Part.COLLABORATOR
    if playlist.openness is Openness.PUBLIC:
        return Part.READER
    if by_link and playlist.openness is Openness.LINK:
        return Part.READER
    return None


def may_fill(part: Part | None) -> bool:
    """May they add tracks and put them in order?"""
    return part in {Part.OWNER, Part.COLLABORATOR}


def may_take_out(part: Part | None, account_id: int | None, added_by_id: int | None) -> bool:
    """May they take out what `added_by_id` put on it? Its owner everything, others what they added themselves."""
    if part is Part.OWNER:
        return True
    return part is Part.COLLABORATOR and account_id is not None and account_id == added_by_id
