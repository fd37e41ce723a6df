from django.db import migrations

# What a rule in Python could be talked out of, the database refuses: no line of the record is changed, none vanishes.
KEPT = "reports_step"


def keep_rows(apps, schema_editor):
    statements = SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL
    for statement in statements:
        schema_editor.execute(statement, params=None)


SQLITE = [
    f"CREATE TRIGGER {KEPT}_no_{act.lower()} BEFORE {act} ON {KEPT} "
    f"BEGIN SELECT RAISE(ABORT, 'the record keeps what was written'); END"
    for act in ("UPDATE", "DELETE")
]
POSTGRESQL = [
    f"""CREATE FUNCTION {KEPT}_refuse() RETURNS trigger LANGUAGE plpgsql AS
       $$ DECLARE found boolean; BEGIN
         SELECT EXISTS (SELECT FROM {KEPT}) INTO found;
         IF found THEN RAISE EXCEPTION 'the record keeps what was written'; END IF;
         RETURN NULL;  -- to empty what is empty does no harm; tests do it
       END $$""",
    *(
        f"CREATE TRIGGER {KEPT}_no_{act.lower()} BEFORE {act} ON {KEPT} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {KEPT}_refuse()"
        for act in ("UPDATE", "DELETE", "TRUNCATE")
    ),
]


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_initial")]

    operations = [migrations.RunPython(keep_rows, migrations.RunPython.noop)]
