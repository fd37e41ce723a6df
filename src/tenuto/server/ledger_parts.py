"""What a backup holds of the ledger besides its rows: the keys in the vault, the keys that sign, lists of jobs; and
the keys with which files are signed.

Tiles and checkpoint are left out: they are made again from the rows, with the root that was signed.
"""

import re
from pathlib import Path

from django.conf import settings
from django.db import connection

from tenuto.base.ids import new_key
from tenuto.ledger import halting, vault
from tenuto.ledger.models import Log
from tenuto.ledger.rebuilding import rebuild
from tenuto.safeguards.marks.keys import NAMES

SECRET = ("log-key", "witness-key", "witnesses")
VAULT = "vault.sqlite3"


def parts(folder: Path) -> dict[str, Path]:
    """What belongs into a backup, by its name there. The vault is copied at one moment, into `folder`."""
    found = {f"ledger/{name}": Path(settings.LEDGER_DIR) / name for name in SECRET}
    found |= {f"signing/{name}.pem": Path(settings.SIGNING_DIR) / f"{name}.pem" for name in NAMES}
    lists = (Path(settings.LOG_DIR) / "manifest").glob("[0-9a-f]*")
    found |= {f"log/manifest/{place.name}": place for place in lists}
    if Path(settings.VAULT).exists():
        found[VAULT] = folder / VAULT
        vault.copy_to(found[VAULT])
    return {name: place for name, place in found.items() if place.exists()}


def place_for(name: str) -> Path | None:
    """Where a part of a backup belongs; nowhere, if it is none of ours."""
    if name == VAULT:
        return Path(settings.VAULT)
    if name.removeprefix("ledger/") in SECRET and name.startswith("ledger/"):
        return Path(settings.LEDGER_DIR) / name.removeprefix("ledger/")
    if name in {f"signing/{each}.pem" for each in NAMES}:
        return Path(settings.SIGNING_DIR) / name.removeprefix("signing/")
    if re.fullmatch(r"log/manifest/[0-9a-f]{64}", name):
        return Path(settings.LOG_DIR) / name.removeprefix("log/")
    return None


def put_aside(place: Path) -> None:
    """Keep what stands at a place under another name, with what SQLite keeps beside it."""
    if place.exists() and not place.is_relative_to(settings.LOG_DIR):
        aside = new_key()
        for part in (place, place.with_name(f"{place.name}-wal"), place.with_name(f"{place.name}-shm")):
            if part.exists():
                part.rename(part.with_name(f"{part.name}.before-{aside}"))


def mode_of(name: str) -> int:
    return 0o644 if name.startswith("log/") else 0o600


def settle() -> bool:
    """After everything is back: make the public files, and sign nothing until it is known that nothing came after."""
    if Log._meta.db_table not in connection.introspection.table_names():  # a backup of an older version
        return False
    signed = [log for log in Log.objects.all() if log.size]
    for log in signed:
        rebuild(log)
    if signed:
        halting.halt(halting.RESTORED)
    return bool(signed)
