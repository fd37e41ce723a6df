"""What `tenuto check` says of the ledger's files: ledger.E… must be mended, ledger.W… is worth knowing."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import checks

from tenuto.ledger import keys, trust
from tenuto.rules.policies import NONE


@checks.register
def check_ledger(app_configs: Any = None, **_options: Any) -> list[checks.CheckMessage]:
    """Secrets for their owner alone; witnesses that can be read, and that are somebody."""
    return [*_secrets(), *_witnesses(), *_bucket()]


def _bucket() -> Iterator[checks.CheckMessage]:
    if not settings.LOG_BUCKET:
        return
    if not settings.LOG_BUCKET.startswith(("https://", "http://")) or settings.LOG_BUCKET.count("/") < 3:
        yield checks.Error(
            "TENUTO_LOG_BUCKET is no address of a bucket.",
            hint="As https://s3.example.org/bucket, with a folder behind it if you like.",
            id="ledger.E003",
        )
    if not settings.LOG_BUCKET_KEY or not settings.LOG_BUCKET_SECRET:
        yield checks.Error(
            "TENUTO_LOG_BUCKET is set, and who we are there is not.",
            hint="Set TENUTO_LOG_BUCKET_KEY and TENUTO_LOG_BUCKET_SECRET.",
            id="ledger.E004",
        )


def _secrets() -> Iterator[checks.CheckMessage]:
    for place in (keys.place_of_log(), keys.place_of_witness(), Path(settings.VAULT)):
        if place.exists() and place.stat().st_mode & 0o077:
            yield checks.Error(
                f"Others on this machine can read {place}.",
                hint=f"chmod 600 {place}. If somebody may have read it: tenuto ledger rotate-key.",
                id="ledger.E001",
            )


def _witnesses() -> Iterator[checks.CheckMessage]:
    try:
        policy = trust.chosen()
    except trust.PolicyUnclear as error:
        yield checks.Error(str(error), hint="Its form is in docs/operate/ledger.md.", id="ledger.E002")
        return
    if policy.quorum == NONE:
        yield checks.Warning(
            "Nobody witnesses the transparency log: a second history would be seen by nobody.",
            hint="tenuto ledger witness --add NAME VKEY URL",
            id="ledger.W001",
        )
