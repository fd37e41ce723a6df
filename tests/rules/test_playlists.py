from dataclasses import replace

import pytest

from tenuto.rules.playlists import Openness, Part, PlaylistState, may_fill, may_take_out, part_in

OWNER, COLLABORATOR, OTHER = 1, 2, 3
PRIVATE = PlaylistState(OWNER, Openness.PRIVATE, frozenset({COLLABORATOR}))


@pytest.mark.parametrize(
    ("account_id", "openness", "by_link", "part"),
    [
        (OWNER, Openness.PRIVATE, False, Part.OWNER),
        (COLLABORATOR, Openness.PRIVATE, False, Part.COLLABORATOR),
        (OTHER, Openness.PRIVATE, False, None),
        (None, Openness.PRIVATE, False, None),
        (OTHER, Openness.PRIVATE, True, None),  # made private again, its address opens nothing
        (OTHER, Openness.LINK, False, None),
        (OTHER, Openness.LINK, True, Part.READER),
        (None, Openness.LINK, True, Part.READER),
        (None, Openness.PUBLIC, False, Part.READER),
        (COLLABORATOR, Openness.PUBLIC, True, Part.COLLABORATOR),
    ],
)
def test_a_playlist_is_for_whom_it_is(
    account_id: int | None, openness: Openness, by_link: bool, part: Part | None
) -> None:
    """A playlist is seen by you, by those you invited and who said yes, and by whom you opened it to; nobody else."""
    assert part_in(account_id, replace(PRIVATE, openness=openness), by_link=by_link) == part


def test_whoever_only_reads_changes_nothing() -> None:
    """Seeing a playlist lets nobody change it."""
    assert [may_fill(part) for part in (Part.OWNER, Part.COLLABORATOR, Part.READER, None)] == [True, True, False, False]


def test_collaborators_take_out_what_they_added() -> None:
    """Whom you invite can take out their own additions, and not yours."""
    assert may_take_out(Part.OWNER, OWNER, COLLABORATOR)
    assert may_take_out(Part.COLLABORATOR, COLLABORATOR, COLLABORATOR)
    assert not may_take_out(Part.COLLABORATOR, COLLABORATOR, OWNER)
    assert not may_take_out(Part.COLLABORATOR, COLLABORATOR, None)
    assert not may_take_out(Part.READER, None, None)
