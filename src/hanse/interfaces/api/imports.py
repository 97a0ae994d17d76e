"""Many rows at once: good ones go in, the others are told with their field; what is there already stays."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from ninja import Router

from hanse.goods.catalogue.operations.import_products import import_products
from hanse.goods.catalogue.rules import NewProduct, NewSku
from hanse.goods.offers.operations.import_offers import import_offers
from hanse.goods.offers.rules import NewOffer
from hanse.goods.stock.operations.import_stock import NewStock, import_stock
from hanse.interfaces.api.auth import KNOWN, Key, named_party, permitted
from hanse.interfaces.api.offers import band_of, steps_of
from hanse.interfaces.api.schemas import stock as schemas
from hanse.interfaces.api.schemas.words import said
from hanse.kernel import clock

router = Router(tags=["imports"], auth=KNOWN)


def told(counts: Mapping[str, Any]) -> dict[str, Any]:
    """Return what became of the rows."""
    problems = [schemas.Trouble(row=row, field=field, expected=text) for row, field, text in counts["problems"]]
    return {"imported": counts["imported"], "known": counts["known"], "problems": problems}


@router.post("/imports/products", response=schemas.Imported)
def import_product_rows(request: HttpRequest, body: schemas.ProductRows, key: Key) -> dict[str, Any]:
    """Bring in products, known by the short names of their variants, as drafts of the acting party."""
    actor = permitted(request, "goods.edit")
    products = [
        NewProduct(
            owner=named_party(actor, row.owner),
            skus=[NewSku(**sku.model_dump()) for sku in row.skus],
            **row.model_dump(exclude={"owner", "skus", "review"}),
        )
        for row in body.rows
    ]
    review = all(row.review for row in body.rows)
    return told(import_products(key=key, at=clock.now(), by=actor, products=products, review=review))


@router.post("/imports/offers", response=schemas.Imported)
def import_offer_rows(request: HttpRequest, body: schemas.OfferRows, key: Key) -> dict[str, Any]:
    """Bring in offers, known by their short names; a source may stand in the same request."""
    actor = permitted(request, "offers.edit")
    offers = [
        NewOffer(
            seller=named_party(actor, row.seller),
            band=band_of(row.band),
            prices=steps_of(row.prices),
            terms=said(row.terms),
            **row.model_dump(exclude={"seller", "band", "prices", "terms"}),
        )
        for row in body.rows
    ]
    return told(import_offers(key=key, at=clock.now(), by=actor, offers=offers))


@router.post("/imports/stock", response=schemas.Imported)
def import_stock_rows(request: HttpRequest, body: schemas.StockRows, key: Key) -> dict[str, Any]:
    """Bring in deliveries, known by their references: what was counted once is never counted again."""
    actor = permitted(request, "stock.edit")
    rows = [NewStock(party=named_party(actor, row.party), **row.model_dump(exclude={"party"})) for row in body.rows]
    return told(import_stock(key=key, at=clock.now(), by=actor, deliveries=rows))
