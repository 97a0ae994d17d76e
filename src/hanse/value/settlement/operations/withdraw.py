"""A party asks for what it is owed, without waiting for its cycle."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from hanse.kernel import once
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


@once.operation("settlement.withdraw")
def withdraw(*, key: str, at: datetime, by: Actor, party: str, asset: str, amount: int | None = None) -> str:
    """Pay out the amount, or all that the party is owed in cash, and return the payout's code.

    Claims on credit that buyers have not repaid are not cash. Two requests at once: the second sees what is left.
    """
    by.require(PAY_OUT)
    holder = parties.party(party)
    if not by.operates and by.party != holder.pk:
        raise NotFound(_("party"), code=party)
    if amount is not None and amount <= 0:
        raise MalformedInput("amount", _("more than zero"))
    ref = funds.owed(holder.pk, check_text(asset, "asset", 8))
    if account := books.account_id(ref):
        books.fence(account)
    owed = books.balance(ref)
    wanted = owed if amount is None else amount
    if not 0 < wanted <= owed:
        raise NothingToPayOut(owed=owed)
    return _payout.make(holder, wanted, asset, booked=at, at=at, by=by, statement=None).code
