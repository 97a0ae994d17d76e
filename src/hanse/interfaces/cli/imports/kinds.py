"""What can be imported: the columns of each kind, what they become, and the operation that takes them in."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from hanse.goods.catalogue.operations.import_products import import_products
from hanse.goods.catalogue.rules import NewProduct, NewSku
from hanse.goods.offers.operations.import_offers import import_offers
from hanse.goods.offers.rules import NewOffer, Price
from hanse.goods.stock.operations.import_stock import NewStock, import_stock
from hanse.interfaces.cli.imports.following import submit_new
from hanse.interfaces.cli.imports.shipping import NewPrice, Shipment, reprice, send
from hanse.interfaces.cli.imports.units import Values
from hanse.kernel import money
from hanse.kernel.actor import OPERATE, Actor
from hanse.kernel.errors import MalformedInput
from hanse.network.parties.operations._insert import NewParty
from hanse.network.parties.operations.import_parties import import_parties
from hanse.network.parties.rules import read_rate, read_terms

MOST_DIGITS = 18
"""Digits of a whole number that a 64-bit column surely holds."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of import; rows that are equal in the column `together` and stand together are one unit."""

    required: tuple[str, ...]
    optional: tuple[str, ...]
    read: Callable[[Sequence[Values], str], Any]
    bring: Callable[..., dict[str, Any]]
    together: str = ""
    columns_of: Mapping[str, str] = field(default_factory=dict)
    """Names by which an operation refuses what stands in another column."""
    one: Callable[..., bool] | None = None
    """What does one row, for kinds whose rows are operations of their own; True if it was new."""
    follow: Callable[..., None] = lambda _rows, **_how: None
    """What else may be done with rows that are in."""
    label: Any = ""
    needs: tuple[str, ...] = (OPERATE,)
    """The permission with which this may be brought in."""
    own: tuple[str, ...] = ()
    """Columns that say whose it is: for whoever acts for a party they may stay away."""
    example: Sequence[Mapping[str, str]] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """Return every column there may be."""
        return self.required + self.optional


def whole(row: Values, column: str, default: int | None = None) -> int:
    """Read a whole number."""
    text = row.get(column)
    if text is None and default is not None:
        return default
    if text is None or not re.fullmatch(rf"[0-9]{{1,{MOST_DIGITS}}}", text):
        raise MalformedInput(column, _("a whole number of at most %(most)d digits") % {"most": MOST_DIGITS})
    return int(text)


def amount(row: Values, column: str, currency: str) -> int | None:
    """Read an amount of money such as 12.30 into minor units; None where there is none."""
    return money.parse(short(row[column], column), currency, column) if column in row else None


def short(text: str, column: str) -> str:
    """Return the text of a number if it is not absurdly long."""
    if len(text) > MOST_DIGITS + 4:
        raise MalformedInput(column, _("at most %(most)d digits") % {"most": MOST_DIGITS})
    return text


def pairs(row: Values, column: str) -> dict[str, str]:
    """Read `name=text|name=text`."""
    found: dict[str, str] = {}
    for part in row[column].split("|") if column in row else ():
        name, equals, text = part.partition("=")
        if not equals or not name.strip() or name.strip() in found:
            raise MalformedInput(column, _("name=text|name=text, each name once"))
        found[name.strip()] = text.strip()
    return found


def terms(row: Values, currency: str) -> dict[str, Any]:
    """Read terms such as `platform_fee=5%|hold=15m|settlement=week` or `settlement=15,31`."""
    written: dict[str, Any] = dict(pairs(row, "terms"))
    if (cycle := written.get("settlement")) is not None:
        days = re.fullmatch(r"[0-9]{1,2}(,[0-9]{1,2})*", cycle)
        written["settlement"] = {"days": [int(day) for day in cycle.split(",")]} if days else {"every": cycle}
    return read_terms(written, currency)


def needed(row: Values, columns: Sequence[str]) -> None:
    """Raise MalformedInput for the first of these columns that is empty."""
    for column in columns:
        if column not in row:
            raise MalformedInput(column, _("something: it is empty"))


