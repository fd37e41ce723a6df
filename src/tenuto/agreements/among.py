"""“One of these”, for any number of values: given to the database as one list, not as many parameters."""

from collections.abc import Collection

from django.db.models.expressions import RawSQL

from tenuto.base.questions import listed, one_of


def among(values: Collection[int]) -> RawSQL:
    """For `column__in=among(ids)`."""
    return one_of(listed(values).parameter, "bigint")


def among_words(values: Collection[str]) -> RawSQL:
    """The same for text."""
    return one_of(listed(values).parameter, "text")
