"""What a party has and is owed: balances, statements, payouts, commission, credit."""

from typing import Annotated, Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router

from hanse.interfaces.api.auth import KNOWN, Key, actor_of, holder_of, permitted
from hanse.interfaces.api.pages import Part, page_of, position, sliced
from hanse.interfaces.api.reads import one_of
from hanse.interfaces.api.schemas import money as schemas
from hanse.interfaces.api.schemas.network import Documented
from hanse.interfaces.api.schemas.words import Code, In, Page, PartyName, money, who
from hanse.kernel import clock
from hanse.kernel.actor import OPERATE, Actor
from hanse.kernel.errors import MalformedInput
from hanse.network.parties.models import Link
from hanse.network.parties.queries import terms_for
from hanse.trade.commission.models import Commission
from hanse.trade.orders.models import Order
from hanse.value.books.models import SEE_MONEY
from hanse.value.funds import queries as funds
from hanse.value.funds.operations.grant_points import grant_points
from hanse.value.funds.operations.top_up_wallet import top_up_wallet
from hanse.value.settlement.models import Payout, Statement
from hanse.value.settlement.operations.fail_payout import fail_payout
from hanse.value.settlement.operations.mark_paid import mark_paid
from hanse.value.settlement.operations.mark_sent import mark_sent
from hanse.value.settlement.operations.return_payout import return_payout
from hanse.value.settlement.operations.settle import settle
from hanse.value.settlement.operations.withdraw import PAY_OUT, withdraw
from hanse.value.settlement.queries import lines

router = Router(tags=["money"], auth=KNOWN)


class MoneyFilter(In):
    """In which currency; whose, for operators."""

    currency: schemas.Cash = "CNY"
    party: PartyName | None = None


@router.get("/balances", response=schemas.Balances)
def get_balances(request: HttpRequest, wanted: Annotated[MoneyFilter, Query()]) -> schemas.Balances:
    """Say what the acting party has, is owed and owes in a currency."""
    holder = holder_of(permitted(request, SEE_MONEY), wanted.party)
    pk, asset = holder.pk, wanted.currency
    reads = ("payable", "receivable", "paid_out", "pending", "held", "wallet", "refund_due", "credit_used")
    return schemas.Balances(
        party=who(holder),
        currency=asset,
        points=funds.points([pk]).get(pk, 0),
        **{name: getattr(funds, name)(asset, [pk]).get(pk, 0) for name in reads},
    )


def statement_rows(actor: Actor) -> "QuerySet[Statement]":
    """Return the statements that the actor may see."""
    return Statement.objects.visible_to(actor).select_related("party", "payout")


def show_statement(row: Statement) -> schemas.Statement:
    """Return a statement as its party sees it."""
    plain = ("code", "start", "end", "opening", "amount", "paid", "closing", "entries")
    return schemas.Statement(
        **{name: getattr(row, name) for name in plain},
        party=who(row.party),
        currency=row.asset,
        payout=row.payout.code if row.paid else None,
    )


@router.get("/statements", response=Page[schemas.Statement])
def list_statements(request: HttpRequest, part: Part) -> dict[str, Any]:
    """List the acting party's statements (operators: all), the latest first."""
    rows = statement_rows(permitted(request, SEE_MONEY))
    return page_of(rows, part, lambda found: [show_statement(row) for row in found])


@router.get("/statements/{code}", response=schemas.Statement)
def get_statement(request: HttpRequest, code: Code) -> schemas.Statement:
    """Show one statement."""
    return show_statement(one_of(statement_rows(permitted(request, SEE_MONEY)), code, _("statement")))


@router.get("/statements/{code}/entries", response=Page[schemas.Entry])
def list_statement_entries(request: HttpRequest, code: Code, part: Part) -> dict[str, Any]:
    """List the entries of a statement, in the order in which they were booked; they sum to its amount."""
    row = one_of(statement_rows(permitted(request, SEE_MONEY)), code, _("statement"))
    found = lines(row, after=position(part.after) or 0, limit=part.limit + 1)
    return sliced(
        found,
        part,
        lambda some: [schemas.Entry(at=one.at, kind=one.kind, subject=one.subject, amount=one.amount) for one in some],
        lambda one: one.entry,
    )


@router.post("/settlements", response={201: schemas.Settled})
def settle_party(request: HttpRequest, body: schemas.SettleIn, key: Key) -> dict[str, Any]:
    """Make a party's statement up to a moment and pay it out. Operators only; cycles run by themselves."""
    actor = permitted(request, OPERATE)
    at, party = clock.now(), holder_of(actor, body.party).code
    if body.boundary is not None and body.boundary > at:
        raise MalformedInput("boundary", _("a moment that has come"))
    code = settle(key=key, at=at, by=actor, party=party, asset=body.currency, boundary=body.boundary)
    return {"statement": code}


def payout_rows(actor: Actor) -> "QuerySet[Payout]":
    """Return the payouts that the actor may see."""
    return Payout.objects.visible_to(actor).select_related("party", "statement")


def show_payout(row: Payout) -> schemas.Payout:
    """Return a payout as its party sees it."""
    return schemas.Payout(
        code=row.code,
        party=who(row.party),
        amount=money(row.amount, row.asset),
        status=row.status,
        statement=row.statement.code if row.statement else None,
        reference=row.reference,
        reason=row.reason,
        created_at=row.created_at,
    )


@router.get("/payouts", response=Page[schemas.Payout])
def list_payouts(request: HttpRequest, part: Part) -> dict[str, Any]:
    """List the payouts to the acting party (operators: all), the latest first."""
    rows = payout_rows(permitted(request, SEE_MONEY))
    return page_of(rows, part, lambda found: [show_payout(row) for row in found])


