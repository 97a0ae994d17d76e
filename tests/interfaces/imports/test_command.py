"""`hanse import`, as one types it."""

import csv
import os
import signal
import subprocess
import sys
import time
from urllib.parse import quote

import pytest
from django.db import connection

from hanse.config import places
from hanse.goods.stock.models import Entry, Shelf
from hanse.interfaces.cli.imports.models import ImportJob
from hanse.interfaces.cli.main import main
from tests.interfaces.imports.conftest import PARTIES, PRODUCTS, START, Importer

PIECES = 4000


def test_what_it_says(bring: Importer, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", "parties", str(bring.file(PARTIES))]) == 0
    assert "parties from rows.csv: 3 in, 0 there before, 0 refused" in capsys.readouterr().out
    report = bring.folder / "deep" / "report.csv"
    path = bring.file(PARTIES + '"x,what,X\nmore', "bad.csv")
    assert main(["import", "parties", str(path), "--report", str(report)]) == 1
    said = capsys.readouterr().out
    assert "0 in, 3 there before, 1 refused" in said
    assert "line 5 to 6: expected unexpected end of data" in said
    rows = list(csv.reader(report.open(encoding="utf-8")))
    assert rows == [
        ["line", "last_line", "column", "expected", "row"],
        ["5", "6", "", "unexpected end of data", rows[1][4]],
    ]


def test_where_the_report_is_by_default(
    bring: Importer, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "var", lambda: bring.folder)
    rows = "".join(f"x{n},what,X\n" for n in range(30))
    assert main(["import", "parties", str(bring.file("party,kind,name\n" + rows))]) == 1
    said = capsys.readouterr().out
    job = ImportJob.objects.get()
    assert said.count("kind: expected one of") == 20
    assert len((bring.folder / "imports" / f"parties-{job.pk}.csv").read_text().splitlines()) == 31


def test_an_unreadable_file(bring: Importer, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", "parties", str(bring.folder / "nothing.csv")]) == 2
    assert "nothing.csv: No such file or directory" in capsys.readouterr().err


def test_a_bar_on_a_terminal(
    bring: Importer, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    assert main(["import", "parties", str(bring.file(PARTIES)), "--batch", "2"]) == 0
    assert "100%  3 in, 0 refused" in capsys.readouterr().err


@pytest.mark.django_db(transaction=True)
def test_a_process_that_is_killed_doubles_nothing(bring: Importer) -> None:
    bring("parties", PARTIES)
    bring("products", PRODUCTS)
    path = bring.file("reference,party,sku,quantity\n" + "".join(f"R{n},acme,mug,1\n" for n in range(PIECES)))
    command = [sys.executable, "-m", "hanse.interfaces.cli.main", "import", "stock", str(path), "--batch", "20"]
    known = connection.get_connection_params()
    host = known.get("host") or ""
    url = f"postgresql://{known.get('user', '')}@/{known['dbname']}?host={quote(host, safe='')}"
    if not host.startswith("/"):
        url = f"postgresql://{known.get('user', '')}:{known.get('password', '')}@{host}/{known['dbname']}"
    environment = {**os.environ, "HANSE_DATABASE_URL": url, "HANSE_DEMO": "1"}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while not (line := ImportJob.objects.filter(kind="stock").values_list("line", flat=True).first()):
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait(10)
    assert 0 < line < PIECES
    killed_at = ImportJob.objects.get(kind="stock")
    assert killed_at.finished_at is None
    assert Entry.objects.count() == killed_at.imported < PIECES
    assert main(["import", "stock", str(path)]) == 0
    assert Shelf.objects.get(sku__slug="mug").available == Entry.objects.count() == PIECES
    job = ImportJob.objects.get(kind="stock")
    assert (job.imported, job.known, job.rejected) == (PIECES, 0, 0)
    assert job.started_at > START
