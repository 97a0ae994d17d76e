"""What Django's models cannot say: a movement's SKU is its shelves' SKU, and hot counters are updated in place."""

from django.db import migrations

SHELF = (
    "ALTER TABLE goods_movement ADD CONSTRAINT movement_{side}_of_sku"
    " FOREIGN KEY ({side}_shelf_id, sku_id) REFERENCES goods_shelf (id, sku_id)"
)


class Migration(migrations.Migration):
    dependencies = [("goods", "0001_initial")]

    operations = [
        migrations.RunSQL(
            SHELF.format(side=side), f"ALTER TABLE goods_movement DROP CONSTRAINT movement_{side}_of_sku"
        )
        for side in ("source", "target")
    ] + [
        # Room on every page for the next versions of its rows: no index is touched when a counter changes.
        migrations.RunSQL(
            f"ALTER TABLE {table} SET (fillfactor = {share}, autovacuum_vacuum_scale_factor = 0.02)",
            f"ALTER TABLE {table} RESET (fillfactor, autovacuum_vacuum_scale_factor)",
        )
        for table, share in (("goods_shelf", 50), ("goods_hold", 80))
    ]
