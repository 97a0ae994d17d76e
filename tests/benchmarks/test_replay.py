"""The replay on a made marketplace: through a killed worker and a crashed database, every cent accounted for."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection

from benchmarks.olist import proof
from benchmarks.olist.dataset import read
from benchmarks.olist.plan import plans
from hanse.kernel.models import Claim
from hanse.trade.orders.models import Checkout, Order
from hanse.value.books.models import Transfer
from tests.benchmarks.sample import marketplace

ROOT = Path(__file__).resolve().parents[2]


def replay(folder: Path, *more: str, **environment: str) -> tuple[int, str, dict[str, Any]]:
    """Run the command and return its exit code, what it said and its figures."""
    figures, report = folder / "figures.json", folder / "report.csv"
    command = [sys.executable, "-m", "benchmarks.replay", str(folder), "--json", str(figures), "--report", str(report)]
    known = {**os.environ, "HANSE_DATABASE_URL": "", **environment}
    done = subprocess.run(
        [*command, *more], env=known, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False
    )
    return done.returncode, done.stdout + done.stderr, json.loads(figures.read_text()) if figures.exists() else {}


def test_a_killed_worker_and_a_crashed_database_lose_nothing(open_folder: Path, tmp_path: Path) -> None:
    folder = marketplace().write(tmp_path)
    home = {"HANSE_VAR": str(open_folder / "var")}
    code, said, figures = replay(folder, "--workers", "2", "--upset", **home)
    assert code == 0, said
    assert "Everything is proved" in said
    assert figures["fates"] == {
        "closed": 26, "waiting": 3, "refused": 2, "returned": 2, "cancelled": 2,
        "expired": 2, "unreadable": 2, "in_transit": 2, "no_items": 1,
    }  # fmt: skip
    assert (figures["workers_lost"], figures["deadlocks"], figures["failed"]) == (1, 0, 0)
    assert figures["database_lost"] > 0
    totals = figures["totals"]
    assert totals["dataset paid"] == totals["paid"] + totals["explained"]
    assert totals["paid"] == sum(totals[name] for name in ("sellers", "fee", "carriage", "held", "refunded"))
    assert totals["paid out"] == totals["sellers"] + totals["carriage"]
    with (folder / "report.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {"unreadable_items", "orphan_items", "no_items", "paid_differs", "refused", "refused_offers"} <= {
        row["kind"] for row in rows
    }
    assert {row["order"]: row["difference"] for row in rows if row["kind"] == "paid_differs"} == {
        "paid-too-much": "2.10",
        "paid-too-little": "-0.90",
        "paid-in-excess": "5.00",
    }
    code, said, again = replay(folder, "--workers", "1", **home)
    assert (code, again["seconds"] < figures["seconds"], again["totals"]) == (0, True, totals), said
    assert again["verbs"] == {}


@pytest.mark.django_db(transaction=True)
def test_the_proof_sees_a_cent_that_is_missing(tmp_path: Path) -> None:
    folder = marketplace().write(tmp_path)
    known = connection.get_connection_params()
    host = known.get("host") or ""
    url = f"postgresql://{known.get('user', '')}@/{known['dbname']}?host={quote(host, safe='')}"
    if not host.startswith("/"):
        url = f"postgresql://{known.get('user', '')}:{known.get('password', '')}@{host}/{known['dbname']}"
    code, said, _figures = replay(folder, "--workers", "2", "--orders", "12", "--url", url)
    assert code == 0, said
    dataset = read(folder, 12)
    every = list(plans(dataset))
    places = Claim.objects.filter(scope="trade.place:engine")
    codes = {key.split(":")[1]: str(code) for key, code in places.values_list("key", "result")}
    assert Checkout.objects.count() == len(codes)
    refused = {p.order: "" for p in every if p.steps and p.order not in codes}

    def failures() -> list[str]:
        return proof.prove(folder, dataset, every, codes, refused).failures

    assert failures() == []
    closing = Transfer.objects.filter(entry__kind="close").order_by("id")[0]
    Transfer.objects.filter(pk=closing.pk).update(amount=closing.amount - 1)
    assert any("earned" in failure for failure in failures())
    Transfer.objects.filter(pk=closing.pk).update(amount=closing.amount)
    Order.objects.filter(tier=0, status="closed").update(status="received")
    assert all("states" in failure for failure in failures())
    assert failures()
