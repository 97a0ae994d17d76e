"""What a buyer has seen, and what has become another since."""

from typing import Annotated, Literal

from pydantic import Field

from hanse.interfaces.api.schemas.words import In, Minor, OfferName, Out, Whole


class SeenLine(In):
    """One line as the buyer saw it, as a quote told it."""

    offer: OfferName
    quantity: Annotated[int, Field(strict=True, ge=1, le=1_000_000, examples=[2])]
    base_price: Minor
    amount: Minor
    freight: Minor = 0


Seen = Annotated[
    list[SeenLine], Field(max_length=500, description="The lines as they were seen: what has changed is told by them.")
]


class Difference(Out):
    """What is no longer as it was seen, in minor units or pieces."""

    offer: Annotated[str, Field(examples=["F-7K2M9-QX4TD"])]
    what: Annotated[
        Literal["added", "gone", "quantity", "price", "discount", "freight", "behind"],
        Field(
            description="`behind`: only those behind the seller have other prices; what one pays is the same.",
            examples=["price"],
        ),
    ]
    was: Annotated[int | None, Field(examples=[10000])]
    now: Annotated[int | None, Field(examples=[11000])]


class Missing(Out):
    """What cannot be had now, or not so many pieces of it."""

    offer: Annotated[str, Field(examples=["F-7K2M9-QX4TD"])]
    reason: Annotated[str, Field(examples=["out_of_stock"])]
    wanted: Whole
    available: Whole
