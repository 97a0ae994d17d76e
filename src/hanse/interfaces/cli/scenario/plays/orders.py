"""Steps that place an order and carry it on."""

from hanse.interfaces.cli.scenario.script import PLATFORM, Cancel, Pay, Place, Quote, Receive, Refund, Ship, Step
from hanse.interfaces.cli.scenario.stage import Stage
from hanse.trade.aftersales.operations import refund as refunding
from hanse.trade.logistics.operations import receive as receiving
from hanse.trade.logistics.operations import ship as shipping
from hanse.trade.orders.models import Checkout
from hanse.trade.orders.operations import cancel as cancelling
from hanse.trade.orders.operations import pay as paying
from hanse.trade.orders.operations import place as placing
from hanse.trade.quotes.queries import quote_for


def quote(stage: Stage, _step: Step, action: Quote) -> None:
    """Remember what the buyer was promised."""
    buyer, lines = stage.ids[action.buyer], stage.lines(action.lines)
    stage.quotes[action.name] = quote_for(buyer, lines, stage.now, urgent=action.urgent).fingerprint


def place(stage: Stage, step: Step, action: Place) -> None:
    """Place an order in the buyer's name."""
    by, expected = stage.who(step, action.buyer), stage.quotes[action.seen] if action.seen else ""
    buyer, lines = stage.parties[action.buyer], stage.lines(action.lines)
    key, urgent = next(stage.keys(step)), action.urgent
    code = placing.place(key=key, at=stage.now, by=by, buyer=buyer, lines=lines, expected=expected, urgent=urgent)
    named = stage.orders.setdefault(action.order, [])
    if code not in named:  # the same request made again answers with the same order
        named.append(code)


def pay(stage: Stage, step: Step, action: Pay) -> None:
    """Pay: the operator vouches for money from outside, everything else is the buyer's to do."""
    keys = stage.keys(step)
    for checkout in stage.checkouts(action.order):
        by = stage.who(step, PLATFORM if action.means == "outside" else _buyer(stage, checkout))
        paying.pay(key=next(keys), at=stage.now, by=by, order=checkout, with_=action.means, amount=action.amount)


def cancel(stage: Stage, step: Step, action: Cancel) -> None:
    """Cancel in the buyer's name."""
    keys = stage.keys(step)
    for checkout in stage.checkouts(action.order):
        by = stage.who(step, _buyer(stage, checkout))
        cancelling.cancel(key=next(keys), at=stage.now, by=by, order=checkout, lines=stage.part(action.lines))


def ship(stage: Stage, step: Step, action: Ship) -> None:
    """Ship whatever is meant, whoever holds it; a party that is named ships only what it holds itself."""
    keys, by = stage.keys(step), stage.who(step)
    for checkout in stage.checkouts(action.order):
        shipping.ship(key=next(keys), at=stage.now, by=by, order=checkout, lines=stage.part(action.lines))


def receive(stage: Stage, step: Step, action: Receive) -> None:
    """Receive in the buyer's name."""
    keys = stage.keys(step)
    for checkout in stage.checkouts(action.order):
        by = stage.who(step, _buyer(stage, checkout))
        receiving.receive(key=next(keys), at=stage.now, by=by, order=checkout, lines=stage.part(action.lines))


def refund(stage: Stage, step: Step, action: Refund) -> None:
    """Refund, as the platform's operator decides it."""
    keys, by = stage.keys(step), stage.who(step)
    for checkout in stage.checkouts(action.order):
        refunding.refund(
            key=next(keys),
            at=stage.now,
            by=by,
            order=checkout,
            lines=stage.part(action.lines),
            amount=action.amount,
            fault=action.fault,
            goods=action.goods,
        )


def _buyer(stage: Stage, checkout: str) -> str:
    return stage.name_of(Checkout.objects.values_list("buyer_id", flat=True).get(code=checkout))
