"""Write down what an unbounded account has come to, so that its sum stays short."""

from datetime import datetime

from hanse.kernel import once
from hanse.kernel.actor import OPERATE, Actor
from hanse.value.books import queries
from hanse.value.books.models import Snapshot
from hanse.value.books.queries import Cut


@once.operation("books.snapshot")
def snapshot(*, key: str, at: datetime, by: Actor, account: int) -> int:
    """Write a snapshot of the account (by id, see `queries.long_sums`) and return the balance it holds.

    Entries in flight are awaited and new ones wait, so that no transfer below the snapshot can come later.
    """
    by.require(OPERATE)
    fence = queries.fence(account)
    last = Snapshot.objects.filter(account=account).order_by("-upto_transfer_id").first()
    done, before = (last.upto_transfer_id, last.balance) if last else (0, 0)
    balance = before + queries.total(account, Cut(done=done, upto=fence.upto)).amount
    if fence.upto > done:
        Snapshot.objects.create(account_id=account, upto_transfer_id=fence.upto, balance=balance)
    return balance
