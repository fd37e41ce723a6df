"""Tags that artists wrote before there was a table to find them by."""

from typing import Any

from django.db import migrations

LETTERS = 60
AT_A_TIME = 2_000


def tags_of(genre: str, tags: list[str]) -> list[str]:
    # As browse.tags had it when this was written. Its sweep mends what later versions fold otherwise.
    folded = {" ".join(word.split()).lstrip("#").strip().casefold()[:LETTERS] for word in (genre, *tags)}
    return sorted(folded - {""})


def write(apps: Any, schema_editor: Any) -> None:
    Tagging, Track = apps.get_model("browse", "Tagging"), apps.get_model("tracks", "Track")
    after = 0
    while some := list(
        Track.objects.filter(pk__gt=after).order_by("pk").values_list("pk", "genre", "tags")[:AT_A_TIME]
    ):
        rows = [Tagging(track_id=pk, tag=tag) for pk, genre, tags in some for tag in tags_of(genre, tags)]
        Tagging.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1_000)
        after = some[-1][0]


class Migration(migrations.Migration):
    dependencies = [("browse", "0001_initial")]

    operations = [migrations.RunPython(write, migrations.RunPython.noop)]
