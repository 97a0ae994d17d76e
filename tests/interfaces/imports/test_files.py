"""Broken files: a clear word about each line or about the file, and the good rows go in."""

import gzip
from pathlib import Path
from typing import Any

import pytest

from hanse.interfaces.cli.imports import sources
from hanse.interfaces.cli.imports.models import ImportJob, ImportProblem
from hanse.interfaces.cli.imports.operations import run_batch as batch_module
from hanse.interfaces.cli.imports.operations.run_batch import ImportMovedOn
from hanse.interfaces.cli.imports.runner import Format, Progress, run
from hanse.interfaces.cli.imports.sources import File, UnreadableFile
from hanse.kernel.actor import ENGINE
from hanse.network.parties.models import Party
from tests.interfaces.imports.conftest import PARTIES, START, Importer, counts, problems

HEAD = b"party,kind,name\n"
MANY = "party,kind,name\n" + "".join(f"p{n},consumer,P {n}\n" for n in range(10))


def names() -> list[str]:
    return sorted(Party.objects.exclude(kind="platform").values_list("name", flat=True))


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (PARTIES, "a.csv"),
        (PARTIES, "a.csv.gz"),
        ("\ufeff" + PARTIES, "bom.csv"),
        (PARTIES.replace("\n", "\r\n"), "windows.csv"),
        (PARTIES.rstrip("\n"), "without-an-end.csv"),
        (PARTIES.replace("\n", "\n\n"), "with-empty-lines.csv"),
        ('"kind","name","party"\nsupplier,"Acme",acme\nwholesaler,West,west\nretailer, Shop ,shop\n', "quoted.csv"),
    ],
)
def test_any_honest_csv_goes_in(bring: Importer, content: str, name: str) -> None:
    assert counts(bring("parties", content, name)) == (3, 0, 0)
    assert names() == ["Acme", "Shop", "West"]


def test_names_with_commas_quotes_and_line_breaks(bring: Importer) -> None:
    job = bring("parties", 'party,kind,name\na,consumer,"A, ""the"" first"\nb,consumer,"B\nC"\nc,what,C\n')
    assert names() == ['A, "the" first', "B\nC"]
    assert problems(job)[0][:2] == (5, "kind")


def test_other_encodings_and_separators(bring: Importer) -> None:
    job = bring("parties", "party;kind;name\na;consumer;茶\n".encode("gb18030"), form=Format("gb18030", ";"))
    assert (counts(job), names()) == ((1, 0, 0), ["茶"])
    assert len(job.digest) <= 64


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the file is empty"),
        ("party,kind,name\n".encode("utf-16"), "this is UTF-16"),
        (b"party,kind\na,consumer\n", "line 1: the column name is missing; needed are party, kind, name"),
        (b"party,kind,name,colour\n", "line 1: the column 'colour' is not known; there are party, kind, name, name_en"),
        (b"party,kind,name,name\n", "line 1: the column name stands there twice"),
        (b"party;kind;name\n", "separated by ';'"),
        (b'"party,kind,name\n', "line 1: unexpected end of data"),
        (b"party,kind,name,\xff\n", "line 1: the text is not utf-8"),
        (b"\n", "line 1: the column party is missing"),
    ],
)
def test_a_file_that_is_none(bring: Importer, content: bytes, said: str) -> None:
    with pytest.raises(UnreadableFile, match=said.replace("(", r"\(")):
        bring("parties", content)
    assert names() == []


def test_a_file_that_is_not_there(bring: Importer, tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="No such file"):
        File(tmp_path / "nothing.csv")


def test_lines_that_are_none(bring: Importer) -> None:
    rows = [
        (b"a,consumer,A", None),
        (b"b,consumer,B\xff\xfe", "name"),
        (b"c,consumer,C\x00", "name"),
        (b"d,consumer", ""),
        (b"e,consumer,E,more", ""),
        (b'f,consumer,"F"F', ""),
        (b"g,consumer," + b"x" * 140_000, ""),
        (b"h,consumer,\x1b[31mred", "name"),
        (b"i,consumer,I", None),
    ]
    job = bring("parties", HEAD + b"\n".join(row for row, _column in rows) + b"\n")
    found = {line: (column, expected) for line, column, expected in problems(job)}
    assert {line: column for line, (column, _text) in found.items()} == {
        line: column for line, (_row, column) in enumerate(rows, start=2) if column is not None
    }
    assert found[3][1] == "text in utf-8"
    assert found[4][1] == "text without NUL characters"
    assert found[5][1] == "3 fields as in the first line, not 2"
    assert names() == ["A", "I"]
    shown = dict(ImportProblem.objects.filter(job=job).values_list("line", "row"))
    assert (shown[3], shown[4], shown[9]) == (
        r"b,consumer,B\udcff\udcfe",
        r"c,consumer,C\x00",
        r"h,consumer,\x1b[31mred",
    )
    assert len(shown[8]) == 1000


