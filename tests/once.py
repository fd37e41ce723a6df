"""What all tests of a file begin with, made once.

It is made within a transaction that stays open around the file's tests, so each test finds it as it was made: what the
test does is a savepoint in it, which is taken back as any test's own transaction is. Tests that commit cannot use it.
"""

import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from django.conf import settings
from django.db import transaction

from tenuto.ledger import vault

Made = TypeVar("Made")


def keep_ledger_in(place: Path) -> None:
    """From now on the vault and the log are in this folder, once they are used."""
    settings.VAULT, settings.LOG_DIR, settings.LEDGER_DIR = place / "vault.sqlite3", place / "log", place / "ledger"


class Once:
    def __init__(self, ledger: Path, with_database: Callable[[], AbstractContextManager[None]]) -> None:
        self._ledger = ledger
        self._with_database = with_database
        self._around = ExitStack()

    def __enter__(self) -> Self:
        around = transaction.atomic()
        around._from_testcase = True  # type: ignore[attr-defined]  # as of Django's TestCase: durable blocks fit in
        with self._with_database():
            self._around.enter_context(around)
        return self

    def make(self, making: Callable[[], Made]) -> Made:
        """What `making` returns. Tests fetch its rows anew: objects would remember what another test did to them."""
        keep_ledger_in(self._ledger)
        try:
            with self._with_database():
                return making()
        finally:
            vault.close()

    def copy_ledger_to(self, place: Path) -> None:
        if self._ledger.exists():
            shutil.copytree(self._ledger, place)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        with self._with_database():
            transaction.set_rollback(True)
            self._around.close()
        shutil.rmtree(self._ledger, ignore_errors=True)
