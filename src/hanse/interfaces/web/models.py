"""The table of the cache that all processes share; Django's database cache is the only one who reads or writes it."""

from django.db import models


class CacheRow(models.Model):
    """One cached value, such as how often somebody tried a code; losing it loses nothing but a count."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.CharField(max_length=1_000_000)
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "hanse_cache"
