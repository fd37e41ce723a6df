from typing import Any

from django.db import migrations, models

from tenuto.rules.lyrics import read


def take_words_out(apps: Any, _editor: object) -> None:
    """Of what was written down before searches looked through it."""
    Lyrics = apps.get_model("lyrics", "Lyrics")
    for one in Lyrics.objects.iterator(500):
        Lyrics.objects.filter(pk=one.pk).update(words=read(one.text).words)


class Migration(migrations.Migration):
    dependencies = [("lyrics", "0001_initial")]

    operations = [
        migrations.AddField("lyrics", "words", models.TextField(blank=True, default="", editable=False), False),
        migrations.RunPython(take_words_out, migrations.RunPython.noop),
    ]
