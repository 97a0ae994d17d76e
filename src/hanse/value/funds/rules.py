"""The words of the trade for what happens to money, credit and points; each answers with moves, and posts nothing.

A use case gathers the moves of one fact and posts them as one entry. Amounts are in the smallest unit of the asset.
"""

from collections.abc import Iterable, Mapping

from hanse.value.books.rules import POINTS, AccountRef, Move, undo

Funds = Iterable[tuple[AccountRef, int]]


def gateway(platform: int, asset: str) -> AccountRef:
    """Name the money outside, behind the payment providers."""
    return AccountRef(platform, "gateway", asset)


def fee(platform: int, asset: str) -> AccountRef:
    """Name what the platform earns."""
    return AccountRef(platform, "fee", asset)


def held(buyer: int, asset: str) -> AccountRef:
    """Name the buyer's cash in trades that are paid and not yet closed."""
    return AccountRef(buyer, "held", asset)


def held_credit(buyer: int, seller: int, asset: str) -> AccountRef:
    """Name what the buyer paid on the seller's credit in trades that are not yet closed."""
    return AccountRef(buyer, "held_credit", asset, seller)


def credit(buyer: int, seller: int, asset: str, limit: int | None = None) -> AccountRef:
    """Name the credit line that the seller grants the buyer; who draws says the limit of the current terms."""
    return AccountRef(buyer, "credit", asset, seller, None if limit is None else -limit)


def receivable(seller: int, buyer: int, asset: str) -> AccountRef:
    """Name what the seller earned on credit from the buyer, who has not yet repaid it."""
    return AccountRef(seller, "receivable", asset, buyer)


def owed(party: int, asset: str) -> AccountRef:
    """Name what the party earned and was not yet paid; it may be negative."""
    return AccountRef(party, "owed", asset)


def wallet(party: int, asset: str) -> AccountRef:
    """Name the party's deposit with the platform."""
    return AccountRef(party, "wallet", asset)


def refund_due(buyer: int, asset: str) -> AccountRef:
    """Name what is on its way back to the buyer through a payment provider."""
    return AccountRef(buyer, "refund_due", asset)


# paying


def hold(buyer: int, amount: int, *, asset: str, platform: int) -> list[Move]:
    """Cash came in from outside and is held for the buyer's trade."""
    return [Move(gateway(platform, asset), held(buyer, asset), amount)]


def top_up(party: int, amount: int, *, asset: str, platform: int) -> list[Move]:
    """Cash came in from outside for the party's wallet."""
    return [Move(gateway(platform, asset), wallet(party, asset), amount)]


def pay_from_wallet(buyer: int, amount: int, *, asset: str) -> list[Move]:
    """The buyer pays a trade out of the wallet."""
    return [Move(wallet(buyer, asset), held(buyer, asset), amount)]


def grant_points(party: int, points: int, *, platform: int) -> list[Move]:
    """The platform gives points."""
    return [Move(AccountRef(platform, "points_issued", POINTS), AccountRef(party, "points", POINTS), points)]


def pay_with_points(buyer: int, points: int, amount: int, *, asset: str, platform: int) -> list[Move]:
    """The buyer pays `amount` of a trade with points: they go back to the platform, which bears the cash."""
    return [
        *undo(grant_points(buyer, points, platform=platform)),
        Move(AccountRef(platform, "points_cost", asset), held(buyer, asset), amount),
    ]


def draw_credit(buyer: int, seller: int, amount: int, *, asset: str, limit: int) -> list[Move]:
    """The buyer pays a trade on the credit that its seller grants, up to the limit of the terms as they are now."""
    return [Move(credit(buyer, seller, asset, limit), held_credit(buyer, seller, asset), amount)]


def release_credit(buyer: int, seller: int, amount: int, *, asset: str) -> list[Move]:
    """A trade on credit is cancelled or refunded before it closes: what was drawn for it is free again."""
    return [Move(held_credit(buyer, seller, asset), credit(buyer, seller, asset), amount)]


def repay_credit(buyer: int, seller: int, amount: int, *, paying: AccountRef, closed: bool) -> list[Move]:
    """The buyer repays with cash out of `paying` (the gateway, or the wallet).

    Before the trade closes the cash takes the place of the credit that is held for it; afterwards the cash is the
    seller's, who no longer waits for it.
    """
    asset = paying.asset
    if closed:
        return [
            Move(paying, owed(seller, asset), amount),
            Move(receivable(seller, buyer, asset), credit(buyer, seller, asset), amount),
        ]
    return [Move(paying, held(buyer, asset), amount), *release_credit(buyer, seller, amount, asset=asset)]


