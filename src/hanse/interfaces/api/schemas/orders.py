"""Quotes, checkouts, orders, parcels and refunds."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from hanse.interfaces.api.schemas.presales import PresaleTerms
from hanse.interfaces.api.schemas.seen import Difference, Missing, Seen
from hanse.interfaces.api.schemas.words import (
    PLAIN,
    Actions,
    At,
    Id,
    In,
    Label,
    LinePieces,
    Minor,
    Money,
    Out,
    PartyName,
    Phrase,
    Status,
    Texts,
    Who,
    Whole,
)

Lines = Annotated[list[LinePieces], Field(min_length=1, max_length=500)]
Part = Annotated[
    list[LinePieces] | None, Field(min_length=1, max_length=500, description="A part; left out: all there is.")
]
Path = Annotated[str, Field(max_length=300, pattern=r"^[\w-][\w.-]*(/[\w-][\w.-]*)*$", examples=["claims/1.jpg"])]
Share = Annotated[str, Field(max_length=80, pattern=r"^[A-Za-z0-9 _./-]*$", examples=["SF1234567890"])]
Urgent = Annotated[bool, Field(strict=True, description="It is to go first, at a surcharge.", examples=[False])]
Day = Annotated[
    date | None, Field(description="The day on which the buyer wishes to have the goods.", examples=["2026-12-01"])
]
Fingerprint = Annotated[str, Field(max_length=64, pattern=r"^[0-9a-f]*$", examples=["", "5f2b"])]


class QuoteIn(In):
    """What somebody means to buy."""

    lines: Lines
    urgent: Urgent = False
    fetched: Annotated[bool, Field(strict=True, description="The buyer fetches it: no freight.", examples=[False])] = (
        False
    )


class Adjustment(Out):
    """What a promotion takes off a line."""

    code: Id
    label: Label
    amount: Whole


class QuotedLine(Out):
    """One line as the buyer would pay it."""

    offer: Annotated[str, Field(examples=["F-7K2M9-QX4TD"])]
    sku: Annotated[str, Field(examples=["K-7K2M9-QX4TD"])]
    seller: Annotated[str, Field(examples=["P-7K2M9-QX4TD"])]
    name: Label
    quantity: Whole
    base_price: Whole
    adjustments: list[Adjustment]
    amount: Whole
    freight: Whole
    urgent: Annotated[int, Field(description="The part of the freight that is asked for hurrying.", examples=[0])]


class Quote(Out):
    """What a basket comes to for this buyer at this moment; `fingerprint` is to be named when ordering."""

    total: Money
    fingerprint: Annotated[str, Field(examples=["5f2b"])]
    urgent: Annotated[bool, Field(examples=[False])]
    urgent_price: Annotated[
        Money | None, Field(description="What hurrying all of it costs; null: somebody takes no urgent orders.")
    ]
    deposit: Annotated[
        Money | None, Field(description="In presale: what is paid first, the rest being the balance.", examples=[None])
    ]
    presale: PresaleTerms | None
    lines: list[QuotedLine]


class ReviewIn(In):
    """Goods that were looked at before."""

    lines: Lines
    seen: Seen = []
    urgent: Urgent = False


class Review(Out):
    """A basket looked at again: what can be had of it, what cannot, and what has changed."""

    quote: Quote | None
    missing: list[Missing]
    changes: list[Difference]


class BasketLineIn(In):
    """So many pieces of an offer are to lie in the basket; 0 takes it out."""

    quantity: Annotated[int, Field(strict=True, ge=0, le=1_000_000, examples=[2])]


class BasketLine(Out):
    """One offer in the basket."""

    offer: Annotated[str, Field(examples=["F-7K2M9-QX4TD"])]
    name: Label
    seller: Who
    quantity: Whole


class Basket(Out):
    """What the acting party means to buy."""

    lines: list[BasketLine]


class CheckoutIn(In):
    """An order to be placed; with `expected`, only if the quote is still the one seen."""

    lines: Lines
    buyer: PartyName | None = None
    expected: Fingerprint = ""
    seen: Seen = []
    note: Phrase = ""
    address: Texts = {}
    urgent: Urgent = False
    wanted_on: Day = None


class Checkout(Out):
    """What one buyer bought at once, from one or many sellers."""

    code: Id
    buyer: Who
    total: Money
    paid: Money
    due: Annotated[Money, Field(description="What is still to be paid before goods leave.")]
    debt: Annotated[Money, Field(description="What was bought on credit and is to be repaid.")]
    note: Label
    address: Annotated[dict[str, str], Field(examples=[{"name": "王小明", "phone": "13812345678"}])]
    wanted_on: Day
    placed_at: At
    orders: Annotated[list[str], Field(examples=[["O-7K2M9-QX4TD"]])]


class OrderLine(Out):
    """One line of an order; amounts in the order's currency, `left` after refunds."""

    offer: Annotated[str, Field(examples=["F-7K2M9-QX4TD"])]
    sku: Annotated[str, Field(examples=["K-7K2M9-QX4TD"])]
    name: Label
    quantity: Whole
    base_price: Whole
    adjustments: list[Adjustment]
    amount: Whole
    amount_left: Whole
    freight: Whole
    shipped: Whole
    received: Whole
    cancelled: Whole
    refunded: Whole
    own: Annotated[
        int | None, Field(description="Pieces that the seller itself ships; only it sees them.", examples=[2])
    ]


