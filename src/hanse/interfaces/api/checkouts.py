"""Buying: quote, basket, checkout."""

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Router

from hanse.interfaces.api.auth import KNOWN, OPEN, Key, acting_party, actor_of, named_party, permitted
from hanse.interfaces.api.pages import Part, page_of
from hanse.interfaces.api.reads import one_of
from hanse.interfaces.api.render.orders import checkout_rows, show_checkout, show_checkouts
from hanse.interfaces.api.schemas import orders as schemas
from hanse.interfaces.api.schemas.presales import PresaleTerms
from hanse.interfaces.api.schemas.seen import Difference, Missing, SeenLine
from hanse.interfaces.api.schemas.words import Code, OfferName, Page, money, pieces_of, who
from hanse.kernel import clock
from hanse.kernel.errors import NotFound
from hanse.network.parties.rules import Secret
from hanse.relations.invoices.operations.ask_invoice import ask_invoice
from hanse.relations.invoices.queries import wish_of
from hanse.trade.logistics.operations.receive import receive
from hanse.trade.orders.models import Checkout, Order
from hanse.trade.orders.operations.cancel import cancel
from hanse.trade.orders.operations.pay import pay
from hanse.trade.orders.operations.place import place
from hanse.trade.quotes.operations.put_in_basket import put_in_basket
from hanse.trade.quotes.queries import Line, basket_of, quote_for, review
from hanse.trade.quotes.rules import Quote, Seen, urgent_price

router = Router(tags=["buying"], auth=KNOWN)
SEE = "orders.see"


def lines_of(lines: list[Any]) -> list[Line]:
    """Return the lines as the engine takes them; an offer named twice counts together."""
    found = pieces_of(lines) or {}
    return [Line(offer, quantity) for offer, quantity in found.items()]


@router.post("/quotes", response=schemas.Quote, auth=OPEN)
def quote(request: HttpRequest, body: schemas.QuoteIn) -> schemas.Quote:
    """Say what some goods come to for the caller's party now, line by line; strangers get everyone's prices."""
    actor = actor_of(request)
    wanted, at = lines_of(body.lines), clock.now()
    found = quote_for(actor.party or 0, wanted, at, urgent=body.urgent, fetched=body.fetched)
    return show_quote(found)


@router.post("/quotes/review", response=schemas.Review, auth=OPEN)
def review_basket(request: HttpRequest, body: schemas.ReviewIn) -> schemas.Review:
    """Look again at goods seen before: the quote of what can be had, all that cannot, and what has changed."""
    actor = actor_of(request)
    found = review(actor.party or 0, lines_of(body.lines), clock.now(), seen=seen_in(body.seen), urgent=body.urgent)
    return schemas.Review(
        quote=show_quote(found.quote) if found.quote else None,
        missing=[Missing(**asdict(one)) for one in found.missing],
        changes=[Difference(**asdict(one)) for one in found.changes],
    )


def presale_of(found: Quote) -> PresaleTerms | None:
    """Return what a buyer of a presale agrees to."""
    if found.presale is None:
        return None
    names = ("deposit", "balance_from", "balance_until", "ships_from", "forfeits")
    return PresaleTerms(**{name: getattr(found.presale, name) for name in names})


def seen_in(lines: list[SeenLine]) -> list[Seen]:
    """Return the lines that were seen as the engine takes them."""
    return [Seen(line.offer, line.quantity, line.base_price, line.amount, line.freight) for line in lines]


def show_quote(found: Quote) -> schemas.Quote:
    """Return the buyer's own lines of a quote; what the sellers pay upstream is theirs to know."""
    lines = [
        schemas.QuotedLine(
            offer=line.offer.code,
            sku=line.offer.sku_code,
            seller=line.offer.seller_code,
            name=f"{line.offer.product_name} {line.offer.sku_name}".strip(),
            quantity=line.quantity,
            base_price=line.base_price,
            adjustments=[schemas.Adjustment(code=a.code, label=a.label, amount=a.amount) for a in line.adjustments],
            amount=line.amount,
            freight=line.freight,
            urgent=line.urgent,
        )
        for line in found.lines
        if line.cause is None
    ]
    hurried = urgent_price(found)
    return schemas.Quote(
        total=money(found.total, found.currency),
        fingerprint=found.fingerprint,
        urgent=found.urgent,
        urgent_price=None if hurried is None else money(hurried, found.currency),
        deposit=money(found.deposit, found.currency) if found.presale else None,
        presale=presale_of(found),
        lines=lines,
    )


@router.get("/basket", response=schemas.Basket)
def get_basket(request: HttpRequest) -> dict[str, Any]:
    """Show what the acting party means to buy."""
    actor = permitted(request, "orders.place")
    return {
        "lines": [
            schemas.BasketLine(
                offer=line.offer.code,
                name=f"{line.offer.sku.product.name} {line.offer.sku.name}".strip(),
                seller=who(line.offer.seller),
                quantity=line.quantity,
            )
            for line in basket_of(acting_party(actor).pk)
        ]
    }


