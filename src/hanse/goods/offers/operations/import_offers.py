"""Bring in offers from elsewhere, each by its short name: what is there already stays as it is."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from hanse.goods.catalogue.models import Sku
from hanse.goods.catalogue.rules import require_own
from hanse.goods.offers import rules
from hanse.goods.offers.models import OFFER, Offer
from hanse.goods.offers.operations._hold_still import hold_still
from hanse.goods.offers.operations._insert import row_of
from hanse.goods.offers.operations._write_prices import write_prices
from hanse.goods.offers.queries import chains_of
from hanse.goods.offers.rules import NewOffer
from hanse.kernel import once
from hanse.kernel.actor import Actor
from hanse.kernel.errors import DomainError, MalformedInput
from hanse.kernel.intake import Intake, named, stage
from hanse.network.parties.models import Party

COLUMNS = {
    "n": "int",
    "code": "text",
    "slug": "text",
    "seller_id": "bigint",
    "sku_id": "bigint",
    "currency": "text",
    "price": "bigint",
    "fulfil": "text",
    "source_id": "bigint",
    "audience": "text",
    "band_min": "bigint",
    "band_max": "bigint",
    "commission": "int[]",
    "terms": "jsonb",
    "freight": "bigint",
}
_NAMES = ", ".join(name for name in COLUMNS if name != "n")
_INSERT = f"""
    INSERT INTO goods_offer ({_NAMES}, status, created_at)
    SELECT {_NAMES}, %s, %s FROM incoming_offer ORDER BY n ON CONFLICT (slug) DO NOTHING RETURNING slug, id
"""
_COMPARED = [name for name in COLUMNS if name not in ("n", "code")]
_BEFORE = f"""
    SELECT i.n, ({", ".join("o." + name for name in _COMPARED)})
                IS NOT DISTINCT FROM ({", ".join("i." + name for name in _COMPARED)})
    FROM incoming_offer i JOIN goods_offer o ON o.slug = i.slug WHERE o.code <> i.code
"""

Rows = dict[int, tuple[NewOffer, Offer]]


class KeyTaken(DomainError):
    """An offer of this short name exists and says something else."""

    code = "key_taken"
    message = _("There is an offer of this short name that says something else.")


@once.operation("offers.import_offers")
def import_offers(*, key: str, at: datetime, by: Actor, offers: Sequence[NewOffer]) -> dict[str, Any]:
    """List offers by their slugs and say what became of each (`Intake.plain`, by position).

    A slug that is there already with the same particulars is known, with others refused. A source stands before
    whatever draws from it, here or earlier. Facts are not announced.
    """
    intake = Intake()
    waiting = _checked(offers, intake, at, by)
    hold_still()
    while waiting:
        own = {new.slug for new, _row in waiting.values()}
        tier = {n: pair for n, pair in waiting.items() if pair[0].source not in own} or waiting
        waiting = {n: pair for n, pair in waiting.items() if n not in tier}
        _draw_from_sources(tier, intake, at)
        _write(tier, intake, at)
    return intake.plain()


def _checked(offers: Sequence[NewOffer], intake: Intake, at: datetime, by: Actor) -> Rows:
    """Return the offers that are sound by themselves; note why the others are not."""
    sellers = named(Party, (new.seller for new in offers))
    skus = named(Sku, (new.sku for new in offers))
    found: Rows = {}
    for position, new in enumerate(offers):
        try:
            found[position] = (new, _row(new, sellers, skus, at, by))
        except DomainError as refusal:
            intake.refuse(position, refusal)
    return found


def _row(new: NewOffer, sellers: Mapping[str, Party], skus: Mapping[str, Sku], at: datetime, by: Actor) -> Offer:
    if new.seller not in sellers:
        raise MalformedInput("seller", _("a party that exists"))
    require_own(by, sellers[new.seller].pk, "offers.edit")
    if new.sku not in skus:
        raise MalformedInput("sku", _("a variant that exists"))
    if new.slug is None:
        raise MalformedInput("offer", _("a short name, which is the key of the row"))
    rules.price_list(new.prices)
    return row_of(new, sellers[new.seller], skus[new.sku], at, by)


def _draw_from_sources(tier: Rows, intake: Intake, at: datetime) -> None:
    """Let each offer draw from its source, and drop those whose chain would not hold."""
    drawing = [(n, new, row) for n, (new, row) in tier.items() if new.source]
    sources = named(Offer, (new.source for _n, new, _row in drawing))
    pairs = [(sources[str(new.source)].pk, row.seller_id) for _n, new, row in drawing if new.source in sources]
    chains = dict(zip(pairs, chains_of(pairs, at=at), strict=True)) if pairs else {}
    for n, new, row in drawing:
        prices = [row.price, *(price.price for price in new.prices)]
        try:
            source = sources.get(str(new.source))
            chain = chains[source.pk, row.seller_id] if source else ()
            rules.check_chain(row.sku_id, row.seller_id, row.currency, prices, chain)
            row.source = source
        except DomainError as refusal:
            intake.refuse(n, refusal, "source")
            del tier[n]


def _write(tier: Rows, intake: Intake, at: datetime) -> None:
    stage("incoming_offer", COLUMNS, ([n, *_columns(row)] for n, (_new, row) in tier.items()))
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [OFFER.initial, at])
        made = dict(cursor.fetchall())
        cursor.execute(_BEFORE)
        before = dict(cursor.fetchall())
    intake.imported += len(made)
    for n, (_new, row) in tier.items():
        if n not in before:
            row.pk = made[row.slug]
        elif before[n]:
            intake.known += 1
        else:
            intake.refuse(n, KeyTaken(), "offer")
    write_prices([(row, new.prices) for n, (new, row) in tier.items() if n not in before and new.prices])


def _columns(row: Offer) -> list[Any]:
    values = (getattr(row, name) for name in COLUMNS if name not in ("n", "commission", "terms", "freight"))
    return [*values, row.commission, json.dumps(row.terms), row.freight]
