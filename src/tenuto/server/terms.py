"""`tenuto terms draft | publish | diff`: how the operator changes the terms."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone
from rich.console import Console
from rich.text import Text

from tenuto.rules.cells import Cell
from tenuto.rules.terms import TermsFault, blanks_in, read_terms
from tenuto.rules.terms_diff import Change, ClauseChange, Words, compare
from tenuto.terms.models import Version
from tenuto.terms.versions import CannotPublish, begin_draft, draft_place, notice, publish

_STYLES = {Change.SAME: "", Change.ADDED: "green underline", Change.REMOVED: "red strike"}


def draft(console: Console) -> int:
    """Make the draft if there is none, and say what publishing it would change."""
    place, made = begin_draft()
    console.print(f"{'Made' if made else 'There is'} a draft: [bold]{place}[/]")
    text = place.read_text(encoding="utf-8")
    try:
        terms = read_terms(text)
    except TermsFault as fault:
        console.print(f"It cannot be read yet. {fault}", markup=False)
        return 1
    newest = Version.objects.first()
    console.print(
        f"{len(terms.clauses)} clauses; {len(terms.permits)} uses that may be allowed, {len(terms.needed)} needed."
    )
    if blanks := blanks_in(text):
        console.print(f"To be filled in: {', '.join(blanks)}", markup=False)
    if newest is not None:
        print_changes(compare(newest.terms, terms), console)
    console.print("When it is ready: tenuto terms publish")
    return 0


def publish_draft(day: str | None, console: Console) -> int:
    """Publish the draft; in force on `day` (YYYY-MM-DD), or as soon as the time of notice allows."""
    place, now = draft_place(), timezone.now()
    if not place.exists():
        console.print("There is no draft. Begin with: tenuto terms draft")
        return 1
    try:
        starts = timezone.make_aware(datetime.combine(date.fromisoformat(day), time.min)) if day else None
    except ValueError:
        console.print(f"“{day}” is no day. Write it as 2027-01-31.", markup=False)
        return 2
    earliest = now + notice() + timedelta(minutes=1) if Version.objects.exists() else now
    try:
        made = publish(place.read_text(encoding="utf-8"), starts or earliest, at=now)
    except CannotPublish as refusal:
        console.print(str(refusal.advice), markup=False)
        return 1
    day_in_force = timezone.localtime(made.in_force_at).date()
    console.print(f"Version {made.number} is published and comes into force on {day_in_force}. SHA-256 {made.digest}")
    console.print("Everybody is told by mail, on every page, in the feed and through the API.")
    return 0


def diff(old: int | None, new: int | None, console: Console) -> int:
    """Print what changed between two versions; without numbers, between the newest two."""
    numbers = list(Version.objects.values_list("number", flat=True))
    if new is None:
        new = numbers[0] if numbers else 0
    if old is None:
        old = new - 1
    if missing := [number for number in (old, new) if number not in numbers]:
        console.print(f"There is no version {missing[0]}. There are: {', '.join(map(str, sorted(numbers))) or 'none'}.")
        return 1
    before, after = (Version.objects.get(number=number).terms for number in (old, new))
    print_changes(compare(before, after), console)
    return 0


def print_changes(changes: tuple[ClauseChange, ...], console: Console) -> None:
    changed = [change for change in changes if not change.is_same]
    for change in changed:
        clause = change.new or change.old
        assert clause is not None
        word = "new" if change.old is None else "gone" if change.new is None else "changed"
        console.print(Text.assemble((f"\n{clause.number}. {clause.heading}", "bold"), f"  ({word})"))
        console.print(_text(change.text))
        _print_cells("opens the question of", change.opened, console)
        _print_cells("no longer names", change.closed, console)
    console.print(
        "\nNothing differs." if not changed else f"\n{len(changed)} clauses differ. No yes becomes wider by it."
    )


def _text(words: tuple[Words, ...]) -> Text:
    return Text.assemble(*((one.text, _STYLES[one.change]) for one in words))


def _print_cells(words: str, cells: frozenset[Cell], console: Console) -> None:
    if cells:
        console.print(f"  {words}: {', '.join(sorted(map(str, cells)))}", markup=False)
