"""The facts that may be told outside: whom each concerns, and what of it that party may know."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from hanse.goods.catalogue.models import Product
from hanse.goods.offers.models import Offer
from hanse.interfaces.jobs.works.models import Work
from hanse.kernel.actor import ENGINE
from hanse.network.parties.models import Link, Party
from hanse.trade.changes.models import Change
from hanse.trade.logistics.models import Parcel
from hanse.trade.orders.models import Checkout, Order, Refund
from hanse.trade.promotions.models import Promotion
from hanse.value.payments.models import Payment, ProviderRefund

Said = Mapping[str, Any]
"""What was announced."""
Told = dict[int, dict[str, Any]]
"""What is told to which party (id)."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One kind of fact: what it means, and what is told to whom."""

    means: str
    whom: Callable[[Said], Told]


def _legs(said: Said) -> Told:
    """Tell each side of each leg its own orders; the checkout is known to who bought and who sold first."""
    rows = Order.objects.visible_to(ENGINE).filter(checkout__code=said["checkout"]).order_by("pk")
    if "order" in said:
        rows = rows.filter(root__code=said["order"])
    found: Told = {}
    for leg in rows.select_related("checkout"):
        for side in (leg.buyer_id, leg.seller_id):
            data = found.setdefault(side, {"orders": []})
            if leg.code not in data["orders"]:
                data["orders"].append(leg.code)
            if leg.tier == 0:
                data["checkout"] = leg.checkout.code
    return found


def _changed(said: Said) -> Told:
    """Tell those whom the change was put to, and who asked, that it was done; each knows its own orders."""
    rows = Change.objects.visible_to(ENGINE).filter(code=said["change"])
    sides = {side for pair in rows.values_list("consents__leg__buyer", "consents__leg__seller") for side in pair}
    return {side: {**data, "change": said["change"]} for side, data in _legs(said).items() if side in sides}


def _parcel(said: Said) -> Told:
    parcel = Parcel.objects.visible_to(ENGINE).filter(code=said["parcel"]).select_related("order__root").first()
    if parcel is None:
        return {}
    legs = _legs({"checkout": said["checkout"], "order": parcel.order.root.code})
    return {party: {**data, "parcel": parcel.code} for party, data in legs.items()}


def _refund(said: Said) -> Told:
    rows = Refund.objects.visible_to(ENGINE).filter(code=said["refund"]).select_related("checkout", "order")
    sides = ((row.checkout.buyer_id, row.order.seller_id if row.order else None) for row in rows)
    data = {"refund": said["refund"], "checkout": said["checkout"]}
    return {side: data for pair in sides for side in pair if side is not None}


def _first_sides(said: Said) -> Told:
    rows = Checkout.objects.visible_to(ENGINE).filter(code=said["checkout"], orders__tier=0)
    return {side: dict(said) for pair in rows.values_list("buyer", "orders__seller") for side in pair}


def _payer(said: Said) -> Told:
    row = Payment.objects.visible_to(ENGINE).filter(code=said["payment"]).first()
    return {} if row is None else {row.payer_id: {"payment": row.code, "checkout": row.subject}}


def _refunded_payer(said: Said) -> Told:
    rows = ProviderRefund.objects.visible_to(ENGINE).filter(code=said["refund"]).select_related("payment")
    return {row.payment.payer_id: {"refund": row.subject, "payment": row.payment.code} for row in rows}


def _party(said: Said) -> Told:
    return _by_code([said["party"]], said)


def _short(said: Said) -> Told:
    return _party({name: value for name, value in said.items() if name != "shelf"})


def _by_code(codes: Iterable[str], said: Said) -> Told:
    rows = Party.objects.visible_to(ENGINE)
    found = rows.filter(code__in=list(codes)) | rows.filter(slug__in=list(codes))
    return {party.pk: {**said, **({"party": party.code} if "party" in said else {})} for party in found}


def _approval(said: Said) -> Told:
    told = {name: said[name] for name in ("approval", "kind", "party", "reasons") if name in said}
    return _by_code([said["party"]], told)


