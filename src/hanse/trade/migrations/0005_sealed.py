"""Where goods go is kept encrypted: the columns become texts, and what they hold is sealed, a page at a time.

Whatever runs an earlier version is stopped for this one: it could not read what is sealed, and would write plainly.
"""

import json
from collections.abc import Iterator
from typing import Any

from django.db import migrations

from hanse.kernel import sealed

COLUMNS = (("trade_checkout", "address"), ("trade_change", "address"), ("trade_change", "before"))
PAGE = 1_000
SEALED = sealed.EncryptedJSONField(max_length=60_000)


def pages(cursor: Any, table: str, column: str) -> Iterator[list[tuple[int, str]]]:
    """Yield the rows of a column that are not empty, some at a time."""
    last = 0
    while True:
        cursor.execute(
            f'SELECT id, "{column}" FROM "{table}" WHERE id > %s AND "{column}" IS NOT NULL ORDER BY id LIMIT {PAGE}',
            [last],
        )
        if not (rows := cursor.fetchall()):
            return
        yield rows
        last = rows[-1][0]


def rewrite(editor: Any, change: Any) -> None:
    """Write every value anew."""
    with editor.connection.cursor() as cursor:
        for table, column in COLUMNS:
            for rows in pages(cursor, table, column):
                cursor.executemany(
                    f'UPDATE "{table}" SET "{column}" = %s WHERE id = %s', [(change(text), pk) for pk, text in rows]
                )


def seal(apps: Any, schema_editor: Any) -> None:
    """Encrypt what is written plainly."""
    del apps
    rewrite(schema_editor, lambda text: text if text.startswith("gAAAA") else SEALED.get_prep_value(json.loads(text)))


def unseal(apps: Any, schema_editor: Any) -> None:
    """Write plainly what is encrypted, so that the columns can be JSON again."""
    del apps
    rewrite(schema_editor, lambda text: json.dumps(SEALED.from_db_value(text), ensure_ascii=False))


class Migration(migrations.Migration):
    """Seal."""

    dependencies = [("trade", "0004_receipts")]

    operations = [
        migrations.AlterField("change", "address", sealed.EncryptedJSONField(max_length=60_000, null=True)),
        migrations.AlterField("change", "before", sealed.EncryptedJSONField(max_length=60_000, default=dict)),
        migrations.AlterField("checkout", "address", sealed.EncryptedJSONField(max_length=60_000, default=dict)),
        migrations.RunPython(seal, unseal),
    ]
