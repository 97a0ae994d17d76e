"""Builds the marketplace in an empty database: platform, categories, everything imported, links between the tiers."""

from collections.abc import Callable
from datetime import datetime
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from benchmarks.olist import patience, plan, transform
from benchmarks.olist.dataset import ZONE, Dataset, Issue
from hanse.goods.catalogue.models import Category
from hanse.goods.catalogue.operations.create_category import create_category
from hanse.interfaces.cli.imports.models import ImportProblem
from hanse.interfaces.cli.imports.runner import Format, Progress, run
from hanse.kernel.actor import ENGINE
from hanse.network.parties.operations.found_platform import found_platform
from hanse.network.parties.operations.open_link import open_link

START = datetime(2016, 9, 1, tzinfo=ZoneInfo(ZONE))
DAY = 86_400
TERMS: dict[str, Any] = {
    "platform_fee": plan.FEE,
    "hold": 365 * DAY,  # the dataset has payments that were approved after half a year
    "auto_receive": 3650 * DAY,  # what it calls shipped never arrives
    "return_window": 7 * DAY,
    "settlement": {"every": "month"},
}
FORM = Format(currency="BRL")


def build(dataset: Dataset, watch: Callable[[str, Progress | None], None]) -> list[Issue]:
    """Build what is missing of the world and return the rows of the dataset that did not go in.

    Whatever was built before stays: an interrupted run goes on where it was.
    """
    patience.of(found_platform)(key="replay:platform", at=START, by=ENGINE, name="Marketplace", terms=TERMS)
    for slug in sorted({row["product_category_name"] for row in dataset.products.values()} - {""}):
        _category(slug, dataset.categories.get(slug, slug))
    issues: list[Issue] = []
    for kind, rows in transform.sources(dataset):
        watch(kind, None)

        def bring(kind: str = kind, rows: transform.Rows = rows) -> int:
            return run(kind, rows, at=START, by=ENGINE, form=FORM, watch=lambda progress: watch(kind, progress)).pk

        job = patience.of(bring)()
        found = ImportProblem.objects.filter(job=job).order_by("line")
        issues += [Issue("", f"refused_{kind}", f"{row.column}: {row.expected}: {row.row}"[:300]) for row in found]
        if kind == "parties":
            watch("links", None)
            _link(dataset)
    return issues


def _category(slug: str, name: str) -> None:
    if not patience.of(lambda: Category.objects.filter(slug=slug).exists())():
        patience.of(create_category)(
            key=f"replay:category:{slug}", at=START, by=ENGINE, slug=slug, name=name.replace("_", " "), name_en=name
        )


def _link(dataset: Dataset) -> None:
    """Open the supply links by which each tier may buy the offers of the one behind it."""
    pairs = {(up, down) for chain in plan.chains(dataset).values() for down, up in pairwise(chain)}
    for up, down in sorted(pairs):
        key = f"replay:link:{up}:{down}"
        patience.of(open_link)(key=key, at=START, by=ENGINE, kind="supply", upstream=up, downstream=down)
