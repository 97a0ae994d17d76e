"""The step in which an order finds the warehouses that send it."""

from collections.abc import Mapping
from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from hanse.goods.routing.rules import Place, place_of, route, share_out
from hanse.goods.stock.rules import ShelfView
from hanse.kernel.errors import DomainError
from hanse.trade.quotes.rules import Quote, QuoteLine


class NotAtPickupPoint(DomainError):
    """Not all pieces lie in the warehouse where the buyer wants to fetch them."""

    code = "not_at_pickup_point"
    message = _("Not all of these goods lie where you want to fetch them.")


def routed(quote: Quote, address: Mapping[str, str], warehouse: int | None = None) -> Quote:
    """Return the quote with the pieces of every seller drawn from the warehouses that shall send them.

    That is the nearest that has everything, else as few as possible; with a `warehouse` (id) that one alone, where the
    buyer fetches the goods: NotAtPickupPoint if a piece lies elsewhere. How many pieces each line draws stays.
    """
    near = place_of(address)
    if warehouse is None and not any(len(line.offer.shelves) > 1 for line in quote.lines):
        return quote
    lines = list(quote.lines)
    for seller in dict.fromkeys(line.offer.seller_id for line in lines if line.allocations):
        mine = [i for i, line in enumerate(lines) if line.offer.seller_id == seller and line.allocations]
        for i, allocations in zip(mine, _drawn([lines[i] for i in mine], near, warehouse), strict=True):
            lines[i] = replace(lines[i], allocations=allocations)
    if warehouse is not None:
        _check(lines, warehouse)
    return replace(quote, lines=tuple(lines))


def _drawn(lines: list[QuoteLine], near: Place | None, warehouse: int | None) -> list[tuple[tuple[int, int], ...]]:
    """Return for lines of one seller from which shelves their own pieces come."""
    wanted = [(line.offer.sku_id, sum(pieces for _shelf, pieces in line.allocations)) for line in lines]
    needs: dict[int, int] = {}
    for sku, pieces in wanted:
        needs[sku] = needs.get(sku, 0) + pieces
    shelves = {shelf.id: shelf for line in lines for shelf in line.offer.shelves}
    sent = route(needs, list(shelves.values()), near, warehouse)
    return share_out(sent, {pk: shelf.sku for pk, shelf in shelves.items()}, wanted)


def _check(lines: list[QuoteLine], warehouse: int) -> None:
    """Raise NotAtPickupPoint unless every piece that the buyer ordered lies in that warehouse."""
    for line in lines:
        there: dict[int, ShelfView] = {shelf.id: shelf for shelf in line.offer.shelves}
        own = sum(pieces for shelf, pieces in line.allocations if there[shelf].warehouse == warehouse)
        if own < line.quantity:
            raise NotAtPickupPoint(offer=line.offer.code)