class Order(Out):
    """One leg: a sale to its seller, a purchase to its buyer. Nobody sees the legs before or behind its own."""

    code: Id
    status: Status
    buyer: Who
    seller: Who
    side: Annotated[Literal["sale", "purchase", "both", "platform"], Field(examples=["purchase"])]
    goods: Money
    freight: Money
    total: Money
    left: Money
    fee: Annotated[Money | None, Field(description="The platform's fee: only its bearer sees it.")]
    checkout: Annotated[str | None, Field(description="Only its buyer and first seller see it.", examples=[None])]
    cause: Annotated[str | None, Field(description="For a purchase made to fulfil a sale: that sale.", examples=[None])]
    upstream: Annotated[
        list[str], Field(description="For a sale: the purchases made to fulfil it.", examples=[["O-7K2M9-QX4TE"]])
    ]
    placed_at: At
    due_at: At | None
    due_event: Annotated[str, Field(examples=["expire"])]
    urgent: Annotated[bool, Field(description="It goes before others.", examples=[False])]
    urgent_fee: Annotated[Money, Field(description="The part of the freight that is asked for hurrying.")]
    wanted_on: Day
    deposit: Annotated[Money | None, Field(description="In presale: what is paid first.", examples=[None])]
    forfeited: Annotated[Money | None, Field(description="Kept, as the balance was not paid.", examples=[None])]
    balance_from: At | None
    balance_until: At | None
    ships_from: At | None
    delivery: Annotated[
        dict[str, str] | None,
        Field(
            description="Where to. In full for the buyer and its seller; who ships for others sees a person's name "
            "and telephone masked; who only passes goods on sees nothing.",
            examples=[{"name": "王**", "phone": "138****5678"}],
        ),
    ]
    lines: list[OrderLine]
    actions: Actions


class Change(Out):
    """One event in the life of an order."""

    event: Annotated[str, Field(examples=["pay"])]
    status: Status
    at: At
    why: Label


class History(Out):
    """What happened to an order, the earliest first."""

    items: list[Change]


class CancelIn(In):
    """What is to be cancelled."""

    lines: Part = None
    why: Phrase = ""


class ReceiveIn(In):
    """What arrived."""

    lines: Part = None


class ShipIn(In):
    """What leaves, with whom."""

    lines: Part = None
    carrier: Annotated[str, Field(max_length=60, pattern=r"^[^\u0000-\u001f\u007f]*$", examples=["SF Express"])] = ""
    tracking: Share = ""


