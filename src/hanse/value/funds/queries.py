"""What every party holds, is owed, was paid and may still draw, as numbers by party."""

from collections.abc import Collection

from hanse.value.books.queries import balances
from hanse.value.books.rules import POINTS

Holders = Collection[int] | None

UNPAID = ("owed", "receivable", "fee", "points_cost")
"""Where earnings lie until they are paid out; the platform keeps its own."""


def held(asset: str, holders: Holders = None) -> dict[int, int]:
    """Return what buyers paid, in cash and on credit, for trades that are not yet closed."""
    return balances(("held", "held_credit"), asset, holders)


def owed(asset: str, holders: Holders = None) -> dict[int, int]:
    """Return what parties earned and were not yet paid, claims on credit and the platform's fee included."""
    return balances(UNPAID, asset, holders)


def payable(asset: str, holders: Holders = None) -> dict[int, int]:
    """Return what could be paid out to parties now: owed in cash, claims on credit left out."""
    return balances("owed", asset, holders)


def advanced(asset: str, holders: Holders = None) -> dict[int, int]:
    """Return what the platform paid on for parties that are owed less than nothing (docs/decisions/0013)."""
    return {party: -owed for party, owed in balances("owed", asset, holders).items() if owed < 0}


def uncommitted(asset: str) -> int:
    """Return what all parties together are owed, what some owe taken off, with the platform's own result.

    By the books' identity this is the cash in hand less what is held, in wallets and on its way back to buyers.
    """
    return sum(balances(("owed", "fee", "points_cost"), asset).values())


def receivable(asset: str, holders: Holders = None) -> dict[int, int]:
    """Return what sellers earned on credit and buyers have not yet repaid."""
    return balances("receivable", asset, holders)


def paid_out(asset: str, holders: Holders = None) -> dict[int, int]:
    """Return what left for the parties' banks and did not come back."""
    return balances("paid_out", asset, holders)


def earned(asset: str, holders: Holders = None) -> dict[int, int]:
    """Return what parties earned in all: what they are owed and what they were paid."""
    return balances((*UNPAID, "paid_out"), asset, holders)


def pending(asset: str, holders: Holders = None) -> dict[int, int]:
    """Return the commission that open trades will bring."""
    return balances("pending", asset, holders)


def credit_used(asset: str, holders: Holders = None, *, partners: Holders = None) -> dict[int, int]:
    """Return what buyers have drawn and not yet repaid, at all sellers or the given ones."""
    return {buyer: -drawn for buyer, drawn in balances("credit", asset, holders, partners=partners).items()}


def wallet(asset: str, holders: Holders = None) -> dict[int, int]:
    """Return what is in the parties' wallets."""
    return balances("wallet", asset, holders)


def refund_due(asset: str, holders: Holders = None) -> dict[int, int]:
    """Return what is on its way back to buyers through providers."""
    return balances("refund_due", asset, holders)


def points(holders: Holders = None) -> dict[int, int]:
    """Return the points of every party."""
    return balances("points", POINTS, holders)
