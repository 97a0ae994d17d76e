"""Balances, statements, payouts, commission, credit and the books."""

from typing import Annotated

from pydantic import Field

from hanse.interfaces.api.schemas.words import (
    At,
    Currency,
    Id,
    In,
    Label,
    Moment,
    Money,
    Out,
    PartyName,
    Phrase,
    Status,
    Who,
    Whole,
)

Cash = Annotated[str, Field(pattern=r"^[A-Z]{3}$", description="ISO 4217.", examples=["CNY"])]
Some = Annotated[int, Field(strict=True, ge=1, le=10**15, examples=[100000])]


class Balances(Out):
    """What a party has, is owed and owes, in one currency."""

    party: Who
    currency: Currency
    payable: Annotated[int, Field(description="Could be paid out now.", examples=[12000])]
    receivable: Annotated[int, Field(description="Earned on credit, not yet repaid.", examples=[0])]
    paid_out: Whole
    pending: Annotated[int, Field(description="Commission of open orders.", examples=[0])]
    held: Annotated[int, Field(description="Paid for orders that are not closed.", examples=[0])]
    wallet: Whole
    refund_due: Annotated[int, Field(description="On its way back through a provider.", examples=[0])]
    credit_used: Whole
    points: Whole


class Statement(Out):
    """What a party was owed over a time: opening + amount - paid = closing."""

    code: Id
    party: Who
    currency: Currency
    start: At
    end: At
    opening: Whole
    amount: Whole
    paid: Whole
    closing: Whole
    entries: Whole
    payout: Annotated[str | None, Field(examples=["W-7K2M9-QX4TD"])]


class Entry(Out):
    """What one fact did to an account; the other side is not told."""

    at: At
    kind: Annotated[str, Field(examples=["close"])]
    subject: Annotated[str, Field(examples=["C-7K2M9-QX4TD"])]
    amount: Whole


class Payout(Out):
    """Money on its way to a party's bank."""

    code: Id
    party: Who
    amount: Money
    status: Status
    statement: Annotated[str | None, Field(examples=["S-7K2M9-QX4TD"])]
    reference: Annotated[str, Field(examples=["B20260301"])]
    reason: Label
    created_at: At


class WithdrawIn(In):
    """How much is to be paid out; left out: all."""

    party: PartyName | None = None
    currency: Cash
    amount: Some | None = None


class ToldIn(In):
    """What the bank says about a payout."""

    reference: Annotated[str, Field(max_length=128, pattern=r"^[!-~]*$", examples=["B20260301"])] = ""


class FailedIn(In):
    """Why a payout did not arrive."""

    why: Annotated[
        str, Field(min_length=1, max_length=500, pattern=r"^[^\u0000-\u001f\u007f]+$", examples=["account closed"])
    ]


class SettleIn(In):
    """Whose account is to be settled, up to when (now, if not said)."""

    party: PartyName
    currency: Cash
    boundary: Moment | None = None


class Settled(Out):
    """The statement that was made, null if there was nothing to state."""

    statement: Annotated[str | None, Field(examples=["S-7K2M9-QX4TD"])]


class TopUpIn(In):
    """What came in for a wallet; operators vouch for it."""

    party: PartyName
    amount: Some
    currency: Cash


class PointsIn(In):
    """Points to be given."""

    party: PartyName
    points: Annotated[int, Field(strict=True, ge=1, le=10**12, examples=[100])]
    subject: Phrase = ""


class Commission(Out):
    """What a promoter earns on a line, or a seller bears."""

    order: Annotated[str | None, Field(description="Only who takes part in it sees it.", examples=[None])]
    promoter: Who
    bearer: Who
    level: Whole
    rate: Whole
    amount: Money
    left: Money
    status: Annotated[str, Field(description="pending, confirmed, or withdrawn.", examples=["pending"])]
    at: At


class CreditLine(Out):
    """Credit that a seller grants a buyer under their link."""

    seller: Who
    buyer: Who
    limit: Money
    used: Money
    period: Annotated[int, Field(description="Seconds until what was drawn is due.", examples=[2592000])]


class Account(Out):
    """Names an account."""

    holder: Annotated[str, Field(examples=["P-7K2M9-QX4TD"])]
    purpose: Annotated[str, Field(examples=["owed"])]
    currency: Currency
    partner: Annotated[str | None, Field(examples=[None])]


class Posting(Out):
    """One transfer of an entry."""

    kind: Annotated[str, Field(examples=["close"])]
    at: At
    by: Label
    subject: Annotated[str, Field(examples=["C-7K2M9-QX4TD"])]
    source: Account
    target: Account
    amount: Whole


class Balance(Out):
    """What a party has for a purpose."""

    holder: Who
    purpose: Annotated[str, Field(examples=["owed"])]
    currency: Currency
    amount: Whole