class RefundIn(In):
    """What is given back: pieces, or an amount without pieces, or all that is left."""

    lines: Part = None
    amount: Annotated[int, Field(strict=True, ge=1, le=10**15, examples=[1230])] | None = None
    fault: Annotated[Literal["", "buyer", "seller", "upstream", "carrier"], Field(examples=["seller"])] = ""
    goods: Annotated[Literal["", "returned", "kept", "lost"], Field(examples=["kept"])] = ""


class RefundRequestIn(In):
    """What a buyer asks back: pieces, or an amount without pieces, or all that is left; and why."""

    reason: Annotated[
        Literal["not_wanted", "late", "damaged", "wrong", "missing", "quality", "other"], Field(examples=["damaged"])
    ]
    note: Annotated[str, Field(max_length=1000, pattern=PLAIN, examples=["A hole in the sleeve"])] = ""
    lines: Part = None
    amount: Annotated[int, Field(strict=True, ge=1, le=10**15, examples=[1230])] | None = None
    pictures: Annotated[
        list[
            Annotated[str, Field(max_length=300, pattern=r"^[\w-][\w.-]*(/[\w-][\w.-]*)*$", examples=["claims/1.jpg"])]
        ],
        Field(max_length=6),
    ] = []


class InvoiceIn(In):
    """To whom an invoice is written, and where it is sent; a company's needs its tax number."""

    kind: Annotated[Literal["personal", "company"], Field(examples=["company"])]
    title: Annotated[str, Field(min_length=1, max_length=100, pattern=PLAIN, examples=["苏州某某有限公司"])]
    tax_number: Annotated[str, Field(max_length=40, pattern=PLAIN, examples=["91350100M000100Y43"])] = ""
    email: Annotated[str, Field(min_length=3, max_length=254, pattern=PLAIN, examples=["ann@example.com"])]


class Invoice(Out):
    """The invoice that a buyer wants."""

    kind: Annotated[str, Field(examples=["company"])]
    title: Label
    tax_number: Annotated[str, Field(examples=["91350100M000100Y43"])]
    email: Annotated[str, Field(examples=["ann@example.com"])]


class ParcelLine(Out):
    """Pieces in a parcel."""

    sku: Annotated[str, Field(examples=["K-7K2M9-QX4TD"])]
    name: Label
    quantity: Whole


class Parcel(Out):
    """A consignment; `order` is the shipper's own leg and, like the shipper, only told to its two sides."""

    code: Id
    carrier: Label
    tracking: Label
    shipped_at: At
    order: Annotated[str | None, Field(examples=[None])]
    shipper: Who | None
    lines: list[ParcelLine]


class Refund(Out):
    """Money that went back to a buyer."""

    code: Id
    kind: Annotated[str, Field(examples=["claim"])]
    fault: Annotated[str, Field(examples=["seller"])]
    goods: Annotated[str, Field(examples=["kept"])]
    amount: Money
    checkout: Id
    order: Annotated[str | None, Field(examples=["O-7K2M9-QX4TD"])]
    at: At


class Booked(Out):
    """The documents that a request made."""

    codes: Annotated[list[str], Field(examples=[["R-7K2M9-QX4TD"]])]


class PayIn(In):
    """How much is paid, from what; operators vouch for money from outside."""

    source: Annotated[Literal["wallet", "points", "credit", "outside"], Field(alias="from", examples=["wallet"])]
    amount: Minor | None = None


class PaymentIn(In):
    """A payment to be made at a provider's page, which then sends the payer to `return_url`."""

    return_url: Annotated[
        str, Field(max_length=500, pattern=r"^https?://[!-~]+$", examples=["https://shop.example.com/paid"])
    ]
    provider: Annotated[str, Field(max_length=40, pattern=r"^[a-z0-9_-]+$", examples=["sandbox"])] | None = None


class Payment(Out):
    """One attempt to pay a checkout from outside."""

    code: Id
    checkout: Id
    amount: Money
    provider: Annotated[str, Field(examples=["sandbox"])]
    status: Status
    pay_url: Annotated[str, Field(examples=["https://pay.example.com/Y-7K2M9-QX4TD"])]
    expires_at: At
    created_at: At
    succeeded_at: At | None
