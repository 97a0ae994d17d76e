"""What the books say: balances, statements of one account, and whether everything is sound."""

from collections.abc import Collection

from django.db import connection

from hanse.value.books.rules import AccountRef

# The balance of account `a`: kept where a floor bounds it, else the newest snapshot and every transfer since.
_BALANCE = """
    CASE WHEN a.floor IS NOT NULL THEN a.balance ELSE coalesce(s.balance, 0)
      + coalesce((SELECT sum(amount) FROM value_transfer WHERE target_id = a.id AND id > coalesce(s.upto, 0)), 0)
      - coalesce((SELECT sum(amount) FROM value_transfer WHERE source_id = a.id AND id > coalesce(s.upto, 0)), 0)
    END
"""
_SNAPSHOT = """
    LEFT JOIN LATERAL (SELECT upto_transfer_id AS upto, balance FROM value_snapshot
                        WHERE account_id = a.id ORDER BY upto_transfer_id DESC LIMIT 1) s ON true
"""


def balance(ref: AccountRef) -> int:
    """Return what is in the account; an account that nothing ever moved holds 0."""
    return balances(ref.purpose, ref.asset, [ref.holder], partners=[ref.partner] if ref.partner else None).get(
        ref.holder, 0
    )


def balances(
    purpose: str, asset: str, holders: Collection[int] | None = None, *, partners: Collection[int] | None = None
) -> dict[int, int]:
    """Return what each holder has for this purpose, over all partners or the given ones."""
    sql = f"""
        SELECT a.holder_id, sum({_BALANCE})::bigint FROM value_account a {_SNAPSHOT}
         WHERE a.purpose = %(purpose)s AND a.asset = %(asset)s
           AND (%(holders)s::bigint[] IS NULL OR a.holder_id = ANY(%(holders)s))
           AND (%(partners)s::bigint[] IS NULL OR a.partner_id = ANY(%(partners)s))
         GROUP BY a.holder_id
    """
    with connection.cursor() as cursor:
        cursor.execute(
            sql,
            {
                "purpose": purpose, "asset": asset,
                "holders": None if holders is None else list(holders),
                "partners": None if partners is None else list(partners),
            },
        )
        return dict(cursor.fetchall())
