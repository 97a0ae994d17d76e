"""A party asks for what it is owed, without waiting for its cycle."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from hanse.kernel import money, once
from hanse.kernel.actor import Actor
from hanse.kernel.errors import DomainError, MalformedInput, NotFound
from hanse.network.parties import queries as parties
from hanse.network.parties.rules import check_text
from hanse.value.books import queries as books
from hanse.value.funds import rules as funds
from hanse.value.settlement.operations import _payout

PAY_OUT = "money.payout"


class NothingToPayOut(DomainError):
    """The party is not owed as much in cash."""

    code = "nothing_to_pay_out"
    message = _("There is not that much to pay out.")


class CashNotIn(DomainError):
    """The party is owed as much, but the cash for it has not come in, and the platform advances no more."""

    code = "cash_not_in"
    message = _("The money for this has not come in yet. Please try again later, or ask for less.")


@once.operation("settlement.withdraw")
def withdraw(*, key: str, at: datetime, by: Actor, party: str, asset: str, amount: int | None = None) -> str:
    """Pay out the amount, or all that the party is owed in cash, and return the payout's code.

    Claims on credit that buyers have not repaid are not cash. Two requests at once: the second sees what is left.
    Raises NothingToPayOut, and CashNotIn for what the platform's terms do not let it advance.
    """
    by.require(PAY_OUT)
    holder = parties.party(party)
    if not by.operates and by.party != holder.pk:
        raise NotFound(_("party"), code=party)
    if amount is not None and not money.whole(amount):
        raise MalformedInput("amount", _("more than zero"))
    ref = funds.owed(holder.pk, check_text(asset, "asset", 8))
    if account := books.account_id(ref):
        books.fence(account)
    owed = books.balance(ref)
    wanted = owed if amount is None else amount
    if not 0 < wanted <= owed:
        raise NothingToPayOut(owed=owed)
    room = _payout.room(holder, asset)
    if room is not None and wanted > room:
        raise CashNotIn
    return _payout.make(holder, wanted, asset, booked=at, at=at, by=by, statement=None).code
