"""The index, kept by the database itself: whatever changes a row changes what it is found by, in the same transaction.

Triggers do it, because they see every way in which a row can change: a form, a bulk update, SQL typed by hand. What is
found is therefore never behind, and a transaction that fails takes its words back with it. They derive a row of the
index anew from what it follows from (search.sources), so no order of events can bring them out of step.

Migrations find no trigger: SQLite makes a table that changes anew, and would take its triggers with it. They are
dropped before and made after, and everything is derived once more.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

from tenuto.rules.spelling import LONGEST
from tenuto.search.asked import Place
from tenuto.search.sources import INDEXES, SOURCES, Source, Watched

COLUMNS = "whole, name, artist, words"
UNREAD = "search_unread"


def before_migrating(plan: object = (), **_about: Any) -> None:
    """For Django's `pre_migrate`. Where nothing is to be done, nothing is."""
    if plan:
        stop()


def after_migrating(plan: object = (), **_about: Any) -> None:
    """For Django's `post_migrate`. Not half-way, where a table may not be what the sources read."""
    if plan and not _steps_left():
        rebuild()


def _steps_left() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


@transaction.atomic
def rebuild() -> int:
    """Make the index anew, and say how many things it holds. Whoever writes meanwhile waits."""
    with connection.cursor() as cursor:
        for statement in [*_stopping(), *_emptying(), *_beginning(), *_filling()]:
            cursor.execute(statement)
        cursor.execute(f"SELECT count(*) FROM {UNREAD}")  # noqa: S608  names of ours, here and below
        return int(cursor.fetchone()[0])


@transaction.atomic
def stop() -> None:
    """Let the index be as it is, whatever changes."""
    with connection.cursor() as cursor:
        for statement in _stopping():
            cursor.execute(statement)


# ——— the tables ———


def _emptying() -> Iterator[str]:
    yield f"DELETE FROM {UNREAD}"  # noqa: S608
    if connection.vendor == "postgresql":
        yield from _folding()
    for model in INDEXES.values():
        name = model._meta.db_table
        yield f"DROP TABLE IF EXISTS {name}"
        if connection.vendor == "postgresql":
            yield from _lexemes(name)
        else:
            # All accents go, also of letters that bear two.
            yield (
                f"CREATE VIRTUAL TABLE {name} USING fts5({COLUMNS}, "
                "tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3')"
            )


def _folding() -> Iterator[str]:
    """PostgreSQL's own parser takes “Mr.Night” for a host and reads letters as the server was set up to. Ours does what
    `rules.spelling` does: small letters, Latin ones without accents, parted by what is neither letter nor digit.
    """
    letters = 'COLLATE "und-x-icu"' if _knows_letters() else ""
    accented = f"([A-Za-z])[{chr(0x300)}-{chr(0x36F)}]+"
    yield (
        "CREATE OR REPLACE FUNCTION search_folded(given text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN "
        f"lower(normalize(regexp_replace(normalize(given, NFD), '{accented}', '\\1', 'g'), NFC) {letters})"
    )
    yield "DROP FUNCTION IF EXISTS search_lexemes(text, text) CASCADE"  # with the columns that were made by it
    parted = f"regexp_split_to_table(search_folded(given) {letters}, '[^[:alnum:]]+') AS word WHERE word <> ''"
    made = f"array_to_tsvector(ARRAY(SELECT sign || left(word, {LONGEST}) FROM {parted}))"  # noqa: S608
    yield (
        "CREATE FUNCTION search_lexemes(sign text, given text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE "
        f"RETURN {made}"
    )


def _knows_letters() -> bool:
    """Is PostgreSQL built with ICU, as packages are? Else its own locale decides what is a letter."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_collation WHERE collname = 'und-x-icu')")
        return bool(cursor.fetchone()[0])


def _lexemes(name: str) -> Iterator[str]:
    """A word of a name is there three times, and by the sign before it is found in that place alone."""
    of = {Place.WHOLE: "whole", Place.NAME: "name", Place.ANYWHERE: "name || ' ' || artist || ' ' || words"}
    made = " || ".join(f"search_lexemes('{place.value[1]}', {column})" for place, column in of.items())
    texts = ", ".join(f"{column} text NOT NULL" for column in COLUMNS.split(", "))
    yield (
        f'CREATE TABLE {name} (rowid bigint PRIMARY KEY, {texts}, "index" tsvector GENERATED ALWAYS AS ({made}) STORED)'
    )
    # Written at once: a list of what waits to be written would be walked by every search.
    yield f'CREATE INDEX {name}_index ON {name} USING gin ("index") WITH (fastupdate = off)'


def _filling() -> Iterator[str]:
    for source in SOURCES:
        yield from _derive(source)


def _derive(source: Source, only: str = "") -> Iterator[str]:
    """Write the rows of the index that follow from the source; only those of these refs."""
    name, these = source.index._meta.db_table, f"WHERE ref IN ({only})" if only else ""
    yield (
        f"INSERT INTO {name} (rowid, {COLUMNS}) "  # noqa: S608
        f"SELECT ref, {COLUMNS} FROM ({source.rows(connection.vendor)}) AS found {these}"
    )
    # FTS5 and PostgreSQL agree on what a conflict is only where a WHERE stands before it.
    those = f"rowid IN ({only})" if only else "true"
    yield (
        f"INSERT INTO {UNREAD} (kind, ref) SELECT '{source.kind}', rowid FROM {name} WHERE {those} "  # noqa: S608
        "ON CONFLICT DO NOTHING"
    )


# ——— the triggers ———


def _beginning() -> Iterator[str]:
    for name, source, watched, act in _triggers():
        condition = ""
        if act == "UPDATE":
            changed = " OR ".join(f"OLD.{column} <> NEW.{column}" for column in watched.columns)
            condition = f"OF {', '.join(watched.columns)}"
            when = f"WHEN ({changed})"
        else:
            when = ""
        refs = watched.of.format(row="OLD" if act == "DELETE" else "NEW")
        gone = f"DELETE FROM {source.index._meta.db_table} WHERE rowid IN ({refs})"  # noqa: S608
        steps = "".join(f"{step}; " for step in [gone, *_derive(source, refs)])
        head = f"CREATE TRIGGER {name} AFTER {act} {condition} ON {watched.table} FOR EACH ROW {when}"
        if connection.vendor == "postgresql":
            yield (
                f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql "
                f"AS $$ BEGIN {steps} RETURN NULL; END $$"
            )
            yield f"{head} EXECUTE FUNCTION {name}()"
        else:
            yield f"{head} BEGIN {steps} END"


def _triggers() -> Iterable[tuple[str, Source, Watched, str]]:
    for source in SOURCES:
        for number, watched in enumerate(source.watched):
            for act in ("UPDATE",) if watched.columns else ("INSERT", "DELETE"):
                yield f"{source.index._meta.db_table}_{number}_{act.lower()}", source, watched, act


def _stopping() -> list[str]:
    """Also triggers of sources that there are no more, so by their names in the database."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT tgname, tgrelid::regclass::text FROM pg_trigger "
                "WHERE starts_with(tgname::text, 'search_') AND NOT tgisinternal"
            )
            found = cursor.fetchall()
            return [f"DROP TRIGGER {name} ON {table}; DROP FUNCTION {name}()" for name, table in found]
        cursor.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'search!_%%' ESCAPE '!'", []
        )
        return [f"DROP TRIGGER {name}" for (name,) in cursor.fetchall()]
