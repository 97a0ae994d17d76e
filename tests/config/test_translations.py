"""Catalogues are compiled once, and again when their text changes."""

import gettext
import os
from pathlib import Path

from hanse.config.translations import compile_catalogues

TEXT = """msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "Basket"
msgstr "购物车"
"""


def test_a_catalogue_is_compiled_when_its_text_is_newer(tmp_path: Path) -> None:
    source = tmp_path / "zh_Hans" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text(TEXT, encoding="utf-8")
    assert compile_catalogues(tmp_path) == [source]
    assert gettext.translation("django", tmp_path, ["zh_Hans"]).gettext("Basket") == "购物车"
    assert compile_catalogues(tmp_path) == []
    later = source.with_suffix(".mo").stat().st_mtime + 10
    os.utime(source, (later, later))
    assert compile_catalogues(tmp_path) == [source]
