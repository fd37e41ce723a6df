"""Sums that are added inside the database: one statement for each row, whoever writes beside."""

from collections.abc import Iterable
from typing import Any

from django.db import connection, models


def add(
    model: type[models.Model], key: list[str], added: list[str], rows: list[tuple[Any, ...]], last: Iterable[str] = ()
) -> None:
    """Add to these columns, and put the latest into those, in the row of this key; make it where there is none."""
    if not rows:
        return
    table = model._meta.db_table
    columns = [*key, *added, *last]
    changed = [f"{name} = {table}.{name} + excluded.{name}" for name in added]
    changed += [f"{name} = excluded.{name}" for name in last]
    known = {field.attname: field for field in model._meta.concrete_fields}
    fields = [known[name] for name in columns]
    values = [
        [each.get_db_prep_save(value, connection) for each, value in zip(fields, row, strict=True)] for row in rows
    ]
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join(['%s'] * len(columns))}) "  # noqa: S608
            f"ON CONFLICT ({', '.join(key)}) DO UPDATE SET {', '.join(changed)}",
            values,
        )
