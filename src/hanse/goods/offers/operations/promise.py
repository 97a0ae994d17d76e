"""Promise pieces that do not exist yet, or take such a promise back."""

from datetime import datetime

from django.db import connection

from hanse.kernel.actor import Actor


def promise(*, presale: int, pieces: int, at: datetime, by: Actor) -> bool:
    """Count so many pieces (fewer if below zero) as promised, and say whether that was possible.

    One statement: whoever asks last for the last piece finds it gone. Called within the use case that promises.
    """
    del at, by
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE goods_presale SET promised = promised + %(pieces)s"
            " WHERE id = %(presale)s AND promised + %(pieces)s <= most",
            {"presale": presale, "pieces": pieces},
        )
        return bool(cursor.rowcount)
