"""A platform, and files to import into it."""

import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from hanse.goods.catalogue.operations.create_category import create_category
from hanse.goods.stock import queries as stock
from hanse.interfaces.cli.imports.models import ImportJob, ImportProblem
from hanse.interfaces.cli.imports.runner import run
from hanse.interfaces.cli.imports.sources import File
from hanse.kernel.actor import ENGINE, Actor
from hanse.network.parties.operations.found_platform import found_platform

START = datetime.fromisoformat("2026-03-01T10:00:00+08:00")
PARTIES = """party,kind,name
acme,supplier,Acme
west,wholesaler,West
shop,retailer,Shop
"""
PRODUCTS = """product,sku,owner,name,category,variant,options,weight_g
tee,tee-s,acme,Tee,shirts,S,size=S|color=red,150
tee,tee-m,,,,M,size=M|color=red,160
mug,mug,acme,Mug,,,,300
"""
OFFERS = """offer,seller,sku,currency,price,freight,source,band_min,commission,prices
tee@acme,acme,tee-s,CNY,60.00,,,70.00,,10:55.00 100:50.00
tee@west,west,tee-s,CNY,80.00,,tee@acme,,,
tee@shop,shop,tee-s,CNY,100.00,5.50,tee@west,,5% 2.5%,
"""
STOCK = """reference,party,sku,quantity,warehouse,origin
D1,acme,tee-s,100,,made
D2,acme,tee-s,20,,supplier
D3,acme,mug,7,,
"""


@dataclass
class Importer:
    """Imports texts as files."""

    folder: Path
    at: datetime = START
    by: Actor = ENGINE

    def file(self, content: str | bytes, name: str = "rows.csv") -> Path:
        """Write a file; a name that ends in .gz is compressed."""
        data = content.encode() if isinstance(content, str) else content
        path = self.folder / name
        path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
        return path

    def __call__(self, kind: str, content: str | bytes, name: str = "rows.csv", **more: Any) -> ImportJob:
        """Import the content and return its job."""
        return run(kind, File(self.file(content, name)), at=self.at, by=self.by, **more)

    def mall(self) -> None:
        """Bring in three tiers, their goods, offers and stock."""
        for kind, text in [("parties", PARTIES), ("products", PRODUCTS), ("offers", OFFERS), ("stock", STOCK)]:
            job = self(kind, text)
            assert (job.imported, job.known, job.rejected) == (3 - (kind == "products"), 0, 0), problems(job)


def problems(job: ImportJob) -> list[tuple[int, str, str]]:
    """Return what did not go in as (line, column, what was expected)."""
    rows = ImportProblem.objects.filter(job=job).order_by("line", "id")
    return [(row.line, row.column, row.expected) for row in rows]


def counts(job: ImportJob) -> tuple[int, int, int]:
    """Return how many went in, were there before, and were refused."""
    return job.imported, job.known, job.rejected


@pytest.fixture
def bring(db: None, tmp_path: Path) -> Iterator[Importer]:
    """Return an importer into a fresh platform; in the end the stock is sound."""
    found_platform(key="platform", at=START, by=ENGINE)
    create_category(key="shirts", at=START, by=ENGINE, slug="shirts", name="衬衫")
    with translation.override("en"):
        yield Importer(tmp_path)
    assert stock.check() == []
