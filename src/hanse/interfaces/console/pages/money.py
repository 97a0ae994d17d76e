"""A party's money: statements with every entry, payouts, asking for what one is owed."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from hanse.interfaces.console.kit.cells import CODE, MOMENT, MONEY, NUMBER, Column, worded
from hanse.interfaces.console.kit.details import DetailPage
from hanse.interfaces.console.kit.formpages import FormPage
from hanse.interfaces.console.kit.forms import CURRENCY, ConsoleForm, MoneyField, choice, fill
from hanse.interfaces.console.kit.lists import ListPage, by_field
from hanse.interfaces.console.kit.page import EARNERS, Ask, Desk
from hanse.interfaces.console.kit.tables import MOST, Table
from hanse.interfaces.templatetags.hanse import money
from hanse.interfaces.web.words import ENTRY
from hanse.network.parties.models import Link, Party
from hanse.network.parties.rules import CONSUMER, PROMOTES
from hanse.value.books.models import Account
from hanse.value.books.queries import Line
from hanse.value.books.rules import POINTS
from hanse.value.funds import queries as funds
from hanse.value.settlement import queries as settlement
from hanse.value.settlement.models import Payout, Statement
from hanse.value.settlement.operations.withdraw import withdraw

SEE, PAY_OUT = "money.see", "money.payout"


def earner(desk: Desk, _code: str) -> Party | None:
    """Return the party whose money it is; a household has none here before it has brought somebody."""
    if desk.party.kind != CONSUMER:
        return desk.party
    brought = Link.objects.visible_to(desk.actor).filter(kind=PROMOTES, upstream=desk.party)
    return desk.party if brought.exists() or owed(desk) else None


def statements(desk: Desk) -> Any:
    """Return the party's statements."""
    return Statement.objects.visible_to(desk.actor).filter(party=desk.party)


def payouts(desk: Desk) -> Any:
    """Return what was paid out to the party."""
    return Payout.objects.visible_to(desk.actor).filter(party=desk.party)


def assets(desk: Desk) -> list[str]:
    """Return in which currencies the party has or had money, the usual one first."""
    held = Account.objects.visible_to(desk.actor).filter(holder=desk.party).exclude(asset=POINTS)
    return sorted({CURRENCY, *held.values_list("asset", flat=True)}, key=lambda asset: (asset != CURRENCY, asset))


def owed(desk: Desk, asset: str = CURRENCY) -> int:
    """Return what could be paid out to the party now."""
    return funds.payable(asset, [desk.party.pk]).get(desk.party.pk, 0)


def entries(_desk: Desk, statement: Statement, after: int = 0) -> list[tuple[Line, str]]:
    """Return the statement's entries after one of them, with their currency."""
    return [(line, statement.asset) for line in settlement.lines(statement, after=after, limit=MOST + 1)]


class Withdrawal(ConsoleForm):
    """How much is to be paid out, and in which currency if there are several."""

    blames = {"nothing_to_pay_out": "amount", "cash_not_in": "amount"}
    asset = choice(_("Currency"), required=False)
    amount = MoneyField(label=_("Amount"), required=False, least=1, help_text=_("Empty: all that can be paid out."))

    def prepare(self) -> None:
        """Say how much there is."""
        there = {asset: money(max(owed(self.desk, asset), 0), asset) for asset in assets(self.desk)}
        said = " · ".join(there.values())
        self.fields["amount"].help_text = _("Empty: all that can be paid out, %(amount)s now.") % {"amount": said}
        if len(there) == 1:
            del self.fields["asset"]
            return
        fill(self, "asset", [(asset, f"{asset} {said}") for asset, said in there.items()])
        field, asked = self.fields["amount"], str(self.data.get("asset", ""))
        assert isinstance(field, MoneyField)
        field.currency = asked if asked in there else CURRENCY


def pay_out(ask: Ask) -> str:
    """Pay out what was asked for."""
    asset = ask.data.get("asset") or CURRENCY
    return withdraw(**ask.how, party=ask.party, asset=asset, amount=ask.data["amount"])


def pots(desk: Desk, party: Party) -> dict[str, Any]:
    """Return what the party has in each currency."""
    return {"pots": [pot(party.pk, asset) for asset in assets(desk)]}


def pot(party: int, asset: str) -> dict[str, Any]:
    """Return what a party has in a currency: each sum in words, and whether it is only worth a look if there is any."""
    receivable = funds.receivable(asset, [party]).get(party, 0)
    sums = (
        (_("Owed to you"), funds.owed(asset, [party]).get(party, 0) - receivable, True),
        (_("Sold on account, unpaid"), receivable, True),
        (_("Commission pending"), funds.pending(asset, [party]).get(party, 0), True),
        (_("Paid out"), funds.paid_out(asset, [party]).get(party, 0), True),
        (_("In the wallet"), funds.wallet(asset, [party]).get(party, 0), False),
        (_("On its way back to you"), funds.refund_due(asset, [party]).get(party, 0), False),
        (_("Bought on account, unpaid"), funds.credit_used(asset, [party]).get(party, 0), False),
    )
    return {"asset": asset, "tiles": [(label, money(sum_, asset)) for label, sum_, always in sums if sum_ or always]}


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
    key=lambda pair: pair[0].entry,
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
    template="console/kit/statement.html",
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
NEWEST = 6
OVERVIEW: DetailPage = DetailPage(
    name="money", route="money/", single=True, title=_("Money"), icon="coins", needs=(SEE,), kinds=EARNERS,
    find=earner, heading=lambda _party: str(_("Money")), status=lambda _party: "",
    template="console/kit/money.html", more=pots, links=((WITHDRAW, lambda _desk, _party: True),),
    tables=(
        Table(
            _("Statements"), STATEMENTS.columns, lambda desk, _party: statements(desk).order_by("-end", "-pk")[:NEWEST],
            empty=STATEMENTS.empty, open=lambda row: STATEMENT.url(row.code), all=STATEMENTS,
        ),
        Table(
            _("Payouts"), PAYOUTS.columns, lambda desk, _party: payouts(desk).order_by("-pk")[:NEWEST],
            empty=PAYOUTS.empty, all=PAYOUTS,
        ),
    ),
)  # fmt: skip
PAGES = (STATEMENTS, STATEMENT, WITHDRAW, PAYOUTS, OVERVIEW)
