"""A deposit that is not followed by its balance stays with those who would have delivered."""

from datetime import datetime

from hanse.kernel import events
from hanse.kernel.actor import Actor
from hanse.network.parties.queries import platform_id
from hanse.trade.orders.models import Order
from hanse.trade.orders.queries import Deal
from hanse.trade.orders.rules import forfeit, results
from hanse.value.books.rules import Move
from hanse.value.funds import rules as funds


def keep_deposit(*, deal: Deal, root: Order, at: datetime, by: Actor) -> list[Move]:
    """Note that the deposit of an unpaid presale is forfeited, if it is, and return the moves that share it out.

    It is shared over the sellers of the chain by what each would have earned. A deposit that was not paid whole goes
    back like any part payment; so does what was paid beyond it.
    """
    del at, by
    paid = sum(tender.left for tender in deal.paid_by(root))
    if not (root.forfeits and root.deposit and root.status == "placed" and paid >= root.deposit):
        return []
    asset, legs = deal.checkout.currency, deal.legs([root])
    found = results(deal.money_of(deal.lines_in(legs)), platform_id(), asset)
    sellers = list(dict.fromkeys(leg.seller_id for leg in legs))
    shares = forfeit(root.deposit, [found.get(funds.owed(seller, asset), 0) for seller in sellers])
    root.forfeited = root.deposit
    events.announce("order.deposit_kept", checkout=deal.checkout.code, order=root.code)
    Order.objects.filter(pk=root.pk).update(forfeited=root.forfeited)
    nets = {funds.owed(seller, asset): share for seller, share in zip(sellers, shares, strict=True)}
    return funds.settle_trade([(funds.held(deal.checkout.buyer_id, asset), root.deposit)], nets)
