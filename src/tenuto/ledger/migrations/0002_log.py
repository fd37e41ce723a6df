import django.utils.timezone
from django.db import migrations, models

# The head only ever grows, and neither the log's name nor where it begins changes: whoever wants to sign a shorter
# tree meets the database first. What a witness has cosigned it does not forget either.
GREATER = {
    "ledger_log": "NEW.size < OLD.size OR NEW.number <> OLD.number OR NEW.origin <> OLD.origin "
    'OR NEW."offset" <> OLD."offset"',
    "ledger_watchedlog": "NEW.size < OLD.size OR NEW.origin <> OLD.origin",
}


def keep_heads(apps, schema_editor):
    for table, shrinks in GREATER.items():
        for statement in (SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL):
            schema_editor.execute(statement.format(table=table, shrinks=shrinks), params=None)


SQLITE = [
    """CREATE TRIGGER {table}_only_grows BEFORE UPDATE ON {table} WHEN {shrinks}
       BEGIN SELECT RAISE(ABORT, 'the head of a log only grows'); END""",
]
POSTGRESQL = [
    """CREATE FUNCTION {table}_only_grows() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN
         IF {shrinks} THEN RAISE EXCEPTION 'the head of a log only grows'; END IF;
         RETURN NEW;
       END $$""",
    """CREATE TRIGGER {table}_only_grows BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_only_grows()""",
]


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Log",
            fields=[
                ("number", models.PositiveSmallIntegerField(primary_key=True, serialize=False)),
                ("origin", models.CharField(max_length=200, unique=True)),
                ("offset", models.BigIntegerField(default=0)),
                ("opened_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("size", models.BigIntegerField(default=0)),
                ("note", models.BinaryField(default=b"")),
                ("signed_at", models.DateTimeField(null=True)),
                ("witnessed", models.BinaryField(default=b"")),
            ],
            options={
                "ordering": ["number"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("size", 0), models.Q(("note", b""), _negated=True), _connector="OR"),
                        name="a_signed_log_has_its_checkpoint",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="WatchedLog",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("origin", models.CharField(max_length=200, unique=True)),
                ("keys", models.JSONField(default=list)),
                ("size", models.BigIntegerField(default=0)),
                ("root", models.BinaryField(default=b"")),
                ("note", models.BinaryField(default=b"")),
                ("since", models.DateTimeField(default=django.utils.timezone.now)),
                ("seen_at", models.DateTimeField(null=True)),
            ],
            options={"ordering": ["origin"]},
        ),
        migrations.RunPython(keep_heads),
    ]
