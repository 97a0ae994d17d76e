"""What operators read: the books from account to entry to document, settlements, failed jobs."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hanse.interfaces.console.kit.cells import (
    CODE,
    MOMENT,
    MONEY,
    NAME,
    NUMBER,
    Column,
    named,
    worded,
)
from hanse.interfaces.console.kit.details import Act, DetailPage, by_event
from hanse.interfaces.console.kit.forms import ConsoleForm, Reason, text
from hanse.interfaces.console.kit.lists import Bulk, Filter, ListPage, Tabs, by_field
from hanse.interfaces.console.kit.page import OPERATORS, Answer, Desk
from hanse.interfaces.console.kit.tables import MOST, Table
from hanse.interfaces.console.pages.money import ENTRIES, SENT, SUMS
from hanse.interfaces.console.pages.works import SETTLE
from hanse.interfaces.jobs import failed
from hanse.interfaces.web import words
from hanse.kernel import clock
from hanse.kernel.actor import OPERATE
from hanse.network.parties.models import Party
from hanse.trade.orders.models import Order, Refund
from hanse.value.books import queries as books
from hanse.value.books.models import Account
from hanse.value.books.queries import Cut, Posting
from hanse.value.books.rules import AccountRef
from hanse.value.settlement import queries as settlement
from hanse.value.settlement.models import PAYOUT, Payout, Statement
from hanse.value.settlement.operations.fail_payout import fail_payout
from hanse.value.settlement.operations.mark_paid import mark_paid
from hanse.value.settlement.operations.mark_sent import mark_sent
from hanse.value.settlement.operations.return_payout import return_payout


@dataclass(frozen=True, slots=True)
class Pot:
    """An account with what is in it; its entries are read a page at a time, those after an entry (id)."""

    account: Account
    balance: int
    after: int = 0

    @property
    def pk(self) -> int:
        """Return the account's id."""
        return self.account.pk

    @property
    def money(self) -> tuple[int, str]:
        """Return the balance with its asset."""
        return self.balance, self.account.asset


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the books with its transfers, each with the names of both ends."""

    pk: int
    postings: list[tuple[Posting, str, str]]

    @property
    def first(self) -> Posting:
        """Return the first transfer, which tells when, what and by whom."""
        return self.postings[0][0]


def accounts(desk: Desk) -> Any:
    """Return every account."""
    return Account.objects.visible_to(desk.actor).select_related("holder", "partner")


def assets(desk: Desk) -> list[tuple[str, str]]:
    """Return in what accounts are kept."""
    found = Account.objects.visible_to(desk.actor).order_by("asset").values_list("asset", flat=True).distinct()
    return [(asset, asset) for asset in found]


def filled(_desk: Desk, rows: Iterable[Account]) -> list[Pot]:
    """Return accounts with their balances."""
    return [Pot(row, row.balance if row.balance is not None else books.balance(_ref(row))) for row in rows]


def _ref(row: Account) -> AccountRef:
    return AccountRef(row.holder_id, row.purpose, row.asset, row.partner_id)


def lines(_desk: Desk, pot: Pot) -> list[tuple[books.Line, str]]:
    """Return what entries did to the account, the earliest first."""
    return [(line, pot.account.asset) for line in books.lines(pot.pk, Cut(), after=pot.after, limit=MOST)]


def further(_desk: Desk, pot: Pot) -> dict[str, Any]:
    """Return which entry the next page begins after, 0 on the last page."""
    page = books.lines(pot.pk, Cut(), after=pot.after, limit=MOST + 1)
    return {"after": page[MOST - 1].entry if len(page) > MOST else 0, "first": not pot.after}


class AccountPage(DetailPage):
    """An account, whose entries may be many."""

    def thing(self, desk: Desk, code: object) -> Any:
        """Return the account as of the page that was asked for."""
        number, _mark, after = str(code).partition("|")
        found = super().thing(desk, number)
        return replace(found, after=int(after)) if after.isdecimal() and len(after) < 19 else found

    def show(self, request: HttpRequest, code: object = "") -> Answer:
        """Show a page of it."""
        return super().show(request, f"{code}|{request.GET.get('after', '')}")


def entry(desk: Desk, code: str) -> Entry | None:
    """Return one entry."""
    number = int(code)
    found = [one for one in books.journal(after=number - 1, limit=1) if one.entry == number]
    ids = {ref.holder for one in found for ref in (one.source, one.target)}
    names = {party.pk: named(party) for party in Party.objects.visible_to(desk.actor).filter(pk__in=ids)}

    def said(ref: AccountRef) -> str:
        return f"{names.get(ref.holder, ref.holder)} · {words.purpose(ref.purpose)}"

    return Entry(number, [(one, said(one.source), said(one.target)) for one in found]) if found else None


def document(desk: Desk, code: str) -> str:
    """Return where the document of that code is shown to operators, "" if it has no page."""
    if code.startswith("S-"):
        return SETTLED.url(code)
    if code.startswith("W-"):
        return PAYOUT_PAGE.url(code)
    if code.startswith("O-"):
        found = Order.objects.visible_to(desk.actor).filter(code=code).values_list("checkout__code", flat=True).first()
    elif code.startswith("R-"):
        found = Refund.objects.visible_to(desk.actor).filter(code=code).values_list("checkout__code", flat=True).first()
    else:
        found = code if code.startswith("C-") else None
    return reverse("platform-chain", args=[found]) if found else ""


class Reference(ConsoleForm):
    """What the bank calls it."""

    reference = text(_("The bank's reference"), 128, required=False)


def payout_acts() -> tuple[Act, ...]:
    """Return what operators tell about a payout when the bank does not do so itself."""

    def told(name: str, event: str, label: Any, verb: Any, field: str, form: type[ConsoleForm], tone: str) -> Act:
        return Act(
            name=name, label=label, form=form, tone=tone, icon="banknote",
            may=by_event(PAYOUT, event, OPERATE, roles=("engine",)),
            run=lambda ask: verb(**ask.how, payout=ask.thing.code, **{field: ask.data[field]}),
        )  # fmt: skip

    return (
        told("sent", "send", _("Sent to the bank"), mark_sent, "reference", Reference, ""),
        told("paid", "pay", _("Paid by the bank"), mark_paid, "reference", Reference, "go"),
        told("returned", "return", _("Returned by the bank"), return_payout, "why", Reason, "stop"),
        told("failed", "fail", _("Failed"), fail_payout, "why", Reason, "stop"),
    )


BY = {"engine": _("the clock")}
"""Who acts without being a person."""
NEVER = _("Nothing was booked yet.")
BOOKS: ListPage = ListPage(
    name="books", route="platform/books/", title=_("Books"), icon="receipt-text", **OPERATORS, rows=accounts,
    enrich=filled, code="pk",
    columns=(
        Column(_("Holder"), "account.holder", NAME, sort="holder__name"),
        Column(_("Account"), "account.purpose", worded(words.PURPOSE), sort="purpose"),
        Column(_("Towards"), "account.partner", NAME),
        Column(_("Balance"), "money", MONEY),
    ),
    search=("holder__name", "holder__name_en", "holder__code"),
    filters=(
        by_field("purpose", _("Account"), words.PURPOSE),
        Filter("asset", _("Currency"), assets, lambda rows, asset, _desk: rows.filter(asset=asset)),
    ),
    order=("holder__name", "purpose", "pk"),
    open=lambda pot: ACCOUNT.url(pot.pk),
)  # fmt: skip
ACCOUNT: DetailPage = AccountPage(
    name="account", route="platform/books/<int:code>/", title=_("Account"), **OPERATORS, parent=BOOKS, code="pk",
    find=lambda desk, code: next(iter(filled(desk, accounts(desk).filter(pk=code))), None),
    heading=lambda pot: f"{named(pot.account.holder)} · {words.purpose(pot.account.purpose)}",
    facts=(
        Column(_("Holder"), "account.holder", NAME), Column(_("Towards"), "account.partner", NAME),
        Column(_("Balance"), "money", MONEY),
    ),
    tables=(
        Table(ENTRIES.title, ENTRIES.columns, lines, NEVER, lambda pair: ENTRY.url(pair[0].entry)),
    ),
    more=further, template="console/kit/account.html",
)  # fmt: skip
ENTRY: DetailPage = DetailPage(
    name="entry", route="platform/entries/<int:code>/", title=_("Entry"), **OPERATORS, parent=BOOKS, code="pk",
    find=entry,
    heading=lambda found: f"{words.entry(found.first.kind)} · {found.first.subject}",
    facts=(
        Column(_("When"), "first.at", MOMENT),
        Column(_("By"), lambda found: BY.get(found.first.by, found.first.by)),
        Column(_("About"), "first.subject", CODE),
    ),
    tables=(
        Table(
            _("Transfers"),
            (
                Column(_("From"), lambda row: row[1]),
                Column(_("To"), lambda row: row[2]),
                Column(_("Amount"), lambda row: (row[0].amount, row[0].source.asset), MONEY),
            ),
            lambda _desk, found: found.postings,
        ),
    ),
    more=lambda desk, found: {"document": document(desk, found.first.subject)},
    template="console/kit/entry.html",
)  # fmt: skip
SETTLEMENTS: ListPage = ListPage(
    name="settlements", route="platform/settlements/", title=_("Settlements"), icon="coins", **OPERATORS,
    hint=_("Made by the clock at the end of each party's cycle."),
    rows=lambda desk: Statement.objects.visible_to(desk.actor).select_related("party"),
    columns=(
        Column(_("Statement"), "code", CODE), Column(_("Party"), "party", NAME, sort="party__name"),
        Column(_("Until"), "end", MOMENT, sort="end"), *SUMS,
    ),
    search=("code", "party__name", "party__name_en"), order=("-end", "-pk"), open=lambda row: SETTLED.url(row.code),
    links=(SETTLE,),
    empty=_("No settlement has been made yet."),
)  # fmt: skip
SETTLED: DetailPage = DetailPage(
    name="settled", route="platform/settlements/<str:code>/", title=_("Statement"), **OPERATORS, parent=SETTLEMENTS,
    find=lambda desk, code: Statement.objects.visible_to(desk.actor).filter(code=code).select_related("party").first(),
    heading=lambda row: f"{named(row.party)} · {row.code}",
    facts=(
        Column(_("From"), "start", MOMENT), Column(_("Until"), "end", MOMENT),
        Column(_("Number of entries"), "entries", NUMBER), *SUMS,
    ),
    tables=(
        Table(
            ENTRIES.title, ENTRIES.columns, ENTRIES.rows, ENTRIES.empty, lambda pair: ENTRY.url(pair[0].entry),
        ),
    ),
)  # fmt: skip
ALL_PAYOUTS: ListPage = ListPage(
    name="all-payouts", route="platform/payouts/", title=_("All payouts"), icon="banknote", **OPERATORS,
    rows=lambda desk: Payout.objects.visible_to(desk.actor).select_related("party"),
    columns=(
        Column(_("Payout"), "code", CODE), Column(_("Party"), "party", NAME, sort="party__name"),
        Column(_("Status"), "status", worded(SENT)), Column(_("When"), "created_at", MOMENT, sort="created_at"),
        Column(_("Amount"), lambda p: (p.amount, p.asset), MONEY, sort="amount"),
    ),
    search=("code", "party__name", "party__name_en", "reference"), filters=(by_field("status", _("Status"), SENT),),
    open=lambda row: PAYOUT_PAGE.url(row.code), empty=_("Nothing was paid out yet."),
)  # fmt: skip
PAYOUT_PAGE: DetailPage = DetailPage(
    name="payout", route="platform/payouts/<str:code>/", title=_("Payout"), **OPERATORS, parent=ALL_PAYOUTS,
    states=PAYOUT,
    find=lambda desk, code: Payout.objects.visible_to(desk.actor).filter(code=code).select_related("party").first(),
    heading=lambda row: f"{named(row.party)} · {row.code}", status=lambda _row: "",
    facts=(
        Column(_("Amount"), lambda p: (p.amount, p.asset), MONEY), Column(_("When"), "created_at", MOMENT),
        Column(_("Status"), "status", worded(SENT)), Column(_("The bank's reference"), "reference"),
        Column(_("Reason"), "reason"),
    ),
    acts=payout_acts(),
)  # fmt: skip
JOBS: ListPage = ListPage(
    name="jobs", route="platform/jobs/", title=_("Jobs"), icon="circle-alert", **OPERATORS,
    rows=lambda desk: failed.jobs(desk.actor), code="pk",
    tabs=Tabs(
        "status", _("Status"), {"failed": _("Failed"), "todo": _("Waiting"), "doing": _("Running"), "all": _("All")},
        lambda rows, value, _desk: rows if value == "all" else rows.filter(status=value),
        lambda desk: failed.counts(desk.actor),
    ),
    columns=(
        Column(_("Job"), "pk", NUMBER),
        Column(_("Task"), "task_name", CODE),
        Column(_("What"), lambda job: str(job.args)[:200]),
        Column(_("Attempts"), "attempts", NUMBER),
        Column(_("Planned for"), "scheduled_at", MOMENT, sort="scheduled_at"),
        Column(_("When"), "at", MOMENT),
    ),
    search=("task_name",),
    bulk=(Bulk("retry", _("Begin again"), lambda ask: failed.retry(ask.desk.actor, ask.thing.pk)),),
    empty=_("No job has failed."),
)  # fmt: skip
PAGES = (
    BOOKS, ACCOUNT, ENTRY, SETTLEMENTS, SETTLED, ALL_PAYOUTS, PAYOUT_PAGE, JOBS,
)  # fmt: skip


def waiting(desk: Desk) -> int:
    """Return how many settlements are due and not made: more than none for long means that the clock stands still."""
    desk.actor.require(OPERATE)
    return len(settlement.due(clock.now(), settings.HANSE_ZONE))
