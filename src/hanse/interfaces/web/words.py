"""Statuses, events and kinds in the reader's language, and the tone in which each is shown."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

CHANGE: dict[str, Promise] = {
    "asked": _("Waiting for an answer"),
    "applied": _("Agreed and done"),
    "declined": _("Declined"),
    "withdrawn": _("Taken back"),
}
"""How far a change of an order has come."""
STATUS: dict[str, Promise] = {
    "left": _("Account closed"),
    "placed": _("Waiting for payment"),
    "paid": _("Paid, to be shipped"),
    "partly_shipped": _("Partly shipped"),
    "shipped": _("Shipped"),
    "received": _("Received"),
    "closed": _("Completed"),
    "cancelled": _("Cancelled"),
    "expired": _("Expired"),
    "listed": _("On sale"),
    "suspended": _("Suspended"),
    "withdrawn": _("Withdrawn"),
    "active": _("Active"),
    "applied": _("Applied"),
    "rejected": _("Rejected"),
    "created": _("Created"),
    "sent": _("Sent"),
    "returned": _("Returned"),
    "failed": _("Failed"),
    "pending": _("Pending"),
    "succeeded": _("Succeeded"),
    "draft": _("Draft"),
    "open": _("Open"),
    "posted": _("Posted"),
    "dropped": _("Dropped"),
    "in_review": _("In review"),
    "submitted": _("Submitted"),
    "approved": _("Approved"),
    "waiting": _("Waiting"),
    "running": _("Running"),
    "done": _("Done"),
}

WHY_BACK: dict[str, Promise] = {
    "not_wanted": _("I do not want it any more"),
    "late": _("It comes too late"),
    "damaged": _("It is damaged"),
    "wrong": _("It is something else"),
    "missing": _("Something is missing"),
    "quality": _("It is not as described"),
    "other": _("Something else is the matter"),
}
"""Why a buyer wants money back, in its own words."""

TONE = {
    "placed": "wait",
    "paid": "go",
    "partly_shipped": "go",
    "shipped": "go",
    "received": "done",
    "closed": "done",
    "listed": "done",
    "active": "done",
    "succeeded": "done",
    "suspended": "stop",
    "rejected": "stop",
    "failed": "stop",
    "returned": "stop",
    "pending": "wait",
    "created": "wait",
    "sent": "go",
    "draft": "wait",
    "open": "go",
    "posted": "done",
    "in_review": "go",
    "submitted": "wait",
    "approved": "done",
    "waiting": "wait",
    "running": "go",
    "done": "done",
}

EVENT: dict[str, Promise] = {
    "place": _("Order placed"),
    "pay": _("Paid"),
    "expire": _("Expired unpaid"),
    "cancel": _("Cancelled"),
    "ship_part": _("Partly shipped"),
    "ship": _("Shipped"),
    "receive": _("Received"),
    "close": _("Completed"),
    "accept": _("Accepted"),
    "refuse": _("Turned down"),
    "reapply": _("Applied again"),
    "suspend": _("Suspended"),
    "reinstate": _("Reinstated"),
    "lapse": _("Suspended: a licence ended"),
    "renew": _("Active again: the licence was renewed"),
    "leave": _("Account closed"),
    "submit": _("Submitted for review"),
    "post": _("Posted"),
    "drop": _("Dropped"),
    "approve": _("Approved"),
    "reject": _("Turned down"),
    "resubmit": _("Submitted again"),
    "withdraw": _("Withdrawn"),
    "list_directly": _("Listed without review"),
    "resume": _("Resumed"),
    "send": _("Sent to the bank"),
    "fail": _("Failed"),
    "return": _("Returned"),
    "start": _("Begun"),
    "finish": _("Done"),
    "retry": _("Begun again"),
}

KIND: dict[str, Promise] = {
    "platform": _("Platform"),
    "supplier": _("Factory"),
    "wholesaler": _("Wholesaler"),
    "retailer": _("Shop"),
    "leader": _("Community leader"),
    "enterprise": _("Enterprise"),
    "consumer": _("Consumer"),
}
ROLE: dict[str, Promise] = {
    "operator": _("Operator"),
    "reviewer": _("Reviewer"),
    "owner": _("Owner"),
    "goods_manager": _("Goods manager"),
    "stock_keeper": _("Stock keeper"),
    "seller_clerk": _("Sales clerk"),
    "finance": _("Finance"),
    "buyer": _("Buyer"),
    "promoter": _("Promoter"),
}

PERMISSION: dict[str, Promise] = {
    "platform.operate": _("everything, for everybody"),
    "parties.review": _("decide on applications and licences"),
    "goods.review": _("decide on goods"),
    "money.review": _("decide on withdrawals"),
    "staff.edit": _("invite people and give them roles"),
    "party.see": _("see the business"),
    "party.edit": _("change the business and its terms"),
    "party.licences": _("see and show licences"),
    "links.edit": _("agree with partners"),
    "goods.see": _("see goods"),
    "goods.edit": _("change goods"),
    "offers.edit": _("change offers and prices"),
    "stock.see": _("see stock"),
    "stock.edit": _("count and move stock"),
    "orders.see": _("see orders"),
    "orders.place": _("order"),
    "orders.pay": _("pay"),
    "orders.cancel": _("cancel orders"),
    "orders.ship": _("ship"),
    "orders.receive": _("receive"),
    "aftersales.claim": _("ask for refunds"),
    "aftersales.decide": _("decide on refunds"),
    "money.see": _("see the money"),
    "money.payout": _("have money paid out"),
}

ENTRY: dict[str, Promise] = {
    "pay": _("Payment"),
    "repay": _("Credit repaid"),
    "close": _("Completion"),
    "cancel": _("Cancellation"),
    "expire": _("Expired unpaid"),
    "claim": _("Refund"),
    "surplus": _("Paid too much"),
    "refund_succeeded": _("Refund paid"),
    "refund_failed": _("Refund failed"),
    "payout": _("Payout"),
    "payout_returned": _("Payout returned"),
    "payout_failed": _("Payout failed"),
    "top_up": _("Wallet topped up"),
    "points_granted": _("Points granted"),
}

PURPOSE: dict[str, Promise] = {
    "gateway": _("payment provider"),
    "fee": _("platform fee"),
    "points_issued": _("points issued"),
    "points_cost": _("cost of points"),
    "held": _("held in trust"),
    "held_credit": _("held, paid on account"),
    "credit": _("credit line"),
    "refund_due": _("refund on its way"),
    "wallet": _("wallet"),
    "points": _("points"),
    "owed": _("earned, to be paid out"),
    "receivable": _("earned on account"),
    "paid_out": _("paid out to the bank"),
    "promised": _("commission promised"),
    "pending": _("commission pending"),
}


def status(value: str) -> str:
    """Return a status in the reader's language; one without words yet is shown as it is."""
    return str(STATUS.get(value, value))


def tone(value: str) -> str:
    """Return how a status is shown: `wait`, `go`, `done`, `stop` or `off`."""
    return TONE.get(value, "off")


def event(value: str) -> str:
    """Return what happened in the reader's language."""
    return str(EVENT.get(value, value))


def kind(value: str) -> str:
    """Return what sort of party it is in the reader's language."""
    return str(KIND.get(value, value))


def role(value: str) -> str:
    """Return what somebody is within a party in the reader's language."""
    return str(ROLE.get(value, value))


def permission(value: str) -> str:
    """Return what a permission allows in the reader's language."""
    return str(PERMISSION.get(value, value))


def entry(value: str) -> str:
    """Return what an entry of the books is about in the reader's language."""
    return str(ENTRY.get(value, value))


def purpose(value: str) -> str:
    """Return what an account is for in the reader's language."""
    return str(PURPOSE.get(value, value))
