import django.utils.timezone
from django.db import migrations, models

# What a rule in Python could be talked out of, the database refuses: entries follow one another without a gap, none
# is changed, none vanishes. The check before each insert also stops SQLite's INSERT OR REPLACE, which deletes silently.
KEPT = ("ledger_entry", "ledger_drawnmanifest")


def keep_rows(apps, schema_editor):
    statements = SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL
    for statement in statements:
        schema_editor.execute(statement, params=None)


SQLITE = [
    *(
        f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, 'the ledger keeps what was written'); END"
        for table in KEPT
        for act in ("UPDATE", "DELETE")
    ),
    """CREATE TRIGGER ledger_entry_in_order BEFORE INSERT ON ledger_entry
       WHEN NEW."index" IS NOT (SELECT COALESCE(MAX("index") + 1, 0) FROM ledger_entry)
       BEGIN SELECT RAISE(ABORT, 'entries of the ledger follow one another without a gap'); END""",
]
POSTGRESQL = [
    """CREATE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS
       $$ DECLARE found boolean; BEGIN
         EXECUTE format('SELECT EXISTS (SELECT FROM %I)', TG_TABLE_NAME) INTO found;
         IF found THEN RAISE EXCEPTION 'the ledger keeps what was written'; END IF;
         RETURN NULL;  -- to empty what is empty does no harm; tests do it
       END $$""",
    *(
        f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse()"
        for table in KEPT
        for act in ("UPDATE", "DELETE", "TRUNCATE")
    ),
    """CREATE FUNCTION ledger_in_order() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN
         IF NEW."index" IS DISTINCT FROM (SELECT COALESCE(MAX("index") + 1, 0) FROM ledger_entry) THEN
           RAISE EXCEPTION 'entries of the ledger follow one another without a gap';
         END IF;
         RETURN NEW;
       END $$""",
    """CREATE TRIGGER ledger_entry_in_order BEFORE INSERT ON ledger_entry
       FOR EACH ROW EXECUTE FUNCTION ledger_in_order()""",
]


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="DrawnManifest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("manifest", models.CharField(max_length=64, unique=True)),
                ("header", models.BinaryField()),
                ("root", models.CharField(max_length=64)),
                ("size", models.PositiveBigIntegerField()),
                ("count", models.PositiveBigIntegerField()),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("index", models.BigAutoField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("leaf", models.BinaryField()),
                ("tag", models.BinaryField(null=True)),
                ("sealed", models.BinaryField(null=True)),
            ],
            options={
                "verbose_name_plural": "entries",
                "ordering": ["index"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("tag__isnull", False)), fields=["tag", "index"], name="entries_of_subject"
                    )
                ],
            },
        ),
        migrations.RunPython(keep_rows),
    ]
