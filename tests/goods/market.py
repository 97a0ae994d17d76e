"""A small market to test in, built by public operations alone."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from threading import Barrier, Thread
from typing import Any

from django.db import connection

from hanse.goods.catalogue.operations.create_product import create_product
from hanse.goods.catalogue.queries import sku
from hanse.goods.catalogue.rules import NewSku
from hanse.goods.offers.models import Offer
from hanse.goods.offers.operations.list_offer import list_offer
from hanse.goods.offers.queries import availability, chains
from hanse.goods.offers.rules import Chain
from hanse.goods.stock.operations.post import post
from hanse.goods.stock.operations.restock import restock
from hanse.goods.stock.queries import levels, shelves_for
from hanse.goods.stock.rules import ShelfView, StockMove
from hanse.kernel.actor import ENGINE, Actor
from hanse.kernel.errors import DomainError
from hanse.network.access import rules as access
from hanse.network.parties import queries
from hanse.network.parties.operations.found_platform import found_platform
from hanse.network.parties.operations.open_link import open_link
from hanse.network.parties.operations.register_party import register_party

AT = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
_keys = count(1)


def fresh() -> str:
    """Return a key that nobody used yet."""
    return f"key-{next(_keys)}"


def call(operation: Callable[..., Any], *, by: Actor = ENGINE, at: datetime = AT, **said: Any) -> Any:
    """Run an operation under a fresh key."""
    return operation(key=fresh(), at=at, by=by, **said)


def party(slug: str, kind: str = "retailer") -> int:
    """Register a party and return its id."""
    call(register_party, kind=kind, name=slug.title(), slug=slug)
    return queries.party(slug).pk


def parties(*slugs: str) -> list[int]:
    """Register the platform and some parties and return their ids."""
    call(found_platform)
    return [party(slug) for slug in slugs]


def acting(slug: str, *roles: str) -> Actor:
    """Return someone with these roles (owner by default) in the party."""
    return Actor(party=queries.party(slug).pk, permissions=access.permissions(roles or ("owner",), "active"))


def goods(slug: str, owner: str, stock: int = 0, **said: Any) -> int:
    """List a product with one SKU of that slug, put pieces on its owner's shelf, and return the SKU's id."""
    call(create_product, owner=owner, name=slug.title(), skus=[NewSku(slug=slug)], review=False, **said)
    if stock:
        call(restock, party=owner, sku=slug, quantity=stock)
    return sku(slug).pk


def offer(slug: str, price: int, source: str | None = None, **said: Any) -> int:
    """List the offer `goods@seller` and return its id."""
    thing, _at, seller = slug.partition("@")
    stated: dict[str, Any] = {"currency": "CNY", "by": ENGINE} | said
    call(list_offer, seller=seller, sku=thing, price=price, source=source, slug=slug, **stated)
    return Offer.objects.get(slug=slug).pk


def supply(up: str, down: str, **terms: Any) -> int:
    """Open a supply link and return its id."""
    link: int = call(open_link, kind="supply", upstream=up, downstream=down, terms=terms)
    return link


def chain(slug: str, buyer: int | None = None, at: datetime = AT) -> Chain:
    """Return the chain of an offer."""
    pk = Offer.objects.get(slug=slug).pk
    return chains([pk], at=at, buyer=buyer)[pk]


def left(slug: str, buyer: int | None = None, at: datetime = AT) -> int:
    """Return how many pieces of an offer can be bought."""
    pk = Offer.objects.get(slug=slug).pk
    return availability([pk], at=at, buyer=buyer)[pk]


def shelf(slug: str) -> ShelfView:
    """Return the first shelf of `goods@party`."""
    thing, _at, owner = slug.partition("@")
    pair = (queries.party(owner).pk, sku(thing).pk)
    return shelves_for([pair])[pair][0]


def counters(slug: str) -> tuple[int, int, int, int]:
    """Return available, reserved, in transit and damaged of `goods@party` over all its shelves."""
    thing, _at, owner = slug.partition("@")
    pair = (queries.party(owner).pk, sku(thing).pk)
    view = levels([pair])[pair]
    return view.available, view.reserved, view.in_transit, view.damaged


def book(*moves: Sequence[StockMove], key: str | None = None, kind: str = "test") -> int | None:
    """Post moves under a fresh key."""
    every = [move for some in moves for move in some]
    return post(key=key or fresh(), kind=kind, moves=every, at=AT, by=ENGINE, subject="test")


def at_once(*steps: Callable[[], object]) -> list[str]:
    """Run the steps on connections of their own at the same moment; return `ok` or what each ran into, sorted."""
    outcomes: list[str] = []
    start = Barrier(len(steps), timeout=30)

    def run(step: Callable[[], object]) -> None:
        try:
            start.wait()
            step()
            outcomes.append("ok")
        except DomainError as refusal:
            outcomes.append(refusal.code)
        except Exception as failure:  # noqa: BLE001 - what a thread runs into must reach the test
            outcomes.append(type(failure).__name__)
        finally:
            connection.close()

    threads = [Thread(target=run, args=[step]) for step in steps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return sorted(outcomes)
