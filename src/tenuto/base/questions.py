"""Questions to the database whose SQL is made once. Only what they are about changes from one time to the next.

Django takes half a millisecond to make SQL of a queryset, several times as long as the database takes to answer about
one row. So what is asked before every use of a work, and for every page, is written as a queryset with blanks, and the
blanks are filled in.
"""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import islice
from typing import Any, TypeVar

from django.db import connection
from django.db.models import BigIntegerField, DateTimeField, Model, TextField
from django.db.models.expressions import RawSQL
from django.db.models.query import ModelIterable, get_related_populators

T = TypeVar("T")


class Listed(tuple[Any, ...]):
    """Values that are handed to the database as one list, written down once for however many questions."""

    @cached_property
    def parameter(self) -> Any:
        return list(self) if connection.vendor == "postgresql" else json.dumps(self)


def listed(values: Iterable[Any]) -> Listed:
    """These values as a list for the database; what is one already stays what it is."""
    return values if isinstance(values, Listed) else Listed(values)


def one_of(parameter: Any, kind: str) -> RawSQL:
    """For `column__in`: SQLite takes at most 250,000 parameters and plans each anew, so a list is a single one."""
    if connection.vendor == "postgresql":
        return RawSQL(f"SELECT unnest(%s::{kind}[])", [parameter])  # noqa: S611  a name of a type, from our code
    return RawSQL("SELECT value FROM json_each(%s)", [parameter])


def batched(things: Iterable[T], size: int) -> Iterator[list[T]]:
    """The things, in their order, so many at a time: what is asked about more is asked in parts."""
    left = iter(things)
    while batch := list(islice(left, size)):
        yield batch


@dataclass(frozen=True)
class Blank:
    """Where a value goes that is known only when the question is asked."""

    name: str


def these(name: str) -> RawSQL:
    """A blank for numbers: `column__in=these("tracks")`."""
    return one_of(Blank(name), "bigint")


def these_words(name: str) -> RawSQL:
    """A blank for texts."""
    return one_of(Blank(name), "text")


def moment(name: str) -> RawSQL:
    """A blank for a moment: `at__lte=moment("at")`."""
    return RawSQL("%s", [Blank(name)], output_field=DateTimeField())


def number(name: str) -> RawSQL:
    """A blank for one number: `owner_id=number("account")`."""
    return RawSQL("%s", [Blank(name)], output_field=BigIntegerField())


def word(name: str) -> RawSQL:
    """A blank for one text: `username=word("handle")`."""
    return RawSQL("%s", [Blank(name)], output_field=TextField())


@dataclass(frozen=True)
class _Made:
    """A question as one kind of database understands it."""

    sql: str
    parameters: Sequence[Any]
    converters: Sequence[tuple[int, Sequence[Callable[..., Any]], Any]]  # column, what is done to it, its expression
    things: "_Things | None"


class Question:
    """A queryset with blanks, made at the first asking; of rows, from `values_list`, or of things, with those that
    `select_related` names and what is annotated.
    """

    def __init__(self, asked: Callable[[], Any]) -> None:
        self._asked = asked
        self._made: dict[str, _Made] = {}

    def ask(self, **given: Collection[Any] | datetime | str | int | None) -> list[Any]:
        """All that it answers, with each blank filled in by the value of its name."""
        made = self._made.get(connection.vendor)
        if made is None:
            made = self._made[connection.vendor] = self._make()
        filled = {name: _parameter(value) for name, value in given.items()}
        with connection.cursor() as cursor:
            cursor.execute(made.sql, [filled[one.name] if isinstance(one, Blank) else one for one in made.parameters])
            found: list[Any] = cursor.fetchall()
        if made.converters:
            found = _converted(found, made)
        return found if made.things is None else made.things.of(found)

    def first(self, **given: Collection[Any] | datetime | str | int | None) -> Any | None:
        """The first that it answers; None where there is nothing. The queryset says how many are fetched."""
        return next(iter(self.ask(**given)), None)

    def _make(self) -> _Made:
        asked = self._asked()
        compiler = asked.query.get_compiler(connection=connection)
        sql, parameters = compiler.as_sql()
        converters = compiler.get_converters([column for column, _sql, _alias in compiler.select])
        things = _Things(compiler) if issubclass(asked._iterable_class, ModelIterable) else None
        return _Made(sql, parameters, [(place, *how) for place, how in converters.items()], things)


class _Things:
    """How rows become things: what `ModelIterable` finds out of a queryset each time, found out once."""

    def __init__(self, compiler: Any) -> None:
        info, select = compiler.klass_info, compiler.select
        columns = info["select_fields"]
        self._model: type[Model] = info["model"]
        self._own = slice(columns[0], columns[-1] + 1)
        self._names = [column.target.attname for column, _sql, _alias in select[self._own]]
        # The stubs are a later Django's, which asks for one argument more.
        self._related = get_related_populators(info, select, connection.alias)  # type: ignore[call-arg]
        self._annotated: Sequence[tuple[str, int]] = list(compiler.annotation_col_map.items())

    def of(self, rows: Iterable[Sequence[Any]]) -> list[Model]:
        found = []
        for row in rows:
            thing = self._model.from_db(connection.alias, self._names, row[self._own])
            for related in self._related:
                related.populate(row, thing)
            for name, column in self._annotated:
                setattr(thing, name, row[column])
            found.append(thing)
        return found


def _parameter(value: Collection[Any] | datetime | str | int | None) -> Any:
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return listed(value).parameter


def _converted(rows: Iterable[Sequence[Any]], made: _Made) -> list[Sequence[Any]]:
    """The rows with values as Python knows them. As Django does it, but for the connection, which is each thread's."""
    found: list[Sequence[Any]] = []
    for row in rows:
        values = list(row)
        for place, converters, expression in made.converters:
            for convert in converters:
                values[place] = convert(values[place], expression, connection)
        found.append(values)
    return found
