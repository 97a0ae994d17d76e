"""What belongs to a person, and what stands against forgetting it."""

from dataclasses import dataclass

from hanse.network.access.models import Membership, User
from hanse.network.approvals.models import Approval
from hanse.network.parties.models import Party
from hanse.network.parties.rules import CONSUMER, LEADER
from hanse.trade.orders.models import Order
from hanse.value.books import queries as books
from hanse.value.books.models import Account
from hanse.value.books.rules import AccountRef

PERSONS = (CONSUMER, LEADER)
OPEN = ("placed", "paid", "partly_shipped", "shipped", "received")
UNSETTLED = ("wallet", "held", "held_credit", "credit", "refund_due", "owed", "receivable", "pending")
"""Accounts that must be empty: money of the person's, or that the person owes."""


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One thing that has to be done before an account can be closed: `orders`, `money`, `owner` or `review`."""

    kind: str
    about: str


def own_parties(user: User) -> list[Party]:
    """Return the parties that are the person: households and leaders to which nobody else belongs."""
    held = Membership.objects.current().filter(user=user, party__kind__in=PERSONS).values("party")
    shared = Membership.objects.current().filter(party__in=held).exclude(user=user).values("party")
    return list(Party.objects.filter(pk__in=held).exclude(pk__in=shared).order_by("pk"))


def obstacles(user: User) -> list[Obstacle]:
    """Return what stands against closing the account, nothing if nothing does."""
    parties = own_parties(user)
    ids = [party.pk for party in parties]
    orders = Order.objects.filter(status__in=OPEN, tier=0)
    open_ = sorted({*orders.filter(buyer__in=ids).values_list("code", flat=True)})
    sold = Order.objects.filter(status__in=OPEN, seller__in=ids).values_list("code", flat=True)
    waiting = Approval.objects.filter(party__in=ids, status="submitted")
    return [
        *(Obstacle("orders", code) for code in sorted({*open_, *sold})),
        *(Obstacle("money", f"{purpose}|{amount}|{asset}") for purpose, amount, asset in _money(ids)),
        *(Obstacle("owner", name) for name in _alone(user, ids)),
        *(Obstacle("review", code) for code in waiting.order_by("pk").values_list("code", flat=True)),
    ]


def _money(parties: list[int]) -> list[tuple[str, int, str]]:
    rows = Account.objects.filter(holder__in=parties, purpose__in=UNSETTLED).order_by("purpose", "asset", "pk")
    found = []
    for row in rows:
        ref = AccountRef(row.holder_id, row.purpose, row.asset, row.partner_id)
        balance = row.balance if row.balance is not None else books.balance(ref)
        if balance:
            found.append((row.purpose, balance, row.asset))
    return found


def _alone(user: User, own: list[int]) -> list[str]:
    """Return the businesses that would be without an owner."""
    owned = Membership.objects.current().filter(user=user, role="owner").exclude(party__in=own)
    found = []
    for row in owned.select_related("party").order_by("pk"):
        others = Membership.objects.current().filter(party=row.party, role="owner").exclude(user=user)
        if row.party.status in ("active", "suspended") and not others.exists():
            found.append(row.party.name)
    return found
