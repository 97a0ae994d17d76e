"""What is on sale, as the one who looks sees it: own prices, own partners, what can be had now."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page, Paginator

from hanse.goods.catalogue.models import Product, Sku
from hanse.goods.catalogue.queries import offered
from hanse.goods.offers import rules
from hanse.goods.offers.models import Offer
from hanse.goods.offers.queries import chains
from hanse.goods.search.queries import asked, buyable
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
    shelf: int | None = None
    """From where the next piece would be sent (a shelf's id), as far as that is known."""
    presale: rules.PresaleView | None = None
    """How it is sold before there are goods, if it is."""

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


def page_of(
    actor: Actor, at: datetime, products: Sequence[int], page: str, seller: int | None = None
) -> tuple[list[Card], Page[int]]:
    """Return one page of products, in their order, each as its best offer (of one seller, if it is said)."""
    current = Paginator(products, PAGE).get_page(page)
    return best(actor, at, list(current.object_list), seller), current


def best(actor: Actor, at: datetime, products: Sequence[int], seller: int | None = None) -> list[Card]:
    """Return products in the order asked for, each as what this actor pays least for (of one seller, if it is said)."""
    found = buyable(actor).filter(sku__product__in=products).annotate(asked=asked(actor, at))
    if seller is not None:
        found = found.filter(seller=seller)
    least = found.order_by("sku__product", "asked", "pk").distinct("sku__product").values("pk")
    rows = buyable(actor).filter(pk__in=least).select_related("seller", "sku__product")
    places = {product: place for place, product in enumerate(products)}
    shown = sorted(rows.prefetch_related("sku__product__skus"), key=lambda row: places[row.sku.product_id])
    return cards(actor, shown, at)


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
    shelves = (shelf.id for one in chain for shelf in one.shelves if shelf.available > 0)
    left = rules.available(chain)
    steep = tuple(breaks) if len(breaks) > 1 else ()
    return Card(offer, price(1), view.currency, left, steep, next(shelves, None), view.presale)


def of_product(actor: Actor, product: Product, at: datetime) -> list[Card]:
    """Return every offer of a product for this actor, the cheapest first."""
    rows = buyable(actor).filter(sku__product=product).select_related("seller", "sku__product")
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
    shown = {one.pk for one in offered()}
    firsts = [(row.category, row) for row in rows if row.category and row.category.pk in shown]
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
