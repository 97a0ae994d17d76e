"""The table of the cache that all processes share, as `createcachetable` would make it."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("interfaces", "0001_initial")]

    operations = [
        migrations.RunSQL(
            sql=[
                "CREATE UNLOGGED TABLE hanse_cache (cache_key varchar(255) NOT NULL PRIMARY KEY,"
                " value text NOT NULL, expires timestamptz NOT NULL)",
                "CREATE INDEX hanse_cache_expires ON hanse_cache (expires)",
            ],
            reverse_sql=["DROP TABLE hanse_cache"],
        )
    ]
