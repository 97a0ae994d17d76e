"""The command line speaks one language, whatever the site's is."""

from argparse import Namespace
from pathlib import Path

import pytest
from django.utils import translation

from hanse.interfaces.cli import import_
from hanse.interfaces.cli.imports.runner import BATCH
from tests.interfaces.imports.conftest import Importer


def test_a_refused_row_is_told_in_one_language(
    bring: Importer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "parties.csv"
    file.write_text("party,kind,name\nshop,nobody,Shop\n", encoding="utf-8")
    said = Namespace(
        kind="parties",
        file=file,
        encoding="utf-8",
        separator=",",
        currency="CNY",
        report=tmp_path / "r.csv",
        batch=BATCH,
    )
    with translation.override("zh-hans"):
        assert import_.run(said) == 1
    told = capsys.readouterr().out
    assert "expected one of" in told
    assert told.replace(str(tmp_path), "").isascii()
