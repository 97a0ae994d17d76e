"""The books, for the platform's operators: every entry, account by account."""

from collections.abc import Iterable
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router
from pydantic import Field

from hanse.interfaces.api.auth import KNOWN, holder_of, permitted
from hanse.interfaces.api.pages import Part, position, sliced
from hanse.interfaces.api.schemas import money as schemas
from hanse.interfaces.api.schemas.words import CODE, Currency, In, Page, PartyName, one_word_of, who
from hanse.kernel.actor import OPERATE, Actor
from hanse.kernel.errors import MalformedInput
from hanse.network.parties.models import Party
from hanse.value.books.queries import Posting, balances, journal, statement
from hanse.value.books.rules import PURPOSES, AccountRef

router = Router(tags=["books"], auth=KNOWN)
Purpose = Annotated[str, one_word_of(PURPOSES)]


class JournalFilter(In):
    """About which document."""

    subject: Annotated[str | None, Field(pattern=CODE, description="A checkout's, refund's or payout's code.")] = None


def _names(actor: Actor, ids: Iterable[int | None]) -> dict[int, Party]:
    wanted = {pk for pk in ids if pk is not None}
    return {party.pk: party for party in Party.objects.visible_to(actor).filter(pk__in=wanted)}


def _account(ref: AccountRef, names: dict[int, Party]) -> schemas.Account:
    partner = None if ref.partner is None else names[ref.partner].code
    return schemas.Account(holder=names[ref.holder].code, purpose=ref.purpose, currency=ref.asset, partner=partner)


@router.get("/books/postings", response=Page[schemas.Posting])
def list_postings(request: HttpRequest, part: Part, wanted: Annotated[JournalFilter, Query()]) -> dict[str, Any]:
    """List the transfers of the books in the order in which they were booked. A part holds whole entries."""
    actor = permitted(request, OPERATE)
    subjects = None if wanted.subject is None else [wanted.subject]
    rows = journal(subjects, after=position(part.after) or 0, limit=part.limit + 1)
    entries = list(dict.fromkeys(row.entry for row in rows))

    def show(kept: Any) -> list[schemas.Posting]:
        shown = [row for row in rows if row.entry in set(kept)]
        names = _names(
            actor, (pk for row in shown for ref in (row.source, row.target) for pk in (ref.holder, ref.partner))
        )
        return [_posting(row, names) for row in shown]

    return sliced(entries, part, show, int)


def _posting(row: Posting, names: dict[int, Party]) -> schemas.Posting:
    return schemas.Posting(
        kind=row.kind,
        at=row.at,
        by=row.by,
        subject=row.subject,
        source=_account(row.source, names),
        target=_account(row.target, names),
        amount=row.amount,
    )


class BalanceFilter(In):
    """For which purpose, in which currency."""

    purpose: Purpose
    currency: Currency = "CNY"


@router.get("/books/balances", response=list[schemas.Balance])
def list_balances(request: HttpRequest, wanted: Annotated[BalanceFilter, Query()]) -> list[schemas.Balance]:
    """List what every party has for a purpose in a currency."""
    actor = permitted(request, OPERATE)
    found = balances(check_purpose(wanted.purpose), wanted.currency)
    names = _names(actor, found)
    return [
        schemas.Balance(holder=who(names[pk]), purpose=wanted.purpose, currency=wanted.currency, amount=amount)
        for pk, amount in sorted(found.items())
    ]


class AccountFilter(BalanceFilter):
    """Which account."""

    holder: PartyName
    partner: PartyName | None = None


@router.get("/books/entries", response=Page[schemas.Entry])
def list_account_entries(request: HttpRequest, part: Part, wanted: Annotated[AccountFilter, Query()]) -> dict[str, Any]:
    """List what happened to one account, in the order in which it was booked."""
    actor = permitted(request, OPERATE)
    check_purpose(wanted.purpose)
    if PURPOSES[wanted.purpose].paired != (wanted.partner is not None):
        raise MalformedInput("partner", "a partner for credit and receivable, and for nothing else")
    holder = holder_of(actor, wanted.holder).pk
    partner = None if wanted.partner is None else holder_of(actor, wanted.partner).pk
    ref = AccountRef(holder, wanted.purpose, wanted.currency, partner)
    found = statement(ref, after=position(part.after) or 0, limit=part.limit + 1)
    return sliced(
        found,
        part,
        lambda some: [schemas.Entry(at=one.at, kind=one.kind, subject=one.subject, amount=one.amount) for one in some],
        lambda one: one.entry,
    )


def check_purpose(purpose: str) -> str:
    """Return the purpose if accounts are held for it."""
    if purpose not in PURPOSES:
        raise MalformedInput("purpose", ", ".join(PURPOSES))
    return purpose
