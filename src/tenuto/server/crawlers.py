"""`tenuto crawlers`: the operator loads the networks that crawlers' operators publish. Nothing else fetches them."""

from pathlib import Path

from django.utils import timezone
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tenuto.base.fetching import NOT_REACHED, NotFetched
from tenuto.rules.known_crawlers import KNOWN, BadRanges, KnownCrawler
from tenuto.safeguards.visitors.models import PublishedRanges
from tenuto.safeguards.visitors.ranges import STALE, fetched, from_disk, take


def refresh(names: list[str], source: str | None, console: Console) -> int:
    """Load the lists of these crawlers, or of all. What could not be loaded stays as it was."""
    by_name = {crawler.name.lower(): crawler for crawler in KNOWN}
    unknown = [name for name in names if name.lower() not in by_name]
    if unknown or (source and not names):
        known = ", ".join(crawler.name for crawler in KNOWN)
        said = f"Nobody is known as {escape(', '.join(unknown))}." if unknown else "Say whose list that is."
        console.print(f"{said} Known are: {known}.")
        return 2
    wanted = [by_name[name.lower()] for name in names] or [crawler for crawler in KNOWN if crawler.ranges]
    without = [crawler.name for crawler in wanted if not (source or crawler.ranges)]
    if without:
        console.print(f"{', '.join(without)}: no list is published that we know of. Give one with --from.")
        return 2
    by_source: dict[str, list[KnownCrawler]] = {}
    for crawler in wanted:
        by_source.setdefault(source or crawler.ranges, []).append(crawler)
    failed = [place for place, crawlers in by_source.items() if not _load(place, crawlers, console)]
    return 1 if failed else 0


def _load(place: str, crawlers: list[KnownCrawler], console: Console) -> bool:
    names = ", ".join(crawler.name for crawler in crawlers)
    try:
        content = fetched(place) if "://" in place else from_disk(Path(place))
        count = take(crawlers, content, place, timezone.now())
    except (NotFetched, BadRanges, *NOT_REACHED) as error:
        console.print(f"{names}: not loaded from {escape(place)}: {escape(str(error))}")
        return False
    console.print(f"{names}: {count} networks from {escape(place)}")
    return True


def show(console: Console) -> int:
    """How each crawler can be told, and which networks are believed to be its own."""
    loaded = {row.crawler: row for row in PublishedRanges.objects.all()}
    table = Table("Crawler", "Names of hosts", "Networks", "Loaded")
    for crawler in KNOWN:
        row = loaded.get(crawler.name)
        old = row is not None and timezone.now() - row.at > STALE
        when = f"{row.at:%Y-%m-%d}{', too old to be believed' if old else ''}" if row else ""
        table.add_row(crawler.name, ", ".join(crawler.hosts), str(len(row.networks)) if row else "", when)
    console.print(table)
    return 0
