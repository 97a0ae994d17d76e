"""What is on sale, as the one who looks sees it: own prices, own partners, what can be had now."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet

from hanse.goods.catalogue.models import Category, Product, Sku
from hanse.goods.offers import rules
from hanse.goods.offers.models import Offer
from hanse.goods.offers.queries import chains
from hanse.interfaces.templatetags.hanse import locale
from hanse.kernel.actor import Actor
from hanse.network.parties.models import Party
from hanse.network.parties.queries import terms_for

PAGE = 20


@dataclass(frozen=True, slots=True)
class Break:
    """The price per piece from a quantity on."""

    quantity: int
    price: int


@dataclass(frozen=True, slots=True)
class Card:
    """One offer as one buyer meets it; `price` is for one piece, in minor units of `currency`."""

    offer: Offer
    price: int
    currency: str
    available: int
    breaks: tuple[Break, ...]

    @property
    def sku(self) -> Sku:
        """Return what is sold."""
        return self.offer.sku

    @property
    def product(self) -> Product:
        """Return the product that the SKU is a variant of."""
        return self.offer.sku.product

    @property
    def seller(self) -> Party:
        """Return who sells it."""
        return self.offer.seller

    @property
    def picture(self) -> dict[str, str] | None:
        """Return the first picture, if there is one."""
        return self.product.images[0] if self.product.images else None

    @property
    def amount(self) -> int:
        """Return what one piece comes to."""
        return self.price

    @property
    def several(self) -> bool:
        """Say whether the product comes in several variants."""
        return len(self.product.skus.all()) > 1


@dataclass(frozen=True, slots=True)
class Shown:
    """A category with the picture of one of its goods."""

    pk: int
    slug: str
    name: str
    name_en: str
    picture: str


def offers_for(actor: Actor) -> QuerySet[Offer]:
    """Return what the actor could buy: public offers and its partners', not its own."""
    found = Offer.objects.visible_to(actor).filter(
        status="listed", seller__status="active", sku__product__status="listed"
    )
    if actor.operates:
        return found.filter(audience="public")
    return found.exclude(seller=actor.party) if actor.party else found


def browse(
    actor: Actor, at: datetime, category: Category | None, words: str, page: str
) -> tuple[list[Card], Page[Offer]]:
    """Return one page of products, each as its best offer for this actor, and the page itself."""
    found = offers_for(actor)
    if category:
        found = found.filter(sku__product__category=category)
    for word in words.split():
        found = found.filter(sku__product__name__icontains=word) | found.filter(sku__product__name_en__icontains=word)
    best = found.order_by("sku__product", "price", "pk").distinct("sku__product").values("pk")
    rows = offers_for(actor).filter(pk__in=best).order_by("sku__product__category__position", "sku__product")
    if not category:
        rows = rows.order_by("sku__product")
    shown = Paginator(rows.select_related("seller", "sku__product").prefetch_related("sku__product__skus"), PAGE)
    current = shown.get_page(page)
    return cards(actor, current.object_list, at), current


def cards(actor: Actor, offers: Iterable[Offer], at: datetime) -> list[Card]:
    """Return offers with price and availability for this actor, in a number of statements that does not grow."""
    rows = list(offers)
    found = chains([row.pk for row in rows], at=at, buyer=actor.party)
    levels = terms_for([(row.seller_id, actor.party) for row in rows])
    shown = []
    for row in rows:
        chain = found[row.pk]
        level = levels[row.seller_id, actor.party].level
        shown.append(_card(actor, row, chain, level, at))
    return shown


def _card(actor: Actor, offer: Offer, chain: rules.Chain, level: str, at: datetime) -> Card:
    view = chain[0]

    def price(quantity: int) -> int:
        return rules.price_for(view.price, view.prices, actor.party, level, quantity, at)

    steps = sorted({1, *(rule.min_quantity for rule in view.prices)})
    breaks: list[Break] = []
    for step in steps:
        if not breaks or price(step) != breaks[-1].price:
            breaks.append(Break(step, price(step)))
    return Card(offer, price(1), view.currency, rules.available(chain), tuple(breaks) if len(breaks) > 1 else ())


def of_product(actor: Actor, product: Product, at: datetime) -> list[Card]:
    """Return every offer of a product for this actor, the cheapest first."""
    rows = offers_for(actor).filter(sku__product=product).select_related("seller", "sku__product__category")
    return sorted(
        cards(actor, rows.order_by("sku__position", "pk"), at), key=lambda card: (not card.available, card.price)
    )


def choose(offers: Sequence[Card], code: str) -> tuple[Card | None, list[Card], list[Card]]:
    """Return the offer looked at, its seller's variants, and the best offer of every other seller."""
    chosen = next((card for card in offers if card.offer.code == code), offers[0] if offers else None)
    if chosen is None:
        return None, [], []
    own = [card for card in offers if card.offer.seller_id == chosen.offer.seller_id]
    by_sku = {card.offer.sku_id: card for card in reversed(own)} | {chosen.offer.sku_id: chosen}
    others = {card.offer.seller_id: card for card in reversed(offers) if card.offer.seller_id != chosen.offer.seller_id}
    variants = sorted(by_sku.values(), key=lambda card: (card.sku.position, card.sku.pk))
    return chosen, variants, sorted(others.values(), key=lambda card: card.price)


def categories(actor: Actor) -> list[Shown]:
    """Return the categories in which anything is listed, in the mall's order, each with a picture of its goods."""
    rows = (
        Product.objects.visible_to(actor)
        .filter(status="listed", category__isnull=False)
        .select_related("category")
        .order_by("category", "pk")
        .distinct("category")
    )
    firsts = [(row.category, row) for row in rows if row.category]
    return [
        Shown(one.pk, one.slug, one.name, one.name_en, row.images[0]["path"] if row.images else "")
        for one, row in sorted(firsts, key=lambda pair: (pair[0].position, pair[0].pk))
    ]


def attributes(product: Product) -> list[tuple[str, str]]:
    """Return label and value of each attribute for the reader, where either is written as `中文 | English`."""
    return [(spoken(label), spoken(value)) for label, value in product.attributes.items()]


def spoken(text: str) -> str:
    """Return the reader's half of a text in two languages, or the whole of one that is in one."""
    chinese, _bar, english = text.partition(" | ")
    return english if english and locale() == "en" else chinese
