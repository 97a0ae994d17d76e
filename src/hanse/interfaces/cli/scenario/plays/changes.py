"""Steps in which an order is changed after it was placed, as everybody whom it touches agrees."""

from hanse.interfaces.cli.scenario.script import AnswerChange, AskChange, Step
from hanse.interfaces.cli.scenario.stage import Stage
from hanse.trade.changes.models import Change
from hanse.trade.changes.operations import agree_change, decline_change, withdraw_change
from hanse.trade.changes.operations import ask_change as asking
from hanse.trade.orders.models import Checkout, Order


def ask_change(stage: Stage, step: Step, action: AskChange) -> None:
    """Ask in the buyer's name, or in that of a seller for its own leg."""
    (checkout,) = stage.checkouts(action.order)
    buyer = stage.name_of(Checkout.objects.values_list("buyer_id", flat=True).get(code=checkout))
    by = stage.who(step, buyer)
    sold = Order.objects.filter(checkout__code=checkout, seller=by.party).values_list("code", flat=True).first()
    code = asking.ask_change(
        key=next(stage.keys(step)),
        at=stage.now,
        by=by,
        order=sold or checkout,
        lines=stage.part(action.lines),
        address=None if action.to is None else {"place": action.to},
        wanted_on=action.wanted_on,
    )
    stage.wishes[action.name] = code, action.opens


def answer_change(stage: Stage, step: Step, action: AnswerChange) -> None:
    """Agree or decline in the name of the party given, or of all who are asked; take back in that of who asked."""
    (code, opens), key = stage.wishes[action.name], next(stage.keys(step))
    if action.answer == "decline":
        decline_change.decline_change(key=key, at=stage.now, by=stage.who(step), change=code, reasons=["no"])
    elif action.answer == "take_back":
        asker = stage.name_of(Change.objects.values_list("asker_id", flat=True).get(code=code))
        withdraw_change.withdraw_change(key=key, at=stage.now, by=stage.who(step, asker), change=code)
    else:
        agree_change.agree_change(key=key, at=stage.now, by=stage.who(step), change=code)
    beside = Change.objects.values_list("supplement__code", flat=True).get(code=code)
    if beside and opens:
        stage.orders[opens] = [beside]
