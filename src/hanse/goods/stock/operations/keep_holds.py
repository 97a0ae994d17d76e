"""A hold's deadline moves with the deadline of what it is for."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from hanse.kernel.actor import Actor


def keep_holds(*, subjects: Sequence[str], until: datetime | None, at: datetime, by: Actor) -> int:
    """Let the unexpired holds of these subjects expire at another time, or never; return how many there were.

    One statement that touches no shelf; called within the use case that moves the deadline.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE goods_hold SET expires_at = %(until)s::timestamptz, kept_at = %(at)s, kept_by = %(by)s"
            " WHERE subject = ANY(%(subjects)s) AND quantity > 0 AND (expires_at IS NULL OR expires_at > %(at)s)",
            {"until": until, "at": at, "by": str(by)[:80], "subjects": list(subjects)},
        )
        return int(cursor.rowcount)
