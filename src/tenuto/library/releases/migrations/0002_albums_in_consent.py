"""Consent is told which tracks are on which release. Nothing was said for an album before, so nothing turns by it."""

from typing import Any

from django.db import migrations
from django.utils import timezone

AT_ONCE = 2_000


def tell(apps: Any, schema_editor: Any) -> None:
    releases, entries = apps.get_model("releases", "Release"), apps.get_model("releases", "ReleaseTrack")
    albums, inclusions = apps.get_model("consent", "Album"), apps.get_model("consent", "Inclusion")
    now = timezone.now()
    rows = releases.objects.order_by("pk").values_list("key", "owner_id", "title")
    albums.objects.bulk_create(
        [albums(key=key, account_id=owner, title=title) for key, owner, title in rows], batch_size=AT_ONCE
    )
    of_key = dict(albums.objects.values_list("key", "pk"))
    placed = entries.objects.order_by("pk").values_list("release__key", "track_id")
    inclusions.objects.bulk_create(
        [inclusions(album_id=of_key[key], track_id=track, at=now) for key, track in placed], batch_size=AT_ONCE
    )


class Migration(migrations.Migration):

    dependencies = [
        ("releases", "0001_initial"),
        ("consent", "0004_albums"),
    ]

    operations = [
        migrations.RunPython(tell, migrations.RunPython.noop),
    ]
