"""The command recognises what it is given: workbooks, UTF-16, GBK, any separator; what it cannot, it says."""

import pytest

from hanse.interfaces.cli.imports.models import ImportJob
from hanse.interfaces.cli.main import main
from hanse.network.parties.models import Party
from tests.interfaces.imports.conftest import PARTIES, Importer
from tests.interfaces.works.conftest import book, pack

ROWS = [line.split(",") for line in PARTIES.splitlines()]


def brought(bring: Importer, content: bytes, name: str, *more: str) -> int:
    return main(["import", "parties", str(bring.file(content, name)), *more])


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be", "gbk"])
def test_texts_of_any_encoding(bring: Importer, capsys: pytest.CaptureFixture[str], encoding: str) -> None:
    rows = PARTIES.replace("Acme", "绍兴纺织").replace(",", ";").encode(encoding)
    assert brought(bring, rows, "rows.csv") == 0
    assert "3 in, 0 there before, 0 refused" in capsys.readouterr().out
    assert Party.objects.filter(name="绍兴纺织").count() == 1
    left = sorted(path.name for path in bring.folder.iterdir())
    assert left == ["rows.csv"]  # nothing is laid beside it


def test_a_workbook(bring: Importer, capsys: pytest.CaptureFixture[str]) -> None:
    raw = book(*ROWS, ["x", "what", "X"])
    assert brought(bring, raw, "rows.xlsx", "--batch", "2") == 1
    assert "3 in, 0 there before, 1 refused" in capsys.readouterr().out
    assert brought(bring, raw, "rows.xlsx") == 1
    assert ImportJob.objects.count() == 1
    assert brought(bring, book(*ROWS), "again.xlsx") == 0
    assert "0 in, 3 there before, 0 refused" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (pack(rows__csv=PARTIES), "an archive with pictures is brought in by the party"),
        (b"party,kind,name\na,consumer,caf\xe9\nb,consumer,cr\xe8me\n", "cannot be recognised for sure"),
        (b"", "the file is empty"),
        (book([]), "the column party is missing"),
        (book(["party", "kind", "name", None, "x"]), "a column without a name"),
    ],
)
def test_what_it_does_not_take(bring: Importer, capsys: pytest.CaptureFixture[str], content: bytes, said: str) -> None:
    assert brought(bring, content, "file") == 2
    assert said in capsys.readouterr().err


def test_said_outright(bring: Importer) -> None:
    rows = PARTIES.replace("Acme", "Café").encode("latin-1")
    assert brought(bring, rows, "rows.csv", "--encoding", "latin-1", "--separator", ",") == 0
    assert Party.objects.filter(name="Café").count() == 1


def test_rows_of_a_workbook_that_are_none(bring: Importer, capsys: pytest.CaptureFixture[str]) -> None:
    raw = book(ROWS[0], ["a", "consumer", "A", "more"], ["b", "consumer", "#REF!"], ["c", "consumer", "C"])
    assert brought(bring, raw, "rows.xlsx") == 1
    said = capsys.readouterr().out
    assert "1 in, 0 there before, 2 refused" in said
    assert "nothing beside the columns that the first line names" in said
    assert "the formula there shows an error" in said
