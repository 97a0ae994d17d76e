"""A field that is a small table: rows of cells to type into, each cell refused beside itself."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hanse.interfaces.console.kit.cells import text_of
from hanse.kernel import money
from hanse.kernel.errors import MalformedInput

MOST = 200
LONGEST = 200


def as_text(said: str) -> str:
    """Return what was typed."""
    return said


def as_pieces(said: str) -> int:
    """Read a whole number, nothing typed as 0."""
    if said and not (said.isascii() and said.isdecimal() and len(said) <= 12):
        raise MalformedInput("cell", _("a whole number"))
    return int(said or 0)


def as_money(currency: str) -> Callable[[str], int | None]:
    """Return what reads an amount, nothing typed as none."""
    return lambda said: money.parse(said.replace(",", ""), currency) if said else None


def as_moment(said: str) -> datetime | None:
    """Read a moment of the business zone, nothing typed as none."""
    if not said:
        return None
    try:
        found = parse_datetime(said)
    except ValueError:
        found = None
    if found is None:
        raise MalformedInput("cell", _("a day and a time"))
    return found.replace(tzinfo=ZoneInfo(settings.HANSE_ZONE)) if found.tzinfo is None else found


def typed_moment(at: datetime | None) -> str:
    """Return a moment as the browser's field for moments wants it."""
    return at.astimezone(ZoneInfo(settings.HANSE_ZONE)).strftime("%Y-%m-%dT%H:%M") if at else ""


@dataclass(frozen=True, slots=True)
class GridColumn:
    """One column: its name and label, the kind of its inputs, and how what was typed is read."""

    name: str
    label: str | Promise
    read: Callable[[str], Any] = as_text
    type: str = "text"
    choices: Sequence[tuple[str, str | Promise]] = ()
    attrs: Mapping[str, str] = field(default_factory=dict)
    most: int = LONGEST
    words: Sequence[str] = ()
    """What is mostly typed, to be chosen from."""


class Grid(forms.Widget):
    """The table in the browser; without script there are some empty rows, with it more can be had."""

    template_name = "console/kit/grid.html"

    def __init__(self, columns: Sequence[GridColumn], blank: int) -> None:
        super().__init__()
        self.columns, self.blank = tuple(columns), blank
        self.problems: dict[tuple[int, str], str] = {}

    def __deepcopy__(self, memo: dict[int, Any]) -> "Grid":
        """Return a copy for one form: what one person typed wrong is no other's problem."""
        found = super().__deepcopy__(memo)
        found.problems = {}
        return found

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[dict[str, str]] | None:  # noqa: ARG002
        """Gather the rows in which something was typed."""
        taken = [key.rsplit("-", 2)[1] for key in data if key.startswith(f"{name}-") and key.count("-") >= 2]
        places = sorted({int(one) for one in taken if one.isascii() and one.isdecimal() and len(one) < 5})
        rows = [
            {one.name: str(data.get(f"{name}-{place}-{one.name}", "")).strip()[: one.most] for one in self.columns}
            for place in places[: MOST + 1]
        ]
        return [row for row in rows if self._says(row)]

    def _says(self, row: Mapping[str, str]) -> bool:
        """Say whether something was typed into a row; what can only be chosen is always there."""
        return any(row[one.name] for one in self.columns if not one.choices and one.type != "checkbox")

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """Return the rows that there are, and some empty ones."""
        known = list(value or [])
        rows = known + [{} for _place in range(self.blank)]
        shown = [
            [self._cell(name, place, row, one, attrs.get("id") or name) for one in self.columns]
            for place, row in enumerate(rows)
        ]
        context = super().get_context(name, None, attrs)
        context["widget"] |= {"columns": self.columns, "rows": shown, "grows": self.blank > 0}
        return context

    def _cell(self, name: str, place: int, row: Mapping[str, Any], one: GridColumn, id_: str) -> dict[str, Any]:
        return {
            "name": f"{name}-{place}-{one.name}", "id": f"{id_}-{place}-{one.name}", "column": one,
            "value": text_of(row.get(one.name)), "problem": self.problems.get((place, one.name), ""),
            "number": place + 1,
        }  # fmt: skip

    def id_for_label(self, id_: str) -> str:  # noqa: ARG002 - every cell has a label of its own
        """Return nothing: the table's heading is no label of one input."""
        return ""


class GridField(forms.Field):
    """Rows of what was typed, each cell read by its column."""

    widget: Grid

    def __init__(self, columns: Iterable[GridColumn], *, blank: int = 3, **kwargs: Any) -> None:
        super().__init__(widget=Grid(tuple(columns), blank), **kwargs)

    def columned(self, columns: Iterable[GridColumn]) -> None:
        """Let the columns be these: what can be chosen depends on who looks."""
        self.widget.columns = tuple(columns)

    def clean(self, value: Any) -> list[dict[str, Any]]:
        """Read every cell; what cannot be read is refused where it stands."""
        rows = list(value or [])
        if len(rows) > MOST:
            raise ValidationError(_("At most %(most)d rows.") % {"most": MOST})
        if self.required and not rows:
            raise ValidationError(self.error_messages["required"])
        found = [
            {one.name: self._read(place, one, row) for one in self.widget.columns} for place, row in enumerate(rows)
        ]
        if self.widget.problems:
            raise ValidationError(_("Please look at the cells that are marked."))
        return found

    def _read(self, place: int, one: GridColumn, row: Mapping[str, str]) -> Any:
        said = row.get(one.name, "")
        if one.choices and said not in dict(one.choices):
            said = one.choices[0][0]
        try:
            return one.read(said)
        except MalformedInput as refused:
            self.widget.problems[place, one.name] = str(_("Expected: %(expected)s.") % refused.details)
            return None
