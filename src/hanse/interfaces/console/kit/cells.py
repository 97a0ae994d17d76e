"""How a value is shown: one column of a list, one fact of a detail, one field of an exported file."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any

from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from hanse.interfaces.templatetags import hanse as tags
from hanse.interfaces.web import words
from hanse.kernel import money as amounts

NOTHING = "–"


@dataclass(frozen=True, slots=True)
class Kind:
    """One way to show values: for people as HTML, for programs as text."""

    html: Callable[[Any], str]
    plain: Callable[[Any], str]
    end: bool = False
    """Whether it stands at the end of its cell, as numbers do."""


def text_of(value: Any) -> str:
    """Return a value as text; what is not there is empty."""
    return "" if value is None else str(value)


def named(thing: Any) -> str:
    """Return a thing's name in the reader's language."""
    return tags.name(thing) if thing is not None else ""


def _listed(things: Any) -> SafeString | str:
    return format_html_join("", "<span class='block'>{}</span>", ((thing,) for thing in things)) or NOTHING


def _picture(images: Any) -> SafeString:
    if not images:
        return format_html('<span class="pic noimg">{}</span>', tags.icon("image-off"))
    path = tags.media(images[0]["path"])
    return format_html('<img class="pic" src="{}" alt="" width="48" height="48" loading="lazy">', path)


def _moment(at: datetime | None) -> str:
    return at.isoformat(timespec="seconds") if at else ""


TEXT = Kind(lambda v: text_of(v) or NOTHING, text_of)
NAME = Kind(lambda v: named(v) or NOTHING, named)
CODE = Kind(lambda v: format_html('<span class="code">{}</span>', v) if v else NOTHING, text_of)
NUMBER = Kind(lambda v: NOTHING if v is None else tags.number(v), text_of, end=True)
PERCENT = Kind(
    lambda v: NOTHING if v is None else tags.percent(v), lambda v: "" if v is None else f"{v / 100:g}%", True
)
MONEY = Kind(lambda v: tags.money(*v), lambda v: "" if v[0] is None else amounts.plain(*v), end=True)
"""Of a pair: minor units and their currency."""
STATUS = Kind(tags.badge, words.status)
MOMENT = Kind(lambda v: format_html('<span class="num">{}</span>', tags.moment(v)) if v else NOTHING, _moment)
DAY = Kind(tags.day, _moment)
PARTY_KIND = Kind(words.kind, words.kind)
SHORT_LINES = Kind(
    lambda v: format_html_join("", "<span class='block num'>{}</span>", ((one,) for one in v)) or NOTHING,
    lambda v: "; ".join(str(one) for one in v),
)
"""Lines that are not broken."""
LINES = Kind(_listed, lambda v: "; ".join(str(one) for one in v))
PICTURE = Kind(_picture, lambda v: v[0]["path"] if v else "")
YES = Kind(lambda v: tags.icon("check", "yes") if v else NOTHING, lambda v: "1" if v else "")


def worded(said: Mapping[str, Any]) -> Kind:
    """Return the kind that shows one of these words for a value."""
    return Kind(lambda v: str(said.get(v, v)) or NOTHING, lambda v: str(said.get(v, v)))


@dataclass(frozen=True, slots=True)
class Column:
    """One column (or fact): its label, where its value is, how it is shown, by which database field it sorts."""

    label: str | Promise
    get: str | Callable[[Any], Any]
    kind: Kind = TEXT
    sort: str = ""

    def value(self, row: Any) -> Any:
        """Return the value of a row; a path that breaks off at nothing is nothing."""
        if callable(self.get):
            return self.get(row)
        if self.get == "self":
            return row
        try:
            return attrgetter(self.get)(row)
        except AttributeError:
            return None

    def html(self, row: Any) -> str:
        """Return the value as it is shown."""
        return self.kind.html(self.value(row))

    def plain(self, row: Any) -> str:
        """Return the value as a file holds it; what a spreadsheet would compute is marked as text."""
        said = self.kind.plain(self.value(row))
        return (
            f"'{said}" if said[:1] in {"=", "+", "@", "\t", "\r"} or (said[:1] == "-" and not _number(said)) else said
        )


def _number(text: str) -> bool:
    return text[1:].replace(".", "", 1).isdecimal()


@dataclass(frozen=True, slots=True)
class Cell:
    """One value of a table as the template wants it."""

    html: str
    label: str
    end: bool

    @property
    def nothing(self) -> bool:
        """Say whether there is nothing to be shown: a phone leaves it out."""
        return self.html == NOTHING


def cells(columns: tuple[Column, ...], row: Any) -> list[Cell]:
    """Return the cells of a row."""
    return [Cell(column.html(row), str(column.label), column.kind.end) for column in columns]
