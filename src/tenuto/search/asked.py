"""What somebody typed, as the index is asked for it: the same question in the words of FTS5 and of PostgreSQL."""

from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.db import connection
from django.db.models import Field, Lookup

from tenuto.rules.spelling import words_in

# Whoever pastes a page finds nothing by all its words; eight say what is meant, and cost no more than eight.
MOST_WORDS = 8
# "a" begins half of all words: what is found by it is found by nothing.
SHORTEST_BEGINNING = 2


@dataclass(frozen=True)
class Term:
    """A word that must stand there, in any of these forms; `beginning`: or a longer word that begins with the first."""

    forms: tuple[str, ...]
    beginning: bool = False


Terms = tuple[Term, ...]


@dataclass(frozen=True)
class Asked:
    """A search, by words."""

    typed: str

    @property
    def words(self) -> list[str]:
        """Each once, in the order in which they were typed."""
        return list(dict.fromkeys(words_in(self.typed)))[:MOST_WORDS]

    @property
    def exact(self) -> Terms:
        """These very words."""
        return tuple(Term((word,)) for word in self.words)

    @property
    def begun(self) -> Terms:
        """The same, but the last word may be one that is still being typed."""
        *done, last = self.exact
        return *done, Term(last.forms, beginning=len(last.forms[0]) >= SHORTEST_BEGINNING)

    @property
    def whole(self) -> Terms:
        """A name that is just that."""
        return tuple(Term((word,)) for word in words_in("".join(self.typed.split())))

    def __bool__(self) -> bool:
        return bool(self.words)


class Place(Enum):
    """Where the words must stand: in a name that has no other, in a name, or anywhere. With the columns of FTS5 that
    are this place, and the sign before its lexemes on PostgreSQL.
    """

    WHOLE = ("whole", "=")
    NAME = ("name", "/")
    ANYWHERE = ("name artist words", "")


def written(place: Place, terms: Terms) -> str:
    """All of these words there, in the language of the database: of FTS5 (sqlite.org/fts5.html, section 3) or a tsquery
    (PostgreSQL's manual, section 8.11.2). Words are letters and digits alone, so nothing has to be escaped.
    """
    columns, sign = place.value
    if connection.vendor == "postgresql":
        lexeme = f"'{sign}%s'"
        return " & ".join("(" + " | ".join(_forms(term, lexeme, ":*")) + ")" for term in terms)
    every = " AND ".join("(" + " OR ".join(_forms(term, '"%s"', " *")) + ")" for term in terms)
    return f"{{{columns}}} : ({every})"


def _forms(term: Term, form: str, begins: str) -> list[str]:
    first, *others = (form % each for each in term.forms)
    return [f"{first}{begins}" if term.beginning else first, *others]


class Index(Field):  # type: ignore[type-arg]  # holds nothing that could be read
    """Where words are looked up: the lexemes on PostgreSQL; on SQLite the hidden column by which FTS5 is asked."""


@Index.register_lookup
class Finds(Lookup[str]):
    """`index__finds=written(…)`, or a `Blank` for that."""

    lookup_name = "finds"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column = self.lhs
        if connection.vendor == "postgresql":
            sql, params = compiler.compile(column)
            return f"{sql} @@ %s::tsquery", (*params, self.rhs)
        # It has the name of its table.
        name, table = map(connection.ops.quote_name, (column.alias, column.target.model._meta.db_table))
        return f"{name}.{table} MATCH %s", (self.rhs,)
