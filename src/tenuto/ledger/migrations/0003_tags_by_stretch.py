from django.db import migrations, models

# The first entry about a subject is its registration. A row says where it is, and like the entry it stays.
FILL = """INSERT INTO ledger_registration (tag, "index")
          SELECT tag, MIN("index") FROM ledger_entry WHERE tag IS NOT NULL GROUP BY tag"""


def keep_rows(apps, schema_editor):
    for statement in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement, params=None)


SQLITE = [
    *(
        f"CREATE TRIGGER ledger_registration_no_{act.lower()} BEFORE {act} ON ledger_registration "
        f"BEGIN SELECT RAISE(ABORT, 'the ledger keeps what was written'); END"
        for act in ("UPDATE", "DELETE")
    ),
    # What INSERT OR REPLACE would delete silently.
    """CREATE TRIGGER ledger_registration_once BEFORE INSERT ON ledger_registration
       WHEN EXISTS (SELECT 1 FROM ledger_registration WHERE tag = NEW.tag)
       BEGIN SELECT RAISE(ABORT, 'a subject is registered once'); END""",
]
POSTGRESQL = [
    f"CREATE TRIGGER ledger_registration_no_{act.lower()} BEFORE {act} ON ledger_registration "
    f"FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse()"
    for act in ("UPDATE", "DELETE", "TRUNCATE")
]


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_log")]

    operations = [
        migrations.CreateModel(
            name="Registration",
            fields=[
                ("tag", models.BinaryField(primary_key=True, serialize=False)),
                ("index", models.BigIntegerField()),
            ],
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RunPython(keep_rows),
        migrations.RemoveIndex(model_name="entry", name="entries_of_subject"),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(
                models.F("index").bitrightshift(14),
                models.F("tag"),
                name="tags_by_stretch",
                condition=models.Q(("tag__isnull", False)),
            ),
        ),
    ]
