"""Jobs of AI run here too, and on PostgreSQL no room sees what a test has not committed."""

from tests.gate.conftest import without_rooms

__all__ = ["without_rooms"]
