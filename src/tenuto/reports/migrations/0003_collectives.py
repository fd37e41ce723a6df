from django.db import migrations, models

KINDS = [
    ("track", "Track"),
    ("artwork", "Artwork"),
    ("lyrics", "Lyrics"),
    ("comment", "Comment"),
    ("person", "Person"),
    ("playlist", "Playlist"),
    ("album", "Album"),
    ("collective", "Collective"),
]


class Migration(migrations.Migration):
    dependencies = [("reports", "0002_only_grows")]

    operations = [
        migrations.AlterField(model, "kind", models.CharField(choices=KINDS, max_length=10))
        for model in ("decision", "report")
    ]
