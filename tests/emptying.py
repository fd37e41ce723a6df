"""Takes away what a test without a surrounding transaction has left.

Django's own way empties every table, a hundred of them, and then makes content types and permissions anew: of most such
tests that was the larger part, on PostgreSQL by far. This one looks which tables hold anything, and empties those.
"""

from django.db import connection, transaction
from django.test import TransactionTestCase

from tests.ledger.emptying import TABLES, empty_ledger

KEPT = {"django_content_type", "auth_permission"}  # as the migrations left them


def empty_what_is_full(_test: TransactionTestCase) -> None:
    empty_ledger()  # its tables let nobody else delete
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    places = [connection.ops.quote_name(table) for table in tables if table not in {*KEPT, *TABLES}]
    # Whom a row names may go before it: what rows name is looked at in the end, and then there are none.
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"SELECT '{place}' WHERE EXISTS (SELECT 1 FROM {place})" for place in places))
        for (place,) in cursor.fetchall():
            cursor.execute(f"DELETE FROM {place}")


def install() -> None:
    TransactionTestCase._fixture_teardown = empty_what_is_full  # type: ignore[attr-defined]
