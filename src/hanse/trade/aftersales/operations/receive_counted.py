"""A business takes goods in and says of every line how many are good, damaged, missing or too many."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from hanse.goods.stock import rules as stock
from hanse.goods.stock.operations.ensure_shelves import ensure_shelves
from hanse.goods.stock.operations.post import post
from hanse.kernel import codes, events, once
from hanse.kernel.actor import Actor
from hanse.kernel.errors import MalformedInput, NotAllowed
from hanse.kernel.states import WrongState
from hanse.network.notices.operations.notify import notify
from hanse.network.parties.rules import CONSUMER, check_text
from hanse.trade.aftersales.operations.ask_refund import ask_refund
from hanse.trade.logistics.models import Receipt, ReceiptLine
from hanse.trade.logistics.operations._pieces import count_on
from hanse.trade.logistics.operations.receive import RECEIVABLE, NothingToReceive
from hanse.trade.logistics.rules import Counted, check_counted, sort_out
from hanse.trade.orders.models import Order, OrderLine
from hanse.trade.orders.operations.progress import progress
from hanse.trade.orders.queries import Deal, lock, roles_of, rooms, roots_of
from hanse.trade.orders.rules import pick, room_of


@once.operation("trade.receive_counted")
def receive_counted(*, key: str, at: datetime, by: Actor, order: str, lines: Sequence[Counted], note: str = "") -> str:
    """Take in what was counted of one seller's order and return the receipt's code.

    Good pieces become available on the buyer's shelf, damaged ones lie there as damaged. Missing ones stay awaited,
    or money is asked back for them (a request that the seller decides); of those too many the sellers are told.
    Raises NotFound, NotAllowed, WrongState, NothingToReceive, MalformedInput, and what `ask_refund` raises.
    """
    counted = check_counted(lines)
    deal = lock(order)
    roots = roots_of(deal, order)
    roles = roles_of(deal, roots, by)
    if not roles & {"buyer", "operator"} or not by.may("orders.receive") or deal.checkout.buyer.kind == CONSUMER:
        raise NotAllowed(action="receive")
    if len(roots) > 1 or roots[0].status not in RECEIVABLE:
        raise WrongState(what="order", event="receive")
    (root,) = roots
    known = _lines_of(root, counted)
    receipt = _write(root, counted, known, check_text(note, "note", 500, blank=True), at, by)
    _arrive(deal, [(known[line.offer], line) for line in counted], at, by)
    progress(deal=deal, root=root, at=at, by=by, roles=roles | {"buyer", "shipper"})
    _claim(key, root, counted, receipt, at, by)
    _tell(key, deal, [(known[line.offer], line) for line in counted if line.differs], receipt, at, by)
    events.announce("order.counted", receipt=receipt.code, order=root.code, checkout=deal.checkout.code)
    return receipt.code


def _lines_of(root: Order, counted: Sequence[Counted]) -> dict[str, int]:
    """Return the line (id) of each offer named, by code or slug; each line once."""
    rows = OrderLine.objects.filter(order=root).values_list("pk", "offer__code", "offer__slug")
    known = {name: pk for pk, code, slug in rows for name in (code, slug) if name}
    for line in counted:
        if line.offer not in known:
            raise MalformedInput("lines", _("offers of this order"), given=line.offer)
    found = {line.offer: known[line.offer] for line in counted}
    if len(set(found.values())) < len(found):
        raise MalformedInput("lines", _("each offer only once"))
    return found


def _write(
    root: Order, counted: Sequence[Counted], known: Mapping[str, int], note: str, at: datetime, by: Actor
) -> Receipt:
    receipt = Receipt.objects.create(
        code=codes.new("Z"), order=root, at=at, by_party=by.party, by_user=by.user, by_name=by.name[:40], note=note
    )
    ReceiptLine.objects.bulk_create(
        ReceiptLine(
            receipt=receipt,
            line_id=known[line.offer],
            good=line.good,
            damaged=line.damaged,
            missing=line.missing,
            extra=line.extra,
            claimed=line.claimed,
        )
        for line in counted
    )
    return receipt


def _arrive(deal: Deal, counted: Sequence[tuple[int, Counted]], at: datetime, by: Actor) -> None:
    """Count good and damaged pieces as arrived, and put them onto the buyer's shelf as what they are."""
    room = rooms(deal, "to_receive")
    chosen: dict[int, int] = {}
    arrived: list[tuple[int, int, str]] = []
    for pk, line in counted:
        if line.arrived + line.missing > room_of(pk, room):
            raise NothingToReceive(line=deal.lines[pk].position)
        mine = pick(pk, line.arrived, room)
        chosen.update(mine)
        arrived += sort_out(mine, line.good)
    if not chosen:
        return
    buyer = deal.checkout.buyer_id
    skus = {pk: deal.lines[deal.allocations[pk].line_id].sku_id for pk in chosen}
    shelves = ensure_shelves(pairs={(buyer, sku) for sku in skus.values()}, at=at, by=by)
    moves = [
        move
        for pk, count, state in arrived
        for move in stock.deliver_into(deal.allocations[pk].shelf_id, skus[pk], count, shelves[buyer, skus[pk]], state)
    ]
    count_on(deal, chosen, "received")
    post(key=codes.new("receive"), kind="receive", moves=moves, at=at, by=by, subject=deal.checkout.code)


def _claim(key: str, root: Order, counted: Sequence[Counted], receipt: Receipt, at: datetime, by: Actor) -> None:
    """Ask money back for what is to be claimed: one request for the whole receipt."""
    claimed = {line.offer: line.claimed for line in counted if line.claimed}
    if not claimed:
        return
    lost = {line.offer: line.lost for line in counted if line.lost}
    ask_refund(
        key=f"{key}:claim",
        at=at,
        by=by,
        order=root.code,
        reason="missing" if lost else "damaged",
        note=" ".join(filter(None, (receipt.code, receipt.note))),
        lines=claimed,
        lost=lost,
    )


def _tell(
    key: str, deal: Deal, differing: Sequence[tuple[int, Counted]], receipt: Receipt, at: datetime, by: Actor
) -> None:
    """Tell every seller through whose hands the differing goods went, each about its own order."""
    upstream = deal.upstream_of()
    found: dict[int, list[Counted]] = {}
    for pk, line in differing:
        behind: int | None = pk
        while behind is not None:
            found.setdefault(deal.lines[behind].order_id, []).append(line)
            behind = upstream.get(behind)
    for leg_id, lines in found.items():
        leg = deal.orders[leg_id]
        notify(
            key=f"{key}:{leg.code}",
            at=at,
            by=by,
            parties=[leg.seller_id],
            kind="receipt.discrepancy",
            subject=f"{leg.code}|{receipt.code}",
            said={
                "buyer": leg.buyer.name,
                "buyer_en": leg.buyer.name_en,
                "damaged": sum(line.damaged for line in lines),
                "missing": sum(line.missing for line in lines),
                "extra": sum(line.extra for line in lines),
            },
            needs="orders.see",
        )
