"""What somebody may do in a collective, by their role. Nothing here reaches into a member's track itself."""

from enum import StrEnum


class Role(StrEnum):
    """From the one who answers for a collective to the one who belongs to it."""

    OWNER = "owner"
    EDITOR = "editor"
    MEMBER = "member"


class Act(StrEnum):
    """What can be done in a collective's name."""

    SHOW = "show"  # one's own music under it, and take that off
    TAKE_OFF = "take_off"  # anybody's music
    DESCRIBE = "describe"  # its name, words and picture
    INVITE = "invite"  # and remove people, and say what they may
    CLOSE = "close"


_MEMBER = frozenset({Act.SHOW})
_EDITOR = _MEMBER | {Act.TAKE_OFF, Act.DESCRIBE}
_MAY = {Role.MEMBER: _MEMBER, Role.EDITOR: _EDITOR, Role.OWNER: _EDITOR | {Act.INVITE, Act.CLOSE}}


def may(role: Role | None, act: Act) -> bool:
    """Nobody may anything without a role, and an invitation that nobody answered is none."""
    return role is not None and act in _MAY[role]


def heir(others: list[tuple[Role, int]]) -> int | None:
    """Who owns a collective when its last owner leaves the site: of the strongest role whoever has it longest.

    Args:
        others: role and account of each other member, the longest first
    Returns:
        None where there is nobody: then it is closed
    """
    for role in Role:
        for held, account in others:
            if held is role:
                return account
    return None
