import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('consent', '0003_log_and_map'),
        ('tracks', '0005_hold'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Album',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=12, unique=True)),
                ('title', models.CharField(max_length=200)),
                ('ended_at', models.DateTimeField(null=True)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Inclusion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('album', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='inclusions', to='consent.album')),
                ('track', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tracks.track')),
            ],
            options={
                'indexes': [models.Index(fields=['track', 'album'], name='inclusions_of_track')],
            },
        ),
        migrations.CreateModel(
            name='Leaving',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('inclusion', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='leaving', to='consent.inclusion')),
            ],
        ),
        migrations.AlterField(
            model_name='act',
            name='layer',
            field=models.CharField(choices=[('tracks', 'for some tracks'), ('album', 'for an album'), ('account', "for everything, as the account's default"), ('listener', "for one's own listening")], max_length=8),
        ),
        migrations.AddField(
            model_name='act',
            name='album',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='acts', to='consent.album'),
        ),
        migrations.AddConstraint(
            model_name='act',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('album__isnull', False), ('layer', 'album')), models.Q(models.Q(('layer', 'album'), _negated=True), ('album', None)), _connector='OR'), name='album_where_it_is_for_one'),
        ),
    ]
