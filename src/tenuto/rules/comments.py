"""What people say along a track: how long it may be, where it hangs, whom it names, when it waits for the artist."""

import re
from enum import StrEnum

MOST_LETTERS = 1000
MOST_NAMED = 10  # of one comment; whoever names more wants to be heard by people who did not ask

# As handles are made (accounts.models.Account), not in the middle of a word, an address or a mail address.
_NAMED = re.compile(r"(?<![\w@/.])@([A-Za-z0-9][A-Za-z0-9-]{1,29})(?![\w@])")
_MOMENT = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):(\d{2})")


class Approval(StrEnum):
    """Whose comments wait until the artist has seen them."""

    NOBODY = "nobody"
    NEWCOMERS = "newcomers"  # who have nothing standing on a track of hers yet
    EVERYBODY = "everybody"


def waits(approval: Approval, *, is_artist: bool, is_known: bool) -> bool:
    """Does a new comment wait? `is_known`: something of the same person stands on a track of this artist already."""
    if is_artist or approval is Approval.NOBODY:
        return False
    return approval is Approval.EVERYBODY or not is_known


def handles_in(words: str) -> list[str]:
    """The handles that words name, each once, in small letters, the first few."""
    return list(dict.fromkeys(found[1].lower().rstrip("-") for found in _NAMED.finditer(words)))[:MOST_NAMED]


def parted(words: str) -> list[tuple[str, str | None]]:
    """The words in pieces, in order; beside a piece that names somebody stands the handle."""
    pieces: list[tuple[str, str | None]] = []
    at = 0
    for found in _NAMED.finditer(words):
        handle = found[1].rstrip("-")
        end = found.start() + 1 + len(handle)
        pieces += [(words[at : found.start()], None), (words[found.start() : end], handle.lower())]
        at = end
    return [piece for piece in [*pieces, (words[at:], None)] if piece[0]]


def read_moment(text: str, length: float) -> float | None:
    """Seconds from 1:51 or 1:04:52, or from plain seconds as a player says them; None where it is none of the track.

    Args:
        text: as people or the player write it
        length: of the track, in seconds
    """
    text = text.strip()
    found = _MOMENT.fullmatch(text)
    if found:
        hours, minutes, seconds = int(found[1] or 0), int(found[2]), int(found[3])
        if seconds > 59 or (found[1] and minutes > 59):
            return None
        at = float(hours * 3600 + minutes * 60 + seconds)
    elif re.fullmatch(r"\d{1,6}(\.\d{1,6})?", text):
        at = float(text)
    else:
        return None
    # What is written in whole seconds may lie a little behind the end.
    return min(at, length) if at < length + 1 else None
