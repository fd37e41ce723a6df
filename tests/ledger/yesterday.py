"""A backup of everything but the witnesses' memory, and its restoration: what an operator does after a lost disk."""

import shutil
from pathlib import Path

from django.conf import settings

from tenuto.ledger.models import Entry, Log, Registration
from tests.ledger.emptying import empty_ledger


class Yesterday:
    """The ledger's rows and files as they are now, to be put back later: both, or one of the two."""

    def __init__(self, folder: Path) -> None:
        self.entries = list(Entry.objects.all())
        self.registrations = list(Registration.objects.all())
        self.logs = list(Log.objects.all())
        self.folder = folder / "log"
        shutil.copytree(settings.LOG_DIR, self.folder)

    def restore(self, *, rows: bool = True, files: bool = True) -> None:
        if rows:
            empty_ledger()
            Entry.objects.bulk_create(self.entries)
            Registration.objects.bulk_create(self.registrations)
            Log.objects.bulk_create(self.logs)
        if files:
            shutil.rmtree(settings.LOG_DIR)
            shutil.copytree(self.folder, settings.LOG_DIR)
