"""The dataset as the general import takes it, line by line on the fly: nothing of it is written to disk."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence

from benchmarks.olist import plan
from benchmarks.olist.dataset import CURRENCY, Dataset, Item
from hanse.kernel.money import plain

Table = Iterable[Sequence[object]]


class Rows:
    """Rows made when they are asked for, as lines of CSV with a header."""

    def __init__(self, name: str, digest: str, columns: Sequence[str], make: Callable[[], Table], count: int) -> None:
        self.name, self._digest, self._columns, self._make = name, digest, columns, make
        self._count, self._done = count, 0

    def digest(self) -> str:
        """Return what tells these rows from others: the dataset and what is made of it."""
        return f"{self.name}:{self._digest}"[:64]

    def lines(self) -> Iterator[bytes]:
        """Yield the header and every row."""
        self._done = 0
        yield _line(self._columns)
        for row in self._make():
            self._done += 1
            yield _line(row)

    def share(self) -> float:
        """Return how many of the rows have been made."""
        return self._done / self._count if self._count else 1.0


def _line(row: Sequence[object]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(row)
    return text.getvalue().encode()


def sources(dataset: Dataset) -> Iterator[tuple[str, Rows]]:
    """Yield (kind, rows) of everything to import, in the order in which it must go in."""
    chains = plan.chains(dataset)
    items = {(item.product, item.seller, item.price, item.freight): item for o in dataset.orders for item in o.items}
    sold = sorted(items.values(), key=plan.offer)
    digest = f"{len(dataset.orders)}:{dataset.digest}"
    parties = [*_sellers(dataset, chains), *_buyers(dataset)]
    yield "parties", Rows("parties", digest, ("party", "kind", "name", "region"), lambda: parties, len(parties))
    yield (
        "products",
        Rows(
            "products",
            digest,
            ("product", "sku", "owner", "name", "category", "weight_g"),
            lambda: _products(dataset, sold),
            len(dataset.products),
        ),
    )
    columns = ("offer", "seller", "sku", "currency", "price", "freight", "source", "audience")
    made = sum(len(chains.get(item.seller, ())) for item in sold)
    yield "offers", Rows("offers", digest, columns, lambda: _offers(sold, chains), made)
    stock = _pieces(dataset, chains)
    yield "stock", Rows("stock", digest, ("reference", "party", "sku", "quantity"), lambda: stock, len(stock))


def _sellers(dataset: Dataset, chains: dict[str, tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    for number in range(plan.FRONTS):
        yield f"front-{number}", "retailer", f"Shop {number}", ""
    for number in range(plan.MIDDLES):
        yield f"middle-{number}", "wholesaler", f"Wholesale {number}", ""
    for seller, row in dataset.sellers.items():
        kind = "retailer" if len(chains[seller]) == 1 else "supplier"
        yield f"s-{seller}", kind, f"Seller {seller[:8]}", f"{row['seller_city']} {row['seller_state']}"[:80]


def _buyers(dataset: Dataset) -> Iterator[tuple[str, ...]]:
    seen: set[str] = set()
    for order in dataset.orders:
        if order.customer and order.customer not in seen:
            seen.add(order.customer)
            yield f"c-{order.customer}", "consumer", f"Customer {order.customer[:8]}", order.address["state"]


def _products(dataset: Dataset, sold: Sequence[Item]) -> Table:
    owners = {item.product: f"s-{item.seller}" for item in reversed(sold) if item.seller in dataset.sellers}
    for product, row in dataset.products.items():
        category = row["product_category_name"]
        name = f"{dataset.categories.get(category, category) or 'product'} {product[:6]}"
        weight = row["product_weight_g"].partition(".")[0]
        yield product, product, owners.get(product, "platform"), name, category, weight


def _offers(sold: Sequence[Item], chains: dict[str, tuple[str, ...]]) -> Table:
    """Yield offers from the maker's to the consumer's: what they draw from stands before them."""
    for behind in (2, 1, 0):
        for item in sold:
            chain = chains.get(item.seller, ())
            if behind < len(chain):
                asked = plan.prices(item.price, len(chain) - 1)[behind]
                source = offer_at(item, behind + 1) if behind + 1 < len(chain) else ""
                freight = plain(item.freight, CURRENCY) if behind == 0 else ""
                audience = "partners" if behind else "public"
                name = offer_at(item, behind)
                yield name, chain[behind], item.product, CURRENCY, plain(asked, CURRENCY), freight, source, audience


def offer_at(item: Item, behind: int) -> str:
    """Return the name of the offer of one tier: the consumer's, or so many tiers behind it."""
    return plan.offer(item) + (f"/{behind}" if behind else "")


def _pieces(dataset: Dataset, chains: dict[str, tuple[str, ...]]) -> list[Sequence[object]]:
    """Return exactly as many pieces as were ever ordered, on the shelves of those who make them."""
    pieces: dict[tuple[str, str], int] = {}
    for order in dataset.orders:
        for item in order.items:
            if item.seller in chains:
                pieces[item.seller, item.product] = pieces.get((item.seller, item.product), 0) + 1
    return [(f"{seller}:{product}", f"s-{seller}", product, n) for (seller, product), n in sorted(pieces.items())]
