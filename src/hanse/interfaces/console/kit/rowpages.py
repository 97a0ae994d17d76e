"""Many rows at once, pasted or as a file: each is an operation of its own; what is refused comes back to be mended."""

import csv
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from hanse.interfaces.cli.imports.recognising import Asked, recognised
from hanse.interfaces.cli.imports.sources import UnreadableFile
from hanse.interfaces.console.kit.forms import ConsoleForm
from hanse.interfaces.console.kit.page import Answer, Ask, Desk, Page, View
from hanse.interfaces.web.fields import key_of
from hanse.kernel import clock
from hanse.kernel.errors import DomainError, MalformedInput

MOST_ROWS = 1_000
LARGEST = 1_000_000
"""Characters of a file: a thousand long rows."""
SEPARATORS = "\t;,"
SEND = _("Send")


@dataclass(frozen=True, slots=True)
class Named:
    """One column of the rows: the names under which a first line may list it, and what it is called here."""

    name: str
    label: str | Promise
    also: tuple[str, ...] = ()
    required: bool = True


@dataclass(frozen=True, slots=True)
class Bad:
    """A row that did not go in: where it stood, what it said, and why."""

    line: int
    said: str
    why: str


@dataclass(slots=True)
class Outcome:
    """What became of the rows."""

    done: list[str] = field(default_factory=list)
    bad: list[Bad] = field(default_factory=list)


class RowsForm(ConsoleForm):
    """Rows as text, or as a file."""

    rows = forms.CharField(label=_("Rows"), required=False, max_length=LARGEST, strip=False, widget=forms.Textarea)
    file = forms.FileField(label=_("or a file (CSV or XLSX)"), required=False, allow_empty_file=True)

    def prepare(self) -> None:
        """Let the rows look like a table."""
        self.fields["rows"].widget.attrs.update(rows=8, spellcheck="false", wrap="off")
        self.fields["file"].widget.attrs.update(accept=".csv,.txt,.xlsx,text/csv,text/plain")

    def clean(self) -> dict[str, Any]:
        """Take the file if there is one, else what was pasted."""
        given = dict(super().clean() or {})
        upload = given.get("file")
        if upload is not None:
            if upload.size > LARGEST:
                self.add_error("file", _("This file is too large: at most %(most)d rows.") % {"most": MOST_ROWS})
                return given
            try:
                given["rows"] = rows_of(upload)
            except UnreadableFile as reason:
                self.add_error("file", f"{reason}.")
        if not self.errors and not str(given.get("rows") or "").strip():
            self.add_error("rows", _("Paste rows here, or choose a file."))
        return given


def rows_of(upload: Any) -> str:
    """Return the rows of a file as text, a tab between their words; UnreadableFile if it is no table."""
    with TemporaryDirectory(prefix="hanse-rows-") as folder:
        path = Path(folder) / "file"
        path.write_bytes(upload.read())
        table = recognised(path, str(upload.name), Asked((), Path(folder), most=MOST_ROWS))
        # A tab behind the last word says where the words of a single column end.
        return "\n".join("\t".join([*(" ".join(word.split()) for word in row), ""]) for row in table.rows().words())


