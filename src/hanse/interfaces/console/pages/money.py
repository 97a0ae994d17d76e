"""A party's money: statements with every entry, payouts, asking for what one is owed."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from hanse.interfaces.console.kit.cells import CODE, MOMENT, MONEY, NUMBER, Column, worded
from hanse.interfaces.console.kit.details import DetailPage
from hanse.interfaces.console.kit.formpages import FormPage
from hanse.interfaces.console.kit.forms import CURRENCY, ConsoleForm, MoneyField
from hanse.interfaces.console.kit.lists import ListPage, by_field
from hanse.interfaces.console.kit.page import EARNERS, Ask, Desk
from hanse.interfaces.console.kit.tables import MOST, Table
from hanse.interfaces.templatetags.hanse import money
from hanse.interfaces.web.words import ENTRY
from hanse.value.books.queries import Line
from hanse.value.funds import queries as funds
from hanse.value.settlement import queries as settlement
from hanse.value.settlement.models import Payout, Statement
from hanse.value.settlement.operations.withdraw import withdraw

SEE, PAY_OUT = "money.see", "money.payout"


def statements(desk: Desk) -> Any:
    """Return the party's statements."""
    return Statement.objects.visible_to(desk.actor).filter(party=desk.party)


def payouts(desk: Desk) -> Any:
    """Return what was paid out to the party."""
    return Payout.objects.visible_to(desk.actor).filter(party=desk.party)


def owed(desk: Desk) -> int:
    """Return what could be paid out to the party now."""
    return funds.payable(CURRENCY, [desk.party.pk]).get(desk.party.pk, 0)


def entries(_desk: Desk, statement: Statement) -> list[tuple[Line, str]]:
    """Return the statement's entries with their currency."""
    return [(line, statement.asset) for line in settlement.lines(statement, limit=MOST)]


class Withdrawal(ConsoleForm):
    """How much is to be paid out."""

    blames = {"nothing_to_pay_out": "amount"}
    amount = MoneyField(label=_("Amount"), required=False, least=1, help_text=_("Empty: all that can be paid out."))

    def prepare(self) -> None:
        """Say how much there is."""
        available = money(max(owed(self.desk), 0), CURRENCY)
        self.fields["amount"].help_text = _("Empty: all that can be paid out, %(amount)s now.") % {"amount": available}


def pay_out(ask: Ask) -> str:
    """Pay out what was asked for."""
    return withdraw(**ask.how, party=ask.party, asset=CURRENCY, amount=ask.data["amount"])


SENT = {
    "created": _("To be sent to the bank"), "sent": _("Sent to the bank"), "paid": _("Paid out"),
    "failed": _("Failed"), "returned": _("Returned by the bank"),
}  # fmt: skip
"""How far a payout has come."""
SUMS = (
    Column(_("Opening"), lambda s: (s.opening, s.asset), MONEY),
    Column(_("Entries"), lambda s: (s.amount, s.asset), MONEY),
    Column(_("Paid out"), lambda s: (s.paid, s.asset), MONEY),
    Column(_("Closing"), lambda s: (s.closing, s.asset), MONEY),
)
ENTRIES = Table(
    _("Entries"),
    (
        Column(_("When"), lambda pair: pair[0].at, MOMENT),
        Column(_("What"), lambda pair: pair[0].kind, worded(ENTRY)),
        Column(_("About"), lambda pair: pair[0].subject, CODE),
        Column(_("Amount"), lambda pair: (pair[0].amount, pair[1]), MONEY),
    ),
    entries,
    empty=_("This statement has no entries."),
)
STATEMENTS: ListPage = ListPage(
    name="statements", title=_("Statements"), icon="receipt-text", needs=(SEE,), kinds=EARNERS, rows=statements,
    columns=(
        Column(_("Statement"), "code", CODE),
        Column(_("From"), "start", MOMENT),
        Column(_("Until"), "end", MOMENT, sort="end"),
        *SUMS,
    ),
    search=("code",), order=("-end", "-pk"), open=lambda row: STATEMENT.url(row.code),
    empty=_("There is no statement yet. The first is made at the end of the first settlement cycle."),
)  # fmt: skip
STATEMENT: DetailPage = DetailPage(
    name="statement", route="statements/<str:code>/", title=_("Statement"), needs=(SEE,), kinds=EARNERS,
    parent=STATEMENTS, find=lambda desk, code: statements(desk).filter(code=code).first(),
    heading=lambda row: str(_("Statement %(code)s") % {"code": row.code}),
    facts=(
        Column(_("From"), "start", MOMENT), Column(_("Until"), "end", MOMENT),
        Column(_("Number of entries"), "entries", NUMBER), *SUMS,
    ),
    tables=(ENTRIES,),
)  # fmt: skip
WITHDRAW: FormPage = FormPage(
    name="withdraw", title=_("Have it paid out"), icon="banknote", needs=(PAY_OUT,), kinds=EARNERS, form=Withdrawal,
    run=pay_out, leads=lambda _ask, _code: PAYOUTS.url(), done=_("It is on its way to your bank."),
)  # fmt: skip
PAYOUTS: ListPage = ListPage(
    name="payouts", title=_("Payouts"), icon="banknote", needs=(SEE,), kinds=EARNERS, rows=payouts,
    columns=(
        Column(_("Payout"), "code", CODE),
        Column(_("When"), "created_at", MOMENT, sort="created_at"),
        Column(_("Status"), "status", worded(SENT)),
        Column(_("Statement"), "statement.code", CODE),
        Column(_("Reason"), "reason"),
        Column(_("Amount"), lambda p: (p.amount, p.asset), MONEY, sort="amount"),
    ),
    filters=(by_field("status", _("Status"), SENT),), links=(WITHDRAW,), empty=_("Nothing was paid out yet."),
)  # fmt: skip
PAGES = (STATEMENTS, STATEMENT, WITHDRAW, PAYOUTS)