PARTY = ("party", "kind", "name")
PRODUCT = ("product", "sku", "owner", "name")
OFFER = ("offer", "seller", "sku", "currency", "price")
STOCK = ("reference", "party", "sku", "quantity")
SHIPMENT = ("order",)
NEW_PRICE = ("offer", "price")


def read_party(rows: Sequence[Values], currency: str) -> NewParty:
    """Read one party."""
    (row,) = rows
    needed(row, PARTY)
    return NewParty(
        kind=row["kind"],
        name=row["name"],
        name_en=row.get("name_en", ""),
        slug=row["party"],
        region=row.get("region", ""),
        terms=terms(row, currency),
    )


def read_product(rows: Sequence[Values], _currency: str) -> NewProduct:
    """Read one product with its variants: what is said of the product stands in its first row, or in all alike."""
    first = rows[0]
    needed(first, PRODUCT)
    for row in rows[1:]:
        needed(row, ("sku",))
        for column in ("owner", "name", "name_en", "category", "summary", "summary_en", "attributes", "images"):
            if column in row and row[column] != first.get(column):
                raise MalformedInput(column, _("the same in every row of the product, or only in its first"))
    return NewProduct(
        owner=first["owner"],
        name=first["name"],
        name_en=first.get("name_en", ""),
        category=first.get("category"),
        summary=first.get("summary", ""),
        summary_en=first.get("summary_en", ""),
        attributes=pairs(first, "attributes"),
        images=[{"path": path.strip()} for path in first.get("images", "").split("|") if path.strip()],
        skus=[read_sku(row) for row in rows],
    )


def read_sku(row: Values) -> NewSku:
    """Read one variant."""
    return NewSku(
        name=row.get("variant", ""),
        name_en=row.get("variant_en", ""),
        options=pairs(row, "options"),
        weight_g=whole(row, "weight_g", 0),
        barcode=row.get("barcode", ""),
        slug=row["sku"],
    )


def read_offer(rows: Sequence[Values], _currency: str) -> NewOffer:
    """Read one offer; its amounts are in its own currency."""
    (row,) = rows
    needed(row, OFFER)
    currency = row["currency"]
    band = (amount(row, "band_min", currency), amount(row, "band_max", currency))
    return NewOffer(
        seller=row["seller"],
        sku=row["sku"],
        price=amount(row, "price", currency) or 0,
        currency=currency,
        source=row.get("source"),
        fulfil=row.get("fulfil"),
        audience=row.get("audience", "public"),
        band=band if band != (None, None) else None,
        commission=[read_rate(rate, "commission") for rate in row.get("commission", "").split()],
        prices=[_step(step, currency) for step in row.get("prices", "").split()],
        terms=terms(row, currency),
        freight=amount(row, "freight", currency) or 0,
        slug=row["offer"],
    )


def _step(text: str, currency: str) -> Price:
    least, _colon, price = text.partition(":")
    if not re.fullmatch(rf"[0-9]{{1,{MOST_DIGITS}}}", least):
        raise MalformedInput("prices", _("quantity:price quantity:price, such as 10:9.50 100:9.00"))
    return Price(money.parse(short(price, "prices"), currency, "prices"), int(least))


def read_stock(rows: Sequence[Values], _currency: str) -> NewStock:
    """Read one delivery."""
    (row,) = rows
    needed(row, STOCK)
    return NewStock(
        reference=row["reference"],
        party=row["party"],
        sku=row["sku"],
        quantity=whole(row, "quantity"),
        warehouse=row.get("warehouse"),
        origin=row.get("origin", "made"),
    )


def read_shipment(rows: Sequence[Values], _currency: str) -> Shipment:
    """Read one parcel."""
    (row,) = rows
    needed(row, SHIPMENT)
    if ("offer" in row) != ("pieces" in row):
        raise MalformedInput("pieces" if "offer" in row else "offer", _("an offer and a number of pieces, or neither"))
    pieces = whole(row, "pieces") if "pieces" in row else None
    return Shipment(row["order"], row.get("carrier", ""), row.get("tracking", ""), row.get("offer", ""), pieces)


