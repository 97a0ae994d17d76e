"""Write everything that is kept encrypted anew, under the first key."""

import json
from collections.abc import Iterator
from typing import Any

PAGE = 500
_SELECT = (
    'SELECT id, "{column}" FROM "{table}" WHERE id > %s AND "{column}" IS NOT NULL ORDER BY id LIMIT %s FOR UPDATE'
)
_UPDATE = 'UPDATE "{table}" SET "{column}" = %s WHERE id = %s'


def sealed() -> Iterator[tuple[Any, Any]]:
    """Yield every encrypted field with its model."""
    from django.apps import apps

    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if getattr(field, "sealed", False):
                yield model, field


def rotate(page: int = PAGE) -> dict[str, int]:
    """Write every encrypted value anew and return how many of each column they were."""
    done = {}
    for model, field in sealed():
        done[f"{model._meta.db_table}.{field.column}"] = _column(model._meta.db_table, field, page)
    done["mfa_authenticator.data"] = _second_steps()
    return done


def _column(table: str, field: Any, page: int) -> int:
    """Write a column anew, some rows at a time; what somebody changes meanwhile is under the new key already."""
    from django.db import connection, transaction

    last, done = 0, 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                _SELECT.format(table=table, column=field.column),
                [last, page],
            )
            rows = cursor.fetchall()
            if not rows:
                return done
            anew = [(field.get_prep_value(field.from_db_value(value)), pk) for pk, value in rows if value]
            if anew:
                cursor.executemany(_UPDATE.format(table=table, column=field.column), anew)
        last, done = rows[-1][0], done + len(anew)


def _second_steps() -> int:
    """Write the secrets of second steps anew, which lie encrypted within a map."""
    from allauth.mfa.adapter import get_adapter
    from django.db import connection, transaction

    adapter = get_adapter()

    def renewed(value: Any) -> Any:
        if isinstance(value, list):
            return [renewed(one) for one in value]
        return (
            adapter.encrypt(adapter.decrypt(value)) if isinstance(value, str) and value.startswith("gAAAA") else value
        )

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT id, data::text FROM mfa_authenticator WHERE type <> 'webauthn' ORDER BY id FOR UPDATE")
        rows = [(pk, json.loads(text)) for pk, text in cursor.fetchall()]
        anew = [(json.dumps({name: renewed(one) for name, one in data.items()}), pk) for pk, data in rows]
        if anew:
            cursor.executemany("UPDATE mfa_authenticator SET data = %s::jsonb WHERE id = %s", anew)
    return len(anew)