@router.put("/basket/{offer}", response=schemas.Basket)
def put_basket_line(request: HttpRequest, offer: OfferName, body: schemas.BasketLineIn, key: Key) -> dict[str, Any]:
    """Make it so many pieces of an offer (its code) in the basket of the acting party; 0 takes it out."""
    actor = permitted(request, "orders.place")
    acting_party(actor)
    put_in_basket(key=key, at=clock.now(), by=actor, offer=offer, quantity=body.quantity)
    return get_basket(request)


@router.post("/checkouts", response={201: schemas.Checkout})
def place_order(request: HttpRequest, body: schemas.CheckoutIn, key: Key) -> schemas.Checkout:
    """Order: opens a leg for every tier, keeps the goods back, and waits for the payment until `due_at` of its orders.

    With `expected`, the fingerprint of a quote, nothing is ordered if anything of the quote has changed since; if the
    lines `seen` are named, the refusal tells under `changes` what was and what is, line by line.
    """
    actor = permitted(request, "orders.place")
    code = place(
        key=key,
        at=clock.now(),
        by=actor,
        buyer=named_party(actor, body.buyer),
        lines=lines_of(body.lines),
        expected=body.expected,
        seen=seen_in(body.seen),
        note=body.note,
        address=body.address,
        urgent=body.urgent,
        wanted_on=body.wanted_on,
    )
    return show_checkout(one_of(checkout_rows(actor), code, _("order")))


@router.get("/checkouts", response=Page[schemas.Checkout])
def list_checkouts(request: HttpRequest, part: Part) -> dict[str, Any]:
    """List what the acting party bought (operators: what anybody bought), the latest first."""
    return page_of(checkout_rows(permitted(request, SEE)), part, show_checkouts)


@router.get("/checkouts/{code}", response=schemas.Checkout)
def get_checkout(request: HttpRequest, code: Code) -> schemas.Checkout:
    """Show one checkout to its buyer, with what is still to be paid."""
    return show_checkout(one_of(checkout_rows(permitted(request, SEE)), code, _("order")))


@router.post("/checkouts/{code}/pay", response=schemas.Checkout)
def pay_checkout(request: HttpRequest, code: Code, body: schemas.PayIn, key: Key) -> schemas.Checkout:
    """Pay from the wallet, with points or on the sellers' credit; once nothing is due, repay credit.

    Without `amount` all that is due is paid. Money from outside comes by a payment instead; operators may vouch for it.
    """
    actor = permitted(request, "orders.pay")
    one_of(Checkout.objects.visible_to(actor), code, _("order"))
    pay(key=key, at=clock.now(), by=actor, order=code, with_=body.source, amount=body.amount)
    return show_checkout(one_of(checkout_rows(actor), code, _("order")))


@router.post("/checkouts/{code}/cancel", response=schemas.Checkout)
def cancel_checkout(request: HttpRequest, code: Code, body: schemas.CancelIn, key: Key) -> schemas.Checkout:
    """Cancel what has not left of a whole checkout, or a part of it; the money goes back the way it came."""
    actor = permitted(request, "orders.cancel")
    one_of(Checkout.objects.visible_to(actor), code, _("order"))
    cancel(key=key, at=clock.now(), by=actor, order=code, lines=pieces_of(body.lines), why=body.why)
    return show_checkout(one_of(checkout_rows(actor), code, _("order")))


@router.post("/checkouts/{code}/receive", response=schemas.Checkout)
def receive_checkout(request: HttpRequest, code: Code, body: schemas.ReceiveIn, key: Key) -> schemas.Checkout:
    """Say that the goods of a whole checkout arrived, or a part of them."""
    actor = permitted(request, "orders.receive")
    one_of(Checkout.objects.visible_to(actor), code, _("order"))
    receive(key=key, at=clock.now(), by=actor, order=code, lines=pieces_of(body.lines))
    return show_checkout(one_of(checkout_rows(actor), code, _("order")))


@router.post("/checkouts/{code}/invoice", response=schemas.Invoice)
def ask_for_invoice(request: HttpRequest, code: Code, body: schemas.InvoiceIn, key: Key) -> Any:
    """Say which invoice is wanted for a checkout, or say it anew; only the sellers that write it read it."""
    actor = permitted(request, "orders.place")
    one_of(Checkout.objects.visible_to(actor), code, _("order"))
    texts = {name: Secret(getattr(body, name)) for name in ("title", "tax_number", "email")}
    ask_invoice(key=key, at=clock.now(), by=actor, checkout=code, kind=body.kind, **texts)
    return wish_of(one_of(Checkout.objects.visible_to(actor), code, _("order")).pk, actor)


@router.get("/orders/{code}/invoice", response=schemas.Invoice)
def get_invoice(request: HttpRequest, code: Code) -> Any:
    """Say which invoice the buyer wants, to itself and to the seller of the first leg."""
    actor = permitted(request, SEE)
    order = one_of(Order.objects.visible_to(actor).filter(tier=0), code, _("order"))
    found = wish_of(order.checkout_id, actor)
    if found is None:
        raise NotFound(_("invoice"))
    return found
