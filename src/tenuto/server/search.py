"""`tenuto search`: the index made anew, and whether it says what the rows say."""

from django.utils import timezone
from rich.console import Console

from tenuto.search.in_step import rebuild as rebuild_index
from tenuto.search.spelling import learn_anew


def rebuild(console: Console) -> int:
    """Make the index anew from the rows, and learn the words in it. Nothing is lost if it is broken off."""
    found = rebuild_index()
    console.print(f"{found:,} things are found by their words. Learning the words…")
    console.print(f"{learn_anew(timezone.now()):,} words are known, should somebody mistype one.")
    return 0