def read_price(rows: Sequence[Values], _currency: str) -> NewPrice:
    """Read what an offer is to cost."""
    (row,) = rows
    needed(row, NEW_PRICE)
    return NewPrice(row["offer"], short(row["price"], "price"), short(row.get("freight", ""), "freight"))


def _never(_rows: Sequence[Any], **_how: Any) -> dict[str, Any]:
    """Stand in for the operation that takes many rows where each row is one of its own."""
    raise NotImplementedError


def _import_products(rows: Sequence[NewProduct], *, by: Actor, **how: Any) -> dict[str, Any]:
    """Bring products in: those of operators are listed at once, those of others are drafts."""
    return import_products(products=rows, review=not by.operates, by=by, **how)


KINDS: Mapping[str, Kind] = {
    "parties": Kind(
        PARTY,
        ("name_en", "region", "terms"),
        read_party,
        lambda rows, **how: import_parties(parties=rows, **how),
        columns_of={"slug": "party"},
        label=_("Parties"),
        needs=("parties.register",),
        example=({"party": "acme", "kind": "supplier", "name": "绍兴纺织", "name_en": "Shaoxing Textiles"},),
    ),
    "products": Kind(
        PRODUCT,
        (
            *("name_en", "category", "summary", "summary_en", "attributes", "images"),
            *("variant", "variant_en", "options", "weight_g", "barcode"),
        ),
        read_product,
        _import_products,
        together="product",
        columns_of={"slug": "sku", "skus": "variant", "sku_name": "variant", "sku_name_en": "variant_en"},
        follow=submit_new,
        label=_("Goods"),
        needs=("goods.edit",),
        own=("owner",),
        example=(
            {
                "product": "tee",
                "sku": "tee-white-s",
                "name": "长绒棉 T 恤",
                "name_en": "Cotton tee",
                "attributes": "产地=绍兴|材质=棉",
                "images": "tee.jpg",
                "variant": "白色 S",
                "variant_en": "White S",
                "options": "颜色=白|尺码=S",
                "weight_g": "150",
                "barcode": "6901234567892",
            },
            {"product": "tee", "sku": "tee-white-m", "variant": "白色 M", "variant_en": "White M", "weight_g": "160"},
        ),
    ),
    "offers": Kind(
        OFFER,
        ("freight", "fulfil", "source", "audience", "band_min", "band_max", "commission", "prices", "terms"),
        read_offer,
        lambda rows, **how: import_offers(offers=rows, **how),
        columns_of={"slug": "offer", "band": "band_min", "min_quantity": "prices"},
        label=_("Offers"),
        needs=("offers.edit",),
        own=("seller",),
        example=(
            {
                "offer": "tee-white-s.acme",
                "sku": "tee-white-s",
                "currency": "CNY",
                "price": "60.00",
                "audience": "partners",
                "band_min": "70.00",
                "band_max": "120.00",
                "prices": "10:55.00 100:50.00",
            },
        ),
    ),
    "prices": Kind(
        NEW_PRICE,
        ("freight",),
        read_price,
        _never,
        one=reprice,
        label=_("New prices"),
        needs=("offers.edit",),
        example=({"offer": "tee-white-s.acme", "price": "62.00"},),
    ),
    "stock": Kind(
        STOCK,
        ("warehouse", "origin"),
        read_stock,
        lambda rows, **how: import_stock(deliveries=rows, **how),
        label=_("Stock that came in"),
        needs=("stock.edit",),
        own=("party",),
        example=({"reference": "IN-2026-001", "sku": "tee-white-s", "quantity": "100"},),
    ),
    "shipments": Kind(
        SHIPMENT,
        ("carrier", "tracking", "offer", "pieces"),
        read_shipment,
        _never,
        one=send,
        label=_("Parcels that left"),
        needs=("orders.ship",),
        example=({"order": "O-7F3Q9-M2X4C", "carrier": "SF", "tracking": "SF1234567890"},),
    ),
}
