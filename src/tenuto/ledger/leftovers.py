"""Files of lists that were drawn up and never kept, because whoever drew one up was killed between the two.

They bind nobody and say nothing, but they are public and would lie there for ever. A sweep removes what is a day old
and named by no row, where the rows are those that the log was signed over.
"""

import logging
from datetime import datetime, timedelta
from pathlib import Path

from django.utils import timezone

from tenuto.base.errors import TenutoError
from tenuto.base.jobs import every
from tenuto.ledger import logs, manifests
from tenuto.ledger.sequencer import examine
from tenuto.ledger.subjects import batches

log = logging.getLogger(__name__)

GRACE = timedelta(days=1)  # a list is kept within seconds after it was drawn up


@every(seconds=3600)
def clear(now: datetime) -> int:
    """Remove what is left over. How many files that were."""
    found = leftovers(now)
    for place in found:
        place.unlink(missing_ok=True)
    if found:
        log.info("ledger: %s lists that no job kept were removed", len(found))
    return len(found)


def leftovers(now: datetime) -> list[Path]:
    """What lies among the manifests and belongs to no job. Nothing, where rows and log do not agree: see `_since`."""
    since, folder = _since(), manifests.folder()
    if since is None or not folder.is_dir():
        return []
    old = {place.name: place for place in folder.iterdir() if since < _written(place) < now - GRACE}
    kept = {root for batch in batches(old) for root in manifests.kept_of(batch)}
    return [old[name] for name in sorted(old.keys() - kept)]


def _since() -> datetime | None:
    """From when on a file that no row names is named by nobody. None: there is no such time.

    After a backup was restored, what was drawn up since stands in the public log and in no row. So nothing is touched
    while they contradict each other, nor ever what is older than the log that was begun then.
    """
    current = logs.current()
    if current is None:
        return None
    try:
        examine(current)
    except TenutoError:
        return None
    return current.opened_at


def _written(place: Path) -> datetime:
    try:
        return datetime.fromtimestamp(place.stat().st_mtime, timezone.get_default_timezone())
    except FileNotFoundError:  # another worker's sweep
        return timezone.now()
