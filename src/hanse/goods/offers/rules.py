"""What an offer costs, whether its chain holds, and how many pieces it can draw: pure.

A chain is the offer itself, then its source, then that one's source, only as far as goods may be drawn from there.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import takewhile
from typing import Any

from django.utils.translation import gettext_lazy as _

from hanse.goods.stock.rules import ShelfView, quantity
from hanse.kernel.errors import DomainError, MalformedInput
from hanse.kernel.money import WHOLE
from hanse.network.parties.rules import DEAREST, check_text

MOST_TIERS = 8
_EVER = datetime.min.replace(tzinfo=UTC)


class ChainTooLong(DomainError):
    """The offer would stand more than eight tiers from where the goods come from, or push another there."""

    code = "chain_too_long"
    message = _("Goods may pass through at most 8 tiers.")


class ChainCycle(DomainError):
    """The offer would draw, through others, from itself or from its own seller."""

    code = "chain_cycle"
    message = _("An offer cannot draw its goods from its own seller.")


class UpstreamMissing(DomainError):
    """The source offer does not exist, was withdrawn, or is not for this seller to buy from."""

    code = "upstream_missing"
    message = _("There is no such upstream offer.")


class UpstreamSuspended(DomainError):
    """The source offer, its seller, its product or something further up is suspended."""

    code = "upstream_suspended"
    message = _("The upstream offer is not available at the moment.")


class UpstreamOther(DomainError):
    """The source offer is of another SKU."""

    code = "upstream_other_sku"
    message = _("The upstream offer is of another SKU.")


class PriceOutsideBand(DomainError):
    """A price lies outside the resale band of the direct upstream offer."""

    code = "price_outside_band"
    message = _("The price lies outside the resale band of the upstream offer.")


class MixedCurrency(DomainError):
    """The source offer is priced in another currency."""

    code = "mixed_currency"
    message = _("Offers of one chain must be in one currency.")


@dataclass(frozen=True, slots=True)
class PriceRuleView:
    """One price rule that is in force: whose it is, from which quantity on, since when."""

    price: int
    min_quantity: int = 1
    buyer: int | None = None
    level: str = ""
    starts: datetime | None = None
    ends: datetime | None = None

    def applies(self, buyer: int | None, level: str, quantity: int, at: datetime) -> bool:
        """Say whether this buyer gets this price for that many pieces at that time."""
        begun = self.starts is None or self.starts <= at
        over = self.ends is not None and self.ends <= at
        theirs = self.buyer == buyer if self.buyer is not None else self.level in ("", level)
        return begun and not over and theirs and quantity >= self.min_quantity

    @property
    def rank(self) -> tuple[bool, bool, int, datetime, int]:
        """Order the prices that apply: the last one is the nearest.

        A buyer's own beats its level's, that everyone's; then the larger quantity, the later start, the lower price.
        """
        return (self.buyer is not None, self.level != "", self.min_quantity, self.starts or _EVER, -self.price)


@dataclass(frozen=True, slots=True)
class PresaleView:
    """A presale that is on: the deposit in basis points, the window for the balance, pieces that may be promised."""

    id: int
    deposit: int
    balance_from: datetime
    balance_until: datetime
    ships_from: datetime
    forfeits: bool
    left: int


@dataclass(frozen=True, slots=True)
class OfferView:
    """One tier of a chain, with everything an order needs of it; `price` is per piece, `prices` are in force now."""

    id: int
    code: str
    slug: str | None
    seller_id: int
    seller_code: str
    sku_id: int
    sku_code: str
    sku_name: str
    sku_name_en: str
    product: str
    product_name: str
    product_name_en: str
    weight_g: int
    currency: str
    price: int
    fulfil: str
    audience: str
    source_id: int | None
    band_min: int | None
    band_max: int | None
    freight: int
    commission: tuple[int, ...]
    terms: Mapping[str, Any]
    status: str
    seller_status: str
    product_status: str
    linked: bool
    """Whether who buys at this tier (the buyer, or the seller one tier down) may: false only for partners' offers."""
    prices: tuple[PriceRuleView, ...] = ()
    shelves: tuple[ShelfView, ...] = ()
    obstacle: str = ""
    """Why nothing can be had of this tier at the moment, "" if something can: set by `judge`."""
    presale: "PresaleView | None" = None
    """How it is sold before there are goods."""

    @property
    def own(self) -> int:
        """Return the pieces this tier can give from its own shelves."""
        return 0 if self.fulfil == "source" else sum(shelf.available for shelf in self.shelves)

    def admits(self, price: int) -> bool:
        """Say whether the price lies within this offer's resale band."""
        return (self.band_min is None or price >= self.band_min) and (self.band_max is None or price <= self.band_max)


