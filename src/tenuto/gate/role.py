"""The database role of rooms on PostgreSQL: it may touch the tables of AI features, and nothing else.

Made by `tenuto migrate` where our own role may make roles; else an operator makes it with the statements that
`statements` gives (docs/operate/ai.md) and names it in TENUTO_AI_DATABASE.
"""

import os
import secrets
from pathlib import Path
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db import connection

from tenuto.base.errors import TenutoError
from tenuto.gate.duties import duties


class NoRole(TenutoError):
    """On PostgreSQL no AI runs before its own database role exists."""


def role_name() -> str:
    """One for each database of a server."""
    return f"{connection.settings_dict['NAME']}_ai"[:63]


def tables() -> list[str]:
    """All tables that AI jobs keep or consult."""
    return sorted({table for duty in duties() for table in duty.own_tables | duty.consulted_tables})


def statements(password: str) -> list[str]:
    """What makes the role, and what it is given. Each may be said again."""
    role, database = _quoted(role_name()), _quoted(str(connection.settings_dict["NAME"]))
    given = [
        f"GRANT CONNECT ON DATABASE {database} TO {role}",
        f"GRANT USAGE ON SCHEMA public TO {role}",
        *(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {_quoted(table)} TO {role}" for table in tables()),
    ]
    options = "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS NOINHERIT CONNECTION LIMIT 20"
    return [f"CREATE ROLE {role} {options} PASSWORD {_literal(password)}", *given]


def prepare_role() -> bool:
    """Make the role if it is not there, and give it what this version needs. False where we may not.

    Nothing to do on SQLite, nor where the operator has named a role: then rights are the operator's to give.
    """
    if connection.vendor != "postgresql" or os.environ.get("TENUTO_AI_DATABASE"):
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolcreaterole OR rolsuper FROM pg_roles WHERE rolname = current_user")
        may_make = bool(cursor.fetchone()[0])
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role_name()])
        there = cursor.fetchone() is not None
        if not may_make and not there:
            return False
        place = _password_file()
        if not place.exists() or not there:
            if not may_make:
                return False
            _keep(password := secrets.token_urlsafe(32), place)
        else:
            password = place.read_text().strip()
        create, *given = statements(password)
        if not there:
            cursor.execute(create)
        elif may_make:
            cursor.execute(f"ALTER ROLE {_quoted(role_name())} PASSWORD {_literal(password)}")
        for statement in given:
            cursor.execute(statement)
    return True


def address_for_rooms() -> str:
    """The address by which a room reaches the database. Raises NoRole."""
    if given := os.environ.get("TENUTO_AI_DATABASE"):
        return given
    place = _password_file()
    if not place.exists():
        raise NoRole("no database role for AI; run `tenuto migrate`, or see docs/operate/ai.md")
    ours = connection.settings_dict
    host, port = str(ours["HOST"]), str(ours["PORT"])
    user = f"{quote(role_name(), safe='')}:{quote(place.read_text().strip(), safe='')}"
    at = f"{host}:{port}" if port else host
    options = {name: value for name, value in ours["OPTIONS"].items() if isinstance(value, str)}
    return f"postgresql://{user}@{at}/{quote(str(ours['NAME']), safe='')}" + f"?{urlencode(options, quote_via=quote)}"


def _password_file() -> Path:
    return Path(settings.HOME) / "ai_database_password"


def _keep(password: str, place: Path) -> None:
    place.unlink(missing_ok=True)
    place.touch(mode=0o600)
    place.write_text(password)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