# closing


def settle_trade(sources: Funds, nets: Mapping[AccountRef, int]) -> list[Move]:
    """Turn what was held for a trade into what every party earned by it, to the last unit.

    `sources` are the amounts held, cash and credit; `nets` is the signed result of every party, and sums to them.
    Whoever granted credit gets the claim on the buyer for all of it and pays the others out of what it is owed;
    a party that sold below cost pays likewise. The moves change owed plus receivable of every party by its net.
    """
    moves: list[Move] = []
    left = {ref: net for ref, net in nets.items() if net}
    cash: list[tuple[AccountRef, int]] = []
    for source, amount in sources:
        if source.partner is None:
            cash.append((source, amount))
            continue
        seller = owed(source.partner, source.asset)
        moves.append(Move(source, receivable(source.partner, source.holder, source.asset), amount))
        left[seller] = left.get(seller, 0) - amount
    givers = [*cash, *((ref, -net) for ref, net in left.items() if net < 0)]
    takers = [(ref, net) for ref, net in left.items() if net > 0]
    return [move for move in [*moves, *_match(givers, takers)] if move.amount]


def unsettle_trade(sinks: Funds, nets: Mapping[AccountRef, int]) -> list[Move]:
    """Take back from every party its part (`nets`, as they were given) and give it to where the buyer gets it from.

    A sink is the buyer's refund due, wallet or held, or, for what was bought on credit and is not yet repaid,
    the credit line itself: then the seller gives up its claim instead of cash.
    """
    return undo(settle_trade(sinks, nets))


def _match(givers: Funds, takers: Funds) -> list[Move]:
    """Pair givers with takers in order until both are empty."""
    moves, queue = [], list(takers)[::-1]
    for giver, amount in givers:
        left = amount
        while left:
            if not queue:
                raise ValueError("the results of the parties are less than what was held")
            taker, wanted = queue.pop()
            part = min(left, wanted)
            moves.append(Move(giver, taker, part))
            left -= part
            if wanted > part:
                queue.append((taker, wanted - part))
    if queue:
        raise ValueError("the results of the parties are more than what was held")
    return moves


# giving back


def refund_outside(buyer: int, amount: int, *, asset: str) -> list[Move]:
    """What is held for an open trade starts its way back through the provider."""
    return [Move(held(buyer, asset), refund_due(buyer, asset), amount)]


def refund_to_wallet(buyer: int, amount: int, *, asset: str) -> list[Move]:
    """What is held for an open trade goes to the buyer's wallet, at once."""
    return undo(pay_from_wallet(buyer, amount, asset=asset))


def refund_points(buyer: int, points: int, amount: int, *, asset: str, platform: int) -> list[Move]:
    """What points paid of an open trade becomes points again."""
    return undo(pay_with_points(buyer, points, amount, asset=asset, platform=platform))


def refund_arrived(buyer: int, amount: int, *, asset: str, platform: int) -> list[Move]:
    """The provider gave the money back: it left the house."""
    return [Move(refund_due(buyer, asset), gateway(platform, asset), amount)]


def refund_bounced(buyer: int, amount: int, *, asset: str) -> list[Move]:
    """The provider could not give the money back: it goes to the buyer's wallet, so that it is not lost."""
    return [Move(refund_due(buyer, asset), wallet(buyer, asset), amount)]


# commission before closing


def promise_commission(seller: int, promoter: int, amount: int, *, asset: str) -> list[Move]:
    """An open trade will cost the seller a commission and bring it to the promoter: a memo, no money moves."""
    return [Move(AccountRef(seller, "promised", asset), AccountRef(promoter, "pending", asset), amount)]


def withdraw_commission(seller: int, promoter: int, amount: int, *, asset: str) -> list[Move]:
    """The promise ends: the trade closes (the promoter's net then pays it), or is cancelled or refunded."""
    return undo(promise_commission(seller, promoter, amount, asset=asset))


# paying out


def payout(party: int, amount: int, *, asset: str) -> list[Move]:
    """What the party is owed leaves for its bank."""
    return [Move(owed(party, asset), AccountRef(party, "paid_out", asset), amount)]


def payout_returned(party: int, amount: int, *, asset: str) -> list[Move]:
    """The bank sent the payout back: the party is owed it again."""
    return undo(payout(party, amount, asset=asset))
