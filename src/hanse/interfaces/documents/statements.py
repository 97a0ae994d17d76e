"""A settlement statement on paper: what a party was owed, entry by entry, and what was paid out."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from hanse.interfaces.documents.paper import Grid, Paper
from hanse.interfaces.templatetags.hanse import moment, money, name, number
from hanse.interfaces.web import words
from hanse.kernel.actor import Actor
from hanse.value.books.queries import Line
from hanse.value.settlement import queries as settlement
from hanse.value.settlement.models import Statement

PAGE = 500
MOST = 5_000
"""Entries on paper; a longer statement is read as a file."""


def statements(actor: Actor) -> QuerySet[Statement]:
    """Return the statements that the actor may see."""
    return Statement.objects.visible_to(actor).select_related("party")


def entries(statement: Statement) -> Iterator[Line]:
    """Yield the entries of a statement, no more than fit on paper."""
    after, left = 0, MOST
    while left > 0:
        found = settlement.lines(statement, after=after, limit=min(PAGE, left))
        yield from found
        if len(found) < PAGE:
            return
        after, left = found[-1].entry, left - len(found)


def statement_paper(row: Statement) -> Paper:
    """Return a statement as a document."""
    rows: list[tuple[Any, ...]] = [
        (moment(line.at), words.entry(line.kind), line.subject, money(line.amount, row.asset)) for line in entries(row)
    ]
    heads = ((_("When"), 28), (_("What"), 28), (_("About"), 26), (_("Amount"), 18))
    return Paper(
        title=_("Statement"),
        number=row.code,
        sides=((_("For"), [name(row.party), row.party.code]),),
        facts=(
            (_("From"), moment(row.start)),
            (_("Until"), moment(row.end)),
            (_("Number of entries"), number(row.entries)),
        ),
        grids=[Grid(heads, rows, frozenset({3}))] if rows else (),
        sums=(
            (_("Opening"), money(row.opening, row.asset)),
            (_("Entries"), money(row.amount, row.asset)),
            (_("Paid out"), money(-row.paid, row.asset)),
            (_("Closing"), money(row.closing, row.asset)),
        ),
        notes=(_("Only the first %(most)s entries are printed.") % {"most": number(MOST)},)
        if row.entries > MOST
        else (),
    )