def _product(said: Said) -> Told:
    row = Product.objects.visible_to(ENGINE).filter(code=said["product"]).first()
    told = {name: text for name, text in said.items() if name != "owner"}
    return {} if row is None else {row.owner_id: told}


def _offer(said: Said) -> Told:
    """Tell the offer's seller, and those whose own offers draw from it."""
    row = Offer.objects.visible_to(ENGINE).filter(code=said["offer"]).first()
    if row is None:
        return {}
    below = Offer.objects.visible_to(ENGINE).filter(source=row).exclude(status="withdrawn")
    return {party: {"offer": row.code} for party in {row.seller_id, *below.values_list("seller", flat=True)}}


def _promotion(said: Said) -> Told:
    row = Promotion.objects.visible_to(ENGINE).filter(code=said["code"]).select_related("offer").first()
    return {} if row is None else {row.offer.seller_id: {"promotion": row.code, "offer": row.offer.code}}


def _link(said: Said) -> Told:
    rows = Link.objects.visible_to(ENGINE).filter(pk=said["link"]).select_related("upstream", "downstream")
    return {
        end.pk: {"kind": row.kind, "upstream": row.upstream.code, "downstream": row.downstream.code}
        for row in rows
        for end in (row.upstream, row.downstream)
    }


def _work(said: Said) -> Told:
    row = Work.objects.visible_to(ENGINE).filter(code=said["work"]).first()
    return {} if row is None else {row.party_id: {"work": row.code, "status": row.status}}


def _terms(said: Said) -> Told:
    return _link(said) if "link" in said else _party(said)


