import tenuto.accounts.models
from django.db import migrations


class Migration(migrations.Migration):
    """Another class of manager; nothing in the database changes."""

    dependencies = [
        ('accounts', '0003_language'),
    ]

    operations = [
        migrations.AlterModelManagers(
            name='account',
            managers=[
                ('objects', tenuto.accounts.models.Accounts()),
            ],
        ),
    ]
