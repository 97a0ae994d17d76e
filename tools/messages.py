"""Gathers every text that people see from the code and the templates into the catalogue of each language.

`python -m tools.messages` renews the catalogues: new texts are added untranslated, texts that are gone are dropped.
`--check` changes nothing and fails if anything is missing. Neither needs the gettext programs.
"""

import argparse
import ast
import io
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "hanse"
LOCALES = SOURCE / "interfaces" / "locale"
KEYWORDS: dict[str, Any] = {
    "_": None, "gettext": None, "gettext_lazy": None, "ngettext": (1, 2), "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2),
}  # fmt: skip
TEXT = r"""(u?'(?:[^'\\]|\\.)*'|u?"(?:[^"\\]|\\.)*")"""
CALLS = re.compile(rf"\b(?:ngettext\(\s*{TEXT},\s*{TEXT}|pgettext\(\s*{TEXT},\s*{TEXT}|(?:gettext|_)\(\s*{TEXT})")
PLACES = re.compile(r"%\((\w+)\)[sd]|%%")

Found = tuple[str | None, str | tuple[str, str]]
"""The context, if there is one, and the text, or singular and plural."""


def gather() -> list[Found]:
    """Return every text of the project, each once, in a stable order."""
    found: set[Found] = set()
    for path in sorted(SOURCE.rglob("*.py")):
        found.update(in_python(path.read_bytes()))
    for path in sorted((SOURCE / "interfaces" / "templates").rglob("*.html")):
        found.update(in_template(path.read_text(encoding="utf-8")))
    return sorted(found, key=lambda one: (str(one[1]), one[0] or ""))


def in_python(code: bytes) -> Iterator[Found]:
    """Yield the texts of a module."""
    for _line, text, _comments, context in extract("python", io.BytesIO(code), KEYWORDS):
        yield context, text if isinstance(text, str) else (text[0], text[1])


def in_template(text: str) -> Iterator[Found]:
    """Yield the texts of a template, as Django itself finds them."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hanse.config.settings")
    from django.utils.translation.template import templatize

    for call in CALLS.finditer(templatize(text)):
        singular, plural, context, within, plain = (ast.literal_eval(part or "''") for part in call.groups())
        if singular:
            yield None, (singular, plural)
        else:
            yield context or None, within or plain


def renewed(path: Path) -> Catalog:
    """Return the catalogue of a language with just the texts that there are now, and its translations of them."""
    with path.open("rb") as text:
        known = read_po(text)
    fresh = Catalog(
        locale=known.locale, project="hanse", header_comment=known.header_comment, fuzzy=False, version="1",
        creation_date=known.creation_date, revision_date=known.creation_date, last_translator="Hanse",
        language_team="Hanse", msgid_bugs_address="-",
    )  # fmt: skip
    for context, text_ in gather():
        earlier = known.get(text_ if isinstance(text_, str) else text_[0], context)
        empty: str | tuple[str, ...] = "" if isinstance(text_, str) else ("",) * fresh.num_plurals
        flags = {"python-format"} & (earlier.flags if earlier else set())
        fresh.add(text_, earlier.string if earlier else empty, context=context, flags=flags)
    return fresh


def faults(catalogue: Catalog) -> Iterator[str]:
    """Yield what is wrong with the messages: not translated, or with other places to fill in than the text."""
    for message in catalogue:
        if message.id and (problem := _fault(message)):
            yield f"{message.id!r}: {problem}"


def _fault(message: Message) -> str:
    texts = [message.id] if isinstance(message.id, str) else list(message.id)
    strings = [message.string] if isinstance(message.string, str) else list(message.string or [""])
    if not all(strings):
        return "not translated"
    wanted = {place for text in texts for place in PLACES.findall(text)}
    if any(set(PLACES.findall(string)) - wanted or wanted - set(PLACES.findall(string)) for string in strings):
        return "other places to fill in"
    return ""


def missing(path: Path) -> list[str]:
    """Return every fault of a catalogue, texts that it lacks or no longer needs included."""
    with path.open("rb") as text:
        known = {(message.context, message.id) for message in read_po(text) if message.id}
    wanted = set(gather())
    found = [f"{text!r}: not in the catalogue" for _context, text in wanted - known]
    found += [f"{text!r}: no longer used" for _context, text in known - wanted]
    return sorted(found + list(faults(renewed(path))))


def main() -> int:
    """Renew or check all catalogues and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    problems = []
    for path in sorted(LOCALES.glob("*/LC_MESSAGES/django.po")):
        if options.check:
            problems += missing(path)
            continue
        catalogue = renewed(path)
        with path.open("wb") as text:
            write_po(text, catalogue, width=120, no_location=True, sort_output=True)
        problems += faults(catalogue)
    print("\n".join(problems) or "Every text is translated.")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