Chain = tuple[OfferView, ...]


def price_for(
    base: int, rules: Iterable[PriceRuleView], buyer: int | None, level: str, quantity: int, at: datetime
) -> int:
    """Return the price per piece that this buyer pays for that many pieces at that time.

    The nearest audience with an applicable rule decides (the buyer's own, then its level, then everyone's); within it
    the highest quantity reached. `base` is everyone's price from one piece on, without a beginning or an end.
    """
    theirs = [rule for rule in rules if rule.applies(buyer, level, quantity, at)]
    return max([PriceRuleView(base), *theirs], key=lambda rule: rule.rank).price


def judge(views: Sequence[OfferView]) -> Chain:
    """Return the chain with every tier's obstacle: what stands against it by itself, or against drawing from it."""
    return tuple(
        replace(view, obstacle=_obstacle(view) or (_gap(views[tier - 1], view, tier + 1) if tier else ""))
        for tier, view in enumerate(views)
    )


def _obstacle(view: OfferView) -> str:
    if view.status != "listed":
        return view.status
    if view.seller_status != "active":
        return "seller_suspended"
    if view.product_status != "listed":
        return "product_not_listed"
    return "" if view.linked else "partners_only"


def _gap(downstream: OfferView, upstream: OfferView, tier: int) -> str:
    prices = (downstream.price, *(rule.price for rule in downstream.prices))
    if not all(upstream.admits(price) for price in prices):
        return "price_outside_band"
    return "chain_too_long" if tier > MOST_TIERS else ""


def reach(chain: Chain) -> Chain:
    """Return the tiers that goods can be drawn through now: up to the first that has an obstacle."""
    return tuple(takewhile(lambda view: not view.obstacle, chain))


def available(chain: Chain) -> int:
    """Return how many pieces can be bought now: each tier's own stock as far as the chain reaches, and promises."""
    reached = reach(chain)
    return sum(view.own for view in reached) + (promisable(chain) if len(reached) == len(chain) else 0)


def promisable(chain: Chain) -> int:
    """Return how many pieces that do not exist yet may be sold: where the offer and its last tier are in presale."""
    return chain[-1].presale.left if chain and chain[0].presale and chain[-1].presale else 0


def sellable(chain: Chain) -> tuple[bool, str]:
    """Say whether at least one piece can be bought now, and otherwise why not: an obstacle of the offer itself by its
    name, one further up as `upstream_suspended` or `price_outside_band`, nothing left as `out_of_stock`.
    """
    if available(chain):
        return True, ""
    if not chain:
        return False, "withdrawn"
    tier = len(reach(chain))
    if tier == len(chain):
        return False, "out_of_stock"
    reason = chain[tier].obstacle
    return False, reason if tier == 0 or reason == "price_outside_band" else "upstream_suspended"


def take(shelves: Sequence[ShelfView], wanted: int, left: Mapping[int, int]) -> tuple[tuple[int, int], ...]:
    """Choose shelves for up to that many pieces: the first that can give them all, else as they come.

    `left` says what earlier lines of the same order have left on a shelf, where they took from it.
    """
    free = [(shelf.id, left.get(shelf.id, shelf.available)) for shelf in shelves]
    for shelf, pieces in free:
        if pieces >= wanted > 0:
            return ((shelf, wanted),)
    chosen: list[tuple[int, int]] = []
    for shelf, pieces in free:
        if part := min(pieces, wanted):
            chosen.append((shelf, part))
            wanted -= part
    return tuple(chosen)


def check_chain(
    sku: int,
    seller: int,
    currency: str,
    prices: Iterable[int],
    upstream: Chain,
    below: tuple[int, Collection[int]] = (0, ()),
) -> None:
    """Raise the refusal that says why this seller may not list the SKU at these prices on top of the upstream chain.

    `below` says how many tiers already draw from the offer, and which sellers stand on them.
    """
    if not upstream or upstream[0].obstacle in ("withdrawn", "partners_only"):
        raise UpstreamMissing
    tiers, sellers = below
    if any(view.seller_id == seller or view.seller_id in sellers for view in upstream):
        raise ChainCycle
    if len(upstream) + 1 + tiers > MOST_TIERS:
        raise ChainTooLong
    direct = upstream[0]
    if direct.sku_id != sku:
        raise UpstreamOther
    if direct.currency != currency:
        raise MixedCurrency(upstream=direct.currency)
    if direct.obstacle or (direct.fulfil == "source" and len(reach(upstream)) < len(upstream)):
        raise UpstreamSuspended
    check_band_of(direct, prices)


def check_band_of(upstream: OfferView, prices: Iterable[int]) -> None:
    """Raise PriceOutsideBand unless every price lies within the resale band of the direct upstream offer."""
    if any(not upstream.admits(price) for price in prices):
        raise PriceOutsideBand(lowest=upstream.band_min, highest=upstream.band_max)


