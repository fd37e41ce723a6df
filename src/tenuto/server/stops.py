"""`tenuto stop PURPOSE` and `tenuto resume PURPOSE`: AI of one purpose rests, for everybody, and goes on."""

from django.utils import timezone
from rich.console import Console

from tenuto.consent import stops
from tenuto.consent.models import Stop
from tenuto.rules.cells import Purpose

LONGEST_REASON = Stop._meta.get_field("reason").max_length or 0


def stop(purpose: Purpose, reason: str, console: Console) -> int:
    """Stop it now. Everybody can read the reason."""
    reason = " ".join(reason.split())
    if not 0 < len(reason) <= LONGEST_REASON:
        console.print(f"Give a reason of 1 to {LONGEST_REASON} characters: everybody will read it.")
        return 2
    standing, new = stops.stop(purpose, reason, timezone.now())
    if not new:
        console.print(f"{_name(purpose)} is stopped already, since {standing.began_at:%Y-%m-%d %H:%M} UTC, because:")
        console.print(standing.reason, markup=False)
        return 1
    console.print(f"{_name(purpose)} is stopped, for everybody. Nothing new is used, and nothing found by it is shown.")
    console.print("Nothing is deleted, and no answer changes; what artists take back meanwhile is forgotten as ever.")
    console.print(f"It goes on with: tenuto resume {purpose}")
    return 0


def resume(purpose: Purpose, console: Console) -> int:
    """Let it go on, as far as artists allow it."""
    if not stops.resume(purpose, timezone.now()):
        standing = sorted(Stop.objects.filter(ended_at=None).values_list("purpose", flat=True))
        console.print(f"{_name(purpose)} is not stopped. Stopped are: {', '.join(standing) or 'none'}.")
        return 1
    console.print(f"{_name(purpose)} goes on, for works whose artists allow it.")
    return 0


def _name(purpose: Purpose) -> str:
    return purpose.value.replace("_", " ").capitalize()
