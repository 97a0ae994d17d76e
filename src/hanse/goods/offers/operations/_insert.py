"""The step in which list_offer and list_offers write offers."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from hanse.goods.catalogue.models import Sku
from hanse.goods.catalogue.queries import skus
from hanse.goods.catalogue.rules import require_own
from hanse.goods.offers import rules
from hanse.goods.offers.models import AUDIENCES, FULFIL, Offer
from hanse.goods.offers.operations._hold_still import hold_still
from hanse.goods.offers.operations._write_prices import write_prices
from hanse.goods.offers.queries import chains_of
from hanse.goods.offers.rules import NewOffer
from hanse.kernel import codes
from hanse.kernel.actor import Actor
from hanse.kernel.errors import DomainError, MalformedInput
from hanse.network.parties.models import Party
from hanse.network.parties.queries import parties
from hanse.network.parties.rules import check_choice, check_terms, require_terms


class SlugTaken(DomainError):
    """Another offer has this short name, or two of those to be listed want the same."""

    code = "slug_taken"
    message = _("The short name %(slug)s is taken.")


def insert(offers: Sequence[NewOffer], *, at: datetime, by: Actor) -> list[str]:
    """Check and write offers within the operation that calls; a source must have been listed before."""
    sellers = parties([new.seller for new in offers])
    for seller in sellers.values():
        require_own(by, seller.pk, "offers.edit")
    things = skus([new.sku for new in offers])
    rows = [row_of(new, sellers[new.seller], things[new.sku], at, by) for new in offers]
    _draw_from_sources(rows, offers, at)
    _write(rows)
    write_prices(zip(rows, (new.prices for new in offers), strict=True))
    return [row.code for row in rows]


def row_of(new: NewOffer, seller: Party, sku: Sku, at: datetime, by: Actor) -> Offer:
    """Return the offer to be, checked but for its chain; MalformedInput names what is wrong."""
    terms = check_terms(new.terms)
    require_terms(terms, by)
    least, most = rules.check_band(new.band)
    fulfil = check_choice(new.fulfil or ("source" if new.source else "stock"), "fulfil", FULFIL)
    if fulfil != "stock" and not new.source:
        raise MalformedInput("source", _("an upstream offer to draw from"))
    return Offer(
        code=codes.new("F"),
        slug=rules.check_name(new.slug),
        seller=seller,
        sku=sku,
        fulfil=fulfil,
        currency=rules.check_currency(new.currency),
        price=rules.amount(new.price, "price"),
        freight=rules.amount(new.freight, "freight", least=0),
        audience=check_choice(new.audience, "audience", AUDIENCES),
        band_min=least,
        band_max=most,
        commission=rules.check_commission(new.commission),
        terms=terms,
        created_at=at,
    )


def _draw_from_sources(rows: Sequence[Offer], offers: Sequence[NewOffer], at: datetime) -> None:
    """Let each offer draw from its source if the chain behind it holds."""
    drawing = [(row, new) for row, new in zip(rows, offers, strict=True) if new.source]
    if not drawing:
        return
    hold_still()
    sources: dict[str, int] = {}
    for pk, code, slug in Offer.objects.by_name([str(new.source) for _row, new in drawing]).values_list(
        "pk", "code", "slug"
    ):
        sources |= {code: pk, slug or code: pk}
    for _row, new in drawing:
        if new.source not in sources:
            raise rules.UpstreamMissing(source=new.source)
    pairs = [(sources[str(new.source)], row.seller_id) for row, new in drawing]
    for (row, new), (source, _seller), chain in zip(drawing, pairs, chains_of(pairs, at=at), strict=True):
        prices = [row.price, *(price.price for price in new.prices)]
        rules.check_chain(row.sku_id, row.seller_id, row.currency, prices, chain)
        row.source_id = source


def _write(rows: Sequence[Offer]) -> None:
    wanted = [row.slug for row in rows if row.slug is not None]
    twice = [slug for slug, times in Counter(wanted).items() if times > 1]
    taken = (
        Offer.objects.filter(slug__in=wanted).values_list("slug", flat=True).order_by("slug").first()
        if wanted
        else None
    )
    if twice or taken:
        raise SlugTaken(slug=taken or twice[0])
    try:
        with transaction.atomic():
            Offer.objects.bulk_create(rows, batch_size=2_000)
    except IntegrityError as refusal:
        raise SlugTaken(slug=", ".join(wanted)) from refusal
