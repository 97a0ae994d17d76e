"""What a step left behind: a digest of every table, so that a refused step can be shown to have left nothing."""

from django.db import connection
from psycopg import sql

Digest = dict[str, tuple[int, str]]

_TABLES = """
    SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND n.nspname = current_schema() ORDER BY c.relname
"""
_ONE = "SELECT {name}::text, count(*), coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)::text FROM {table} t"
_LOCKS = """
    SELECT 'locks still held', count(*), '' FROM pg_locks
    WHERE pid = pg_backend_pid() AND locktype IN ('advisory', 'transactionid')
"""


def digest() -> Digest:
    """Return the number of rows and a hash of the content of every table."""
    with connection.cursor() as cursor:
        cursor.execute(_TABLES)
        tables = [row[0] for row in cursor.fetchall()]
        parts = [sql.SQL(_ONE).format(name=sql.Literal(t), table=sql.Identifier(t)) for t in tables]
        cursor.execute(sql.SQL(" UNION ALL ").join([*parts, sql.SQL(_LOCKS)]))
        return {name: (rows, content) for name, rows, content in cursor.fetchall()}


def changes(before: Digest, after: Digest) -> list[str]:
    """Return the tables in which something is different now."""
    return sorted(name for name in {*before, *after} if before.get(name) != after.get(name))
