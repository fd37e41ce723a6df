"""Fingerprints now hold bits of bands beside their points: what was registered before is heard once more, through the
gate as ever, when the next run finds time. Until then it is known by its points alone.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.utils import timezone

REGISTER = "identification.register"


def hear_again(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    kept = apps.get_model("gate", "Kept").objects.filter(duty=REGISTER).values_list("track_id", flat=True)
    due, now = apps.get_model("gate", "Due"), timezone.now()
    due.objects.bulk_create(
        (due(duty=REGISTER, track_id=work, since=now) for work in kept),
        batch_size=2_000,
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):
    dependencies = [("gate", "0005_volume_shards")]

    operations = [migrations.RunPython(hear_again, migrations.RunPython.noop)]
