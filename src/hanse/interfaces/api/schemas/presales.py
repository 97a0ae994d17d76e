"""Offers that are sold before there are goods."""

from typing import Annotated

from pydantic import Field

from hanse.interfaces.api.schemas.words import At, In, Moment, Out

Deposit = Annotated[
    int, Field(strict=True, ge=1, le=9_999, description="What is paid first, in basis points.", examples=[2000])
]
Forfeits = Annotated[
    bool, Field(strict=True, description="The deposit is kept if the balance is not paid in time.", examples=[True])
]


class PresaleIn(In):
    """How an offer is sold before there are goods."""

    deposit: Deposit
    balance_from: Moment
    balance_until: Moment
    ships_from: Moment
    most: Annotated[
        int,
        Field(
            strict=True, ge=0, le=10**9, examples=[500],
            description="Pieces that may be promised beyond the stock; 0 where another's presale is drawn from.",
        ),
    ] = 0  # fmt: skip
    forfeits: Forfeits = True


class PresaleTerms(Out):
    """What a buyer of a presale agrees to."""

    deposit: Annotated[int, Field(examples=[2000])]
    balance_from: At
    balance_until: At
    ships_from: At
    forfeits: Annotated[bool, Field(examples=[True])]


class Presale(PresaleTerms):
    """A presale; how much of it is promised is told to its seller."""

    most: Annotated[int | None, Field(examples=[500])]
    promised: Annotated[int | None, Field(examples=[120])]
    ended_at: At | None