@dataclass(frozen=True, slots=True)
class Price:
    """One further price as a seller states it: for a buyer (by code), a level or everyone."""

    price: int
    min_quantity: int = 1
    buyer: str | None = None
    level: str = ""
    starts: datetime | None = None
    ends: datetime | None = None


@dataclass(frozen=True, slots=True)
class NewOffer:
    """An offer to be; `price` is everyone's per piece, the further ones are rules beside it."""

    seller: str
    sku: str
    price: int
    currency: str
    source: str | None = None
    fulfil: str | None = None
    audience: str = "public"
    band: Sequence[int | None] | None = None
    commission: Sequence[int] = ()
    prices: Sequence[Price] = ()
    terms: Mapping[str, Any] = field(default_factory=dict)
    freight: int = 0
    slug: str | None = None


Steps = int | Sequence[tuple[int, int]] | Mapping[int, int]
"""One price, or prices by the quantity from which they hold."""


def price_list(
    prices: Steps | Sequence[Price] = (),
    prices_for: Mapping[str, Steps] | None = None,
    level_prices: Mapping[str, Steps] | None = None,
) -> list[Price]:
    """Bring the short forms of further prices into one checked list."""
    stated = [p for p in prices if isinstance(p, Price)] if not isinstance(prices, (int, Mapping)) else []
    listed = list(stated) or [Price(price, least) for least, price in _steps(prices)]
    listed += [Price(p, n, buyer=code) for code, steps in (prices_for or {}).items() for n, p in _steps(steps)]
    listed += [Price(p, n, level=level) for level, steps in (level_prices or {}).items() for n, p in _steps(steps)]
    for rule in listed:
        _check_price(rule)
    return listed


def _check_price(rule: Price) -> None:
    amount(rule.price, "price")
    quantity(rule.min_quantity, "min_quantity")
    if check_text(rule.level, "level", 40, blank=True) and rule.buyer is not None:
        raise MalformedInput("buyer", _("a buyer or a level, not both"))
    for name, moment in (("starts", rule.starts), ("ends", rule.ends)):
        if moment is not None and not (isinstance(moment, datetime) and moment.tzinfo):
            raise MalformedInput(name, _("a moment with its time zone"))
    if rule.starts and rule.ends and rule.ends <= rule.starts:
        raise MalformedInput("ends", _("a moment after the start"))


def _steps(steps: Any) -> list[tuple[int, int]]:
    if isinstance(steps, Mapping):
        return list(steps.items())
    if isinstance(steps, (list, tuple)) and all(isinstance(s, (list, tuple)) and len(s) == 2 for s in steps):
        return [(least, price) for least, price in steps]
    return [(1, steps)]


def amount(value: object, name: str, least: int = 1) -> int:
    """Return the value if it is a possible price per piece in minor units; raise MalformedInput otherwise."""
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= DEAREST:
        raise MalformedInput(
            name,
            _("an amount of at least %(least)d and at most %(most)d in the smallest unit")
            % {"least": least, "most": DEAREST},
        )
    return value


def check_name(slug: object) -> str | None:
    """Return the offer's short name, such as `tee@shop`, or None for none."""
    if slug is None:
        return None
    name = check_text(slug, "slug", 120)
    if any(char.isspace() for char in name):
        raise MalformedInput("slug", _("a short name without spaces"))
    return name


def check_currency(currency: object) -> str:
    """Return the currency if it looks like one: three capitals, or points."""
    if not isinstance(currency, str) or not re.fullmatch(r"[A-Z]{3}|POINTS", currency):
        raise MalformedInput("currency", _("three capital letters such as CNY"))
    return currency


def check_band(band: Sequence[int | None] | None) -> tuple[int | None, int | None]:
    """Return the resale band (least, most), each of which may be open."""
    if band is None:
        return None, None
    if not isinstance(band, (list, tuple)) or len(band) != 2:
        raise MalformedInput("band", _("the least and the most that a reseller may ask"))
    least, most = (None if edge is None else amount(edge, "band") for edge in band)
    if least is not None and most is not None and least > most:
        raise MalformedInput("band", _("a least price that is not above the most"))
    return least, most


def check_commission(rates: Sequence[int]) -> list[int]:
    """Return the commission by level in basis points; all levels together are at most the whole."""
    fit = isinstance(rates, (list, tuple)) and len(rates) <= MOST_TIERS
    if not fit or any(isinstance(r, bool) or not isinstance(r, int) or r < 0 for r in rates) or sum(rates) > WHOLE:
        raise MalformedInput("commission", _("up to 8 rates in basis points that together are at most 10000"))
    return list(rates)
