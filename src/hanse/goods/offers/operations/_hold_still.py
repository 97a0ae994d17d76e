"""The step in which operations keep chains from being rewired under them."""

from django.db import connection

LOCK = 0x0FFE2
"""One advisory lock for all chains: shared by whoever lists onto a chain, alone for whoever rewires one."""


def hold_still(*, rewire: bool = False) -> None:
    """Wait until no chain is being rewired; with `rewire` also until nothing is being listed onto one."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_xact_lock{'' if rewire else '_shared'}(%s)", [LOCK])
