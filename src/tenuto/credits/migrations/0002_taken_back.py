from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def write_titles(apps, schema_editor):
    """Nobody knows any more how a track was named when it was asked; from now on, its name of today stays."""
    title = apps.get_model("tracks", "Track").objects.filter(pk=OuterRef("track")).values("title")
    apps.get_model("credits", "Credited").objects.update(title=Subquery(title))


class Migration(migrations.Migration):
    dependencies = [("credits", "0001_initial")]

    operations = [
        migrations.AddField("credited", "title", models.CharField(blank=True, default="", max_length=200)),
        migrations.RunPython(write_titles, migrations.RunPython.noop),
        migrations.AlterField("credited", "title", models.CharField(blank=True, max_length=200)),
        migrations.AlterField(
            "credited",
            "answer",
            models.CharField(
                blank=True,
                choices=[
                    ("", "not confirmed"),
                    ("confirmed", "confirmed"),
                    ("declined", "declined"),
                    ("taken_back", "taken back"),
                ],
                default="",
                max_length=10,
            ),
        ),
    ]
