"""Changes of orders that were placed."""

from datetime import date
from typing import Annotated

from pydantic import Field

from hanse.interfaces.api.schemas.network import Reason
from hanse.interfaces.api.schemas.words import Actions, At, Id, In, Label, Money, OfferName, Out, Phrase, Status, Texts

Day = Annotated[
    date | None, Field(description="Another day on which the goods are wished for.", examples=["2026-12-01"])
]


class NewQuantity(In):
    """How many pieces of an offer there are to be; 0 for none of them."""

    offer: OfferName
    quantity: Annotated[int, Field(strict=True, ge=0, le=1_000_000, examples=[1])]


class ChangeIn(In):
    """What is to be another: pieces, where to, when; what is left out stays."""

    lines: Annotated[list[NewQuantity], Field(max_length=500)] = []
    address: Annotated[Texts | None, Field(description="All of the new address, the recipient included.")] = None
    wanted_on: Day = None
    why: Phrase = ""


class DeclineIn(In):
    """Why it cannot be."""

    reasons: Annotated[list[Reason], Field(min_length=1, max_length=20, examples=[["Cut already."]])]


class ChangedLine(Out):
    """Pieces of one line as they were when it was asked, and as they are wished for."""

    offer: Annotated[str, Field(examples=["F-7K2M9-QX4TD"])]
    was: Annotated[int, Field(examples=[3])]
    wanted: Annotated[int, Field(examples=[1])]


class OrderChange(Out):
    """One change as one side of a leg may see it: nobody learns who else decides, or what it means at other tiers."""

    code: Id
    status: Status
    order: Annotated[str, Field(description="The acting party's own leg.", examples=["O-7K2M9-QX4TD"])]
    asked_at: At
    mine: Annotated[bool, Field(description="The acting party asked for it.", examples=[True])]
    why: Label
    reasons: Annotated[list[str], Field(examples=[["Cut already."]])]
    lines: list[ChangedLine]
    readdressed: Annotated[bool, Field(description="The address is to be another.", examples=[False])]
    address: Annotated[
        dict[str, str] | None, Field(description="The new address, as far as this side is to know it.", examples=[None])
    ]
    wanted_on: Day
    supplement: Annotated[
        str | None, Field(description="The checkout that the pieces added became.", examples=["C-7K2M9-QX4TD"])
    ]
    total: Annotated[Money | None, Field(description="What the pieces added cost.")]
    actions: Actions


class OrderChanges(Out):
    """The changes asked for of one order or checkout, the latest first."""

    items: list[OrderChange]
