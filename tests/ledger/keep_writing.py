"""One of several writers at once: writes so many transactions into the book, and prints which indices they got."""

import sys

import django

django.setup()

from django.db import connection, transaction  # noqa: E402  settings first

from tenuto.ledger import book  # noqa: E402
from tenuto.ledger.subjects import Subject  # noqa: E402


def keep_writing(writer: int, rounds: int) -> list[int]:
    given: list[int] = []
    for number in range(rounds):
        use: dict[str, object] = {"v": 1, "t": "use", "n": number}
        with transaction.atomic():
            given += book.write([book.blinded(Subject("recording", writer), use), book.public(use)])
    connection.close()
    return given


if __name__ == "__main__":
    print(*keep_writing(int(sys.argv[1]), int(sys.argv[2])))  # noqa: T201  it is read by the test