FACTS: Mapping[str, Fact] = {
    "order.placed": Fact("An order was placed.", _legs),
    "order.paid": Fact("An order was paid: it can be shipped.", _legs),
    "order.partly_shipped": Fact("A part of an order left.", _legs),
    "order.shipped": Fact("All of an order left.", _legs),
    "order.received": Fact("An order arrived.", _legs),
    "order.closed": Fact("The return window of an order is over: everybody is owed its share.", _legs),
    "order.cancelled": Fact("An order was cancelled.", _legs),
    "order.expired": Fact("An order was not paid in time.", _legs),
    "order.changed": Fact("An order was changed, as everybody whom it touches agreed.", _changed),
    "credit.repaid": Fact("A buyer repaid credit.", _first_sides),
    "parcel.shipped": Fact("A parcel left.", _parcel),
    "refund.booked": Fact("Money goes back to a buyer.", _refund),
    "payment.started": Fact("A payment was begun.", _payer),
    "payment.succeeded": Fact("A payment arrived.", _payer),
    "payment.failed": Fact("A payment failed.", _payer),
    "provider_refund.started": Fact("Money is on its way back through a provider.", _refunded_payer),
    "provider_refund.succeeded": Fact("Money came back through a provider.", _refunded_payer),
    "provider_refund.failed": Fact("A provider could not send money back; it lies in the wallet.", _refunded_payer),
    "statement.made": Fact("A statement was made.", _party),
    "payout.created": Fact("A payout is on its way.", _party),
    "payout.sent": Fact("A payout went to the bank.", _party),
    "payout.paid": Fact("The bank has paid.", _party),
    "payout.returned": Fact("The bank sent a payout back.", _party),
    "payout.failed": Fact("The bank could not take a payout.", _party),
    "wallet.topped_up": Fact("Money came into a wallet.", _party),
    "points.granted": Fact("A party was given points.", _party),
    "approval.submitted": Fact("Something was submitted for review.", _approval),
    "approval.approved": Fact("A reviewer approved.", _approval),
    "approval.rejected": Fact("A reviewer turned something down.", _approval),
    "approval.withdrawn": Fact("An applicant took something back.", _approval),
    "party.registered": Fact("A party was registered.", _party),
    "party.described": Fact("A party said who stands behind it.", _party),
    "party.suspended": Fact("A party was suspended.", _party),
    "party.reinstated": Fact("A party may do business again.", _party),
    "licence.submitted": Fact("A party showed a renewed certificate: it waits for its review.", _party),
    "licence.renewed": Fact("A renewed certificate was approved.", _party),
    "licence.expiring": Fact("A certificate ends soon.", _party),
    "licence.lapsed": Fact("A certificate has ended: the party sells nothing new until it is renewed.", _party),
    "link.opened": Fact("Two parties were linked.", _link),
    "link.closed": Fact("A link was closed.", _link),
    "terms.changed": Fact("The terms of a party or a link changed.", _terms),
    "role.granted": Fact("Somebody was given a role.", _party),
    "role.revoked": Fact("A role was taken from somebody.", _party),
    "key.issued": Fact("An API key was issued.", _party),
    "key.revoked": Fact("An API key was revoked.", _party),
    "webhook.disabled": Fact("An endpoint was given up after it had failed for days.", _party),
    "product.created": Fact("A product was described.", _product),
    "product.submitted": Fact("A product was submitted.", _product),
    "product.listed": Fact("A product is on the market.", _product),
    "product.rejected": Fact("A product was turned down.", _product),
    "product.withdrawn": Fact("A product left the market.", _product),
    "product.edited": Fact("A product says something else.", _product),
    "product.edit_submitted": Fact("A change of a product waits for its review.", _product),
    "product.edit_rejected": Fact("A change of a product was turned down.", _product),
    "offer.listed": Fact("An offer was listed.", _offer),
    "offer.changed": Fact("An offer, or one that is drawn from, changed.", _offer),
    "offer.suspended": Fact("An offer, or one that is drawn from, was suspended.", _offer),
    "offer.resumed": Fact("An offer, or one that is drawn from, is back.", _offer),
    "offer.withdrawn": Fact("An offer, or one that is drawn from, ended.", _offer),
    "promotion.opened": Fact("A promotion was opened.", _promotion),
    "promotion.closed": Fact("A promotion was closed.", _promotion),
    "stock.restocked": Fact("Pieces came in.", _party),
    "stock.counted": Fact("Pieces were counted.", _party),
    "stock.damaged": Fact("Pieces were damaged or mended.", _party),
    "stock.scrapped": Fact("Pieces were thrown away.", _party),
    "stock.transferred": Fact("Pieces went to another warehouse.", _party),
    "stock.set_aside": Fact("Pieces were kept back.", _party),
    "stock.freed": Fact("Pieces that were kept back are free again.", _party),
    "warehouse.opened": Fact("A warehouse was opened.", _party),
    "warehouse.changed": Fact("A warehouse hands goods out, or no longer does.", _party),
    "stock.level_set": Fact("A party said when its stock is low.", _party),
    "stock.low": Fact("Goods run low.", _party),
    "stock.short": Fact("Pieces that were promised to buyers were not found.", _short),
    "stock.taken": Fact("A stock-take was posted.", _party),
    "order.counted": Fact("A business counted what arrived.", _legs),
    "order.handed_over": Fact("A buyer fetched its order.", _legs),
    "order.delayed": Fact("An order did not leave in time.", _legs),
    "order.rerouted": Fact("Pieces of an order leave from another warehouse.", _legs),
    "work.finished": Fact("An import, an export or other long work is over, done or not.", _work),
}
"""What is not named here is never told outside: imports in bulk, categories, people."""

ASKABLE = tuple(sorted(FACTS))


def told(fact: str, said: Said) -> Told:
    """Return what is told to whom; the platform hears everything, as its operators see everything."""
    found = FACTS[fact].whom(said)
    platform = Party.objects.visible_to(ENGINE).filter(kind="platform").values_list("pk", flat=True).first()
    if platform is not None:
        inner = ("link", "shelf", "subject_id", "subject_kind")
        whole = {name: value for name, value in said.items() if name not in inner}
        found.setdefault(platform, whole)
    return found