@dataclass(frozen=True, kw_only=True)
class RowsPage(Page):
    """Rows to paste or upload. `run` does one row, whose words lie in the ask's data, and returns what it came to.

    The first line may name the columns; where it does not, they stand in the order in which they are declared.
    """

    columns: tuple[Named, ...]
    run: Callable[[Ask], Any]
    example: str
    parent: Page | None = None
    button: str | Promise = SEND
    onward: Callable[[Desk], tuple[str, str | Promise]] | None = None
    """Where one goes on to when all is done: an address and its words."""

    def views(self) -> Mapping[str, tuple[str, View]]:
        """Return the one view."""
        return {"": ("", require_http_methods(["GET", "HEAD", "POST"])(self.take))}

    def take(self, request: HttpRequest) -> Answer:
        """Show the form, or take the rows in and say what became of each."""
        desk = self.enter(request)
        if request.method != "POST":
            return self._answer(request, RowsForm(desk=desk))
        form = RowsForm(request.POST, request.FILES, desk=desk)
        if not form.is_valid():
            return self._answer(request, form)
        found = Outcome()
        try:
            for line, said, row in self._read(form.cleaned_data["rows"]):
                self._do(Ask(desk, clock.now(), key_of(request.POST), None, row), line, said, found)
        except MalformedInput as refused:
            form.add_error("rows", str(_("Expected: %(expected)s.") % refused.details))
            return self._answer(request, form)
        again = RowsForm(initial={"rows": "\n".join(bad.said for bad in found.bad)}, desk=desk)
        return self._answer(request, again, found, self.onward(desk) if self.onward and not found.bad else None)

    def _do(self, ask: Ask, line: int, said: str, found: Outcome) -> None:
        """Do one row; the same row of the same form is the same request, wherever it stands."""
        key = f"{ask.key[:100]}:{line}:{sha256(said.encode()).hexdigest()[:16]}"
        try:
            for column in self.columns:
                if column.required and not ask.data.get(column.name):
                    raise MalformedInput(column.name, _("a text in the column %(name)s") % {"name": column.label})
            result = self.run(Ask(ask.desk, ask.at, key, None, ask.data))
        except MalformedInput as refused:
            found.bad.append(Bad(line, said, _now("Expected: %(expected)s.") % refused.details))
        except DomainError as refused:
            found.bad.append(Bad(line, said, str(refused)))
        else:
            found.done.append(str(result or ask.data[self.columns[0].name]))

    def _read(self, text: str) -> Iterator[tuple[int, str, dict[str, str]]]:
        """Yield line, text and words of every row."""
        lines = [line for line in text.splitlines() if line.strip()]
        if len(lines) > MOST_ROWS + 1:
            raise MalformedInput("rows", _("at most %(most)d rows") % {"most": MOST_ROWS})
        if not lines:
            return
        names = self._header(lines[0])
        for number, line in enumerate(lines[1:] if names else lines, start=2 if names else 1):
            words = split(line)
            known = names or [column.name for column in self.columns]
            yield number, line, dict(zip(known, words, strict=False))

    def _header(self, line: str) -> list[str]:
        """Return the columns that a first line names, [] if it is a row already."""
        by_name = {
            spelling.casefold(): column.name
            for column in self.columns
            for spelling in (column.name, str(column.label), *column.also)
        }
        said = [word.casefold() for word in split(line)]
        return [by_name.get(word, "") for word in said] if said and said[0] in by_name else []

    def _answer(
        self, request: HttpRequest, form: RowsForm, found: Outcome | None = None,
        onward: tuple[str, str | Promise] | None = None,
    ) -> HttpResponse:  # fmt: skip
        context = {"page": self, "form": form, "outcome": found, "onward": onward}
        return render(request, "console/kit/rows.html", context, status=422 if form.is_bound else 200)


def split(line: str) -> list[str]:
    """Return the words of a row: separated by tabs, semicolons or commas, else by white space."""
    mark = next((one for one in SEPARATORS if one in line), "")
    if not mark:
        return re.split(r"[\s，；]+", line.strip())
    try:
        words: Sequence[str] = next(csv.reader(StringIO(line), delimiter=mark), [])
    except csv.Error:
        words = line.split(mark)
    return [word.strip().removeprefix("'") for word in words]


def whole(ask: Ask, name: str, least: int = 1) -> int:
    """Return a number of pieces from a row's column; MalformedInput for anything else."""
    said = str(ask.data.get(name, ""))
    if not (said.isascii() and said.isdecimal() and len(said) <= 12 and int(said) >= least):
        raise MalformedInput(name, _("a whole number of pieces"))
    return int(said)