@router.get("/payouts/{code}", response=schemas.Payout)
def get_payout(request: HttpRequest, code: Code) -> schemas.Payout:
    """Show one payout and how far it has come."""
    return show_payout(one_of(payout_rows(permitted(request, SEE_MONEY)), code, _("payout")))


@router.post("/payouts", response={201: Documented})
def withdraw_money(request: HttpRequest, body: schemas.WithdrawIn, key: Key) -> dict[str, str]:
    """Have what the acting party is owed paid out now, all of it or an amount; returns the payout's code."""
    actor = permitted(request, PAY_OUT)
    holder = holder_of(actor, body.party)
    code = withdraw(key=key, at=clock.now(), by=actor, party=holder.code, asset=body.currency, amount=body.amount)
    return {"code": code}


def _told(verb: Any, request: HttpRequest, code: str, key: str, **said: str) -> schemas.Payout:
    """Let an operator note what the bank says about a payout."""
    actor = permitted(request, OPERATE)
    one_of(payout_rows(actor), code, _("payout"))
    verb(key=key, at=clock.now(), by=actor, payout=code, **said)
    return show_payout(one_of(payout_rows(actor), code, _("payout")))


@router.post("/payouts/{code}/sent", response=schemas.Payout)
def mark_payout_sent(request: HttpRequest, code: Code, body: schemas.ToldIn, key: Key) -> schemas.Payout:
    """Note that a payout went to the bank. Operators only."""
    return _told(mark_sent, request, code, key, reference=body.reference)


@router.post("/payouts/{code}/paid", response=schemas.Payout)
def mark_payout_paid(request: HttpRequest, code: Code, body: schemas.ToldIn, key: Key) -> schemas.Payout:
    """Note that the bank has paid. Operators only."""
    return _told(mark_paid, request, code, key, reference=body.reference)


@router.post("/payouts/{code}/returned", response=schemas.Payout)
def return_one_payout(request: HttpRequest, code: Code, body: schemas.FailedIn, key: Key) -> schemas.Payout:
    """Note that the bank sent a payout back: it is owed again. Operators only."""
    return _told(return_payout, request, code, key, why=body.why)


@router.post("/payouts/{code}/failed", response=schemas.Payout)
def fail_one_payout(request: HttpRequest, code: Code, body: schemas.FailedIn, key: Key) -> schemas.Payout:
    """Note that the bank could not take a payout: it is owed again. Operators only."""
    return _told(fail_payout, request, code, key, why=body.why)


@router.post("/wallets/top-ups", response={204: None})
def top_up_one_wallet(request: HttpRequest, body: schemas.TopUpIn, key: Key) -> None:
    """Put money that came in from outside into a party's wallet. Operators only."""
    actor = permitted(request, OPERATE)
    party = holder_of(actor, body.party).code
    top_up_wallet(key=key, at=clock.now(), by=actor, party=party, amount=body.amount, asset=body.currency)


@router.post("/points", response={204: None})
def give_points(request: HttpRequest, body: schemas.PointsIn, key: Key) -> None:
    """Give a party points; what they buy one day, the platform bears. Operators only."""
    actor = permitted(request, OPERATE)
    party = holder_of(actor, body.party).code
    grant_points(key=key, at=clock.now(), by=actor, party=party, points=body.points, subject=body.subject)


@router.get("/commissions", response=Page[schemas.Commission])
def list_commissions(request: HttpRequest, part: Part) -> dict[str, Any]:
    """List what the acting party earns by promoting, or bears as a seller, the latest first."""
    actor = permitted(request, SEE_MONEY)
    rows = Commission.objects.visible_to(actor).select_related("promoter", "bearer", "line__order")
    known = Order.objects.visible_to(actor).values("pk")

    def show(found: Any) -> list[schemas.Commission]:
        seen = set(known.filter(pk__in=[row.line.order_id for row in found]).values_list("pk", flat=True))
        return [_commission(row, seen) for row in found]

    return page_of(rows, part, show)


def _commission(row: Commission, seen: set[int]) -> schemas.Commission:
    order = row.line.order
    status = "confirmed" if order.status == "closed" else "pending"
    return schemas.Commission(
        order=order.code if order.pk in seen else None,
        promoter=who(row.promoter),
        bearer=who(row.bearer),
        level=row.level,
        rate=row.rate,
        amount=money(row.amount, order.currency),
        left=money(row.left, order.currency),
        status=status if row.left else "withdrawn",
        at=row.at,
    )


@router.get("/credit", response=Page[schemas.CreditLine])
def list_credit_lines(request: HttpRequest, part: Part, wanted: Annotated[MoneyFilter, Query()]) -> dict[str, Any]:
    """List the credit that the acting party grants or is granted, and how much of it is drawn, in a currency."""
    actor = actor_of(request)
    actor.require(SEE_MONEY)
    rows = Link.objects.visible_to(actor).open().filter(kind="supply").select_related("upstream", "downstream")

    def show(found: Any) -> list[schemas.CreditLine]:
        terms = terms_for([(link.upstream_id, link.downstream_id) for link in found])
        granted = [(link, terms[link.upstream_id, link.downstream_id]) for link in found]
        return [
            schemas.CreditLine(
                seller=who(link.upstream),
                buyer=who(link.downstream),
                limit=money(agreed.limit, wanted.currency),
                used=money(
                    funds.credit_used(wanted.currency, [link.downstream_id], partners=[link.upstream_id]).get(
                        link.downstream_id, 0
                    ),
                    wanted.currency,
                ),
                period=agreed.period,
            )
            for link, agreed in granted
            if agreed.pay == "credit"
        ]

    return page_of(rows, part, show)
