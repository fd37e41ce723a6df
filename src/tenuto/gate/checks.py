"""What is wrong with the gate's surroundings, as Django's system checks: `tenuto check` prints them."""

from typing import Any

from django.core import checks
from django.db import connection

from tenuto.gate.role import NoRole, address_for_rooms


@checks.register
def ai_has_a_role_of_its_own(**_: Any) -> list[checks.CheckMessage]:
    """On PostgreSQL AI runs in rooms, under a role with rights on its own tables only."""
    if connection.vendor != "postgresql":
        return []
    try:
        address_for_rooms()
    except NoRole as error:
        return [
            checks.Warning(
                f"No AI runs: {error}.",
                hint="`tenuto migrate` makes the role where its own may make roles; else see docs/operate/ai.md.",
                id="gate.W001",
            )
        ]
    return []