def test_a_quote_that_is_never_closed_is_told_with_all_that_it_swallowed(bring: Importer) -> None:
    job = bring("parties", 'party,kind,name\na,consumer,A\nb,consumer,"B\nc,consumer,C\n')
    found = ImportProblem.objects.filter(job=job).values_list("line", "last_line", "expected")
    assert list(found) == [(3, 4, "unexpected end of data")]
    assert (names(), job.line) == (["A"], 4)


def test_an_absurdly_long_line_is_not_held(bring: Importer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "LONGEST_LINE", 40)
    job = bring("parties", f"party,kind,name\na,consumer,{'x' * 200}\nb,consumer,B\nc,consumer,{'y' * 29}")
    assert problems(job) == [(2, "", "lines of at most 40 bytes")]
    assert names() == ["B", "y" * 29]


def test_a_damaged_archive_is_told_with_how_far_it_was_good(bring: Importer, tmp_path: Path) -> None:
    whole = gzip.compress((MANY * 200).encode(), compresslevel=1)
    cut = tmp_path / "cut.csv.gz"
    cut.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(UnreadableFile, match=r"damaged behind line \d+"):
        run("parties", File(cut), at=START, by=ENGINE, batch=5)
    assert len(names()) >= 5


class Killed(BaseException):
    """What a kill looks like from inside."""


def test_a_killed_import_goes_on_where_it_was(bring: Importer) -> None:
    seen: list[Progress] = []

    def watch(progress: Progress) -> None:
        seen.append(progress)
        if len(seen) == 2:
            raise Killed

    with pytest.raises(Killed):
        bring("parties", MANY, batch=3, watch=watch)
    job = ImportJob.objects.get()
    assert (counts(job), job.line, job.finished_at) == ((6, 0, 0), 7, None)
    job = bring("parties", MANY, name="renamed.csv", batch=3, watch=seen.append)
    assert (counts(job), job.line, job.finished_at) == ((10, 0, 0), 11, START)
    assert [(progress.line, progress.imported) for progress in seen] == [(4, 3), (7, 6), (10, 9), (11, 10)]
    assert [progress.share for progress in seen] == sorted(progress.share for progress in seen)
    assert seen[-1].share == 1.0


def test_a_kill_within_a_batch_leaves_nothing_of_it(bring: Importer, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_args: Any) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(batch_module, "_write_problems", killed)
        with pytest.raises(Killed):
            bring("parties", MANY)
    assert (names(), ImportJob.objects.get().line) == ([], 0)
    assert counts(bring("parties", MANY)) == (10, 0, 0)


def test_a_finished_import_stays_as_it_is(bring: Importer) -> None:
    first = bring("parties", MANY + "x,what,X\n")
    again = bring("parties", MANY + "x,what,X\n")
    assert (first.pk, counts(first)) == (again.pk, counts(again)) == (first.pk, (10, 0, 1))
    assert ImportProblem.objects.count() == 1


def test_a_mended_file_brings_only_what_was_missing(bring: Importer) -> None:
    bring("parties", MANY + "x,what,X\n")
    assert counts(bring("parties", MANY + "x,consumer,X\n")) == (1, 10, 0)


def test_two_at_once_do_not_mix(bring: Importer, monkeypatch: pytest.MonkeyPatch) -> None:
    def rival(_progress: Progress) -> None:
        ImportJob.objects.update(line=9)

    with pytest.raises(ImportMovedOn):
        bring("parties", MANY, batch=3, watch=rival)


def test_nothing_but_a_header_is_finished_at_once(bring: Importer) -> None:
    job = bring("parties", HEAD)
    assert (counts(job), job.finished_at) == ((0, 0, 0), START)
