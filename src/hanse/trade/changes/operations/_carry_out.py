"""The step in which a change that everybody agreed to is done, all of it."""

from datetime import datetime

from hanse.kernel import audit, events, states
from hanse.kernel.actor import ENGINE, Actor
from hanse.network.notices.operations.notify import notify
from hanse.trade.changes import rules
from hanse.trade.changes.models import ORDER_CHANGE, Change
from hanse.trade.changes.queries import concerned, may_change
from hanse.trade.orders.models import Checkout
from hanse.trade.orders.operations.lessen import lessen
from hanse.trade.orders.operations.place import place
from hanse.trade.orders.queries import Deal
from hanse.trade.quotes.queries import Line


def carry_out(*, change: Change, deal: Deal, at: datetime, by: Actor) -> None:
    """Do what was asked for, in the transaction of whoever agreed last; raises what stands against it now."""
    roots = concerned(deal, change)
    if not may_change(deal, roots):
        raise rules.ChangeTooLate
    checkout = deal.checkout
    before = {"address": checkout.address, "wanted_on": checkout.wanted_on and checkout.wanted_on.isoformat()}
    _readdress(change, checkout)
    supplement = _add(change, checkout, urgent=deal.roots[0].urgent, at=at)
    if change.fewer:
        pieces = {int(line): count for line, count in change.fewer.items()}
        if any(deal.lines[line].quantity - deal.lines[line].cancelled < count for line, count in pieces.items()):
            raise rules.ChangeTooLate
        meant = [root for root in roots if any(line.pk in pieces for line in deal.lines_in([root]))]
        lessen(deal=deal, roots=meant, pieces=pieces, at=at, by=by, roles={"engine"}, why=change.code)
    done = {"before": _was(change, before), "decided_at": at, "supplement_id": supplement}
    Change.objects.filter(pk=change.pk).update(before=done["before"])
    also = {name: value for name, value in done.items() if name != "before"}
    states.move(ORDER_CHANGE, Change, [change.pk], "apply", at=at, by=by, roles={"engine"}, also=also)
    events.announce("order.changed", checkout=checkout.code, change=change.code)
    notify(
        key=change.code, at=at, by=ENGINE, parties=[change.asker_id], kind="change.applied", needs="orders.see",
        subject=f"{_known_as(change, deal)}|{change.code}", said={"order": _known_as(change, deal), **_side(change)},
    )  # fmt: skip


def _readdress(change: Change, checkout: Checkout) -> None:
    """Write the new address and day; of the address the audit trail says only that it is another one."""
    new = {"address": change.address, "wanted_on": change.wanted_on}
    said = {name: value for name, value in new.items() if value is not None}
    if said:
        was = {name: getattr(checkout, name) for name in said}
        audit.changed("checkout", checkout.code, _plain(was, "old"), _plain(said, "new"))
        Checkout.objects.filter(pk=checkout.pk).update(**said)
        for name, value in said.items():
            setattr(checkout, name, value)


def _plain(values: dict[str, object], word: str) -> dict[str, object]:
    return {name: word if name == "address" else str(value) if value else None for name, value in values.items()}


def _was(change: Change, before: dict[str, object]) -> dict[str, object]:
    """Return what was before of what has changed."""
    said = {"address": change.address, "wanted_on": change.wanted_on}
    return {name: before[name] for name, value in said.items() if value is not None}


def _add(change: Change, checkout: Checkout, *, urgent: bool, at: datetime) -> int | None:
    """Order the pieces added beside the first order, if they cost what the buyer saw; return the checkout's id."""
    if not change.more:
        return None
    code = place(
        key=change.code,
        at=at,
        by=ENGINE,
        buyer=checkout.buyer.code,
        lines=[Line(offer, count) for offer, count in change.more],
        expected=change.fingerprint,
        note=checkout.note,
        address=checkout.address,
        urgent=urgent,
        wanted_on=checkout.wanted_on,
    )
    return Checkout.objects.values_list("pk", flat=True).get(code=code)


def _known_as(change: Change, deal: Deal) -> str:
    """Return the order as who asked for the change knows it."""
    return change.leg.code if change.leg is not None else deal.roots[0].code


def _side(change: Change) -> dict[str, str]:
    return {"side": "purchase" if change.asker_id == change.checkout.buyer_id else "sale"}
