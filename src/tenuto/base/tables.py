"""The tables of this version."""

import gc

from django.core.management import call_command


def migrate() -> None:
    """Bring the database up to this version. In an empty home that takes some ten seconds."""
    usual = gc.get_threshold()
    # Django makes thousands of classes on the way, and a fifth of the time went to looking for garbage among them.
    gc.set_threshold(100_000, 50, 100)
    try:
        call_command("migrate", verbosity=0, interactive=False)
    finally:
        gc.set_threshold(*usual)
