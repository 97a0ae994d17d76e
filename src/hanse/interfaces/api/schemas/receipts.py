"""What was counted when goods arrived."""

from typing import Annotated

from pydantic import Field

from hanse.interfaces.api.schemas.words import At, Code, Flag, In, Label, OfferName, Out, Phrase, Who, Whole

Count = Annotated[int, Field(strict=True, ge=0, le=1_000_000, examples=[0])]


class CountedIn(In):
    """What was counted of one offer."""

    offer: OfferName
    good: Annotated[int, Field(strict=True, ge=0, le=1_000_000, examples=[9])] = 0
    damaged: Count = 0
    missing: Count = 0
    extra: Count = 0
    claim: Annotated[Flag, Field(description="Ask the money for the missing pieces back; else they stay awaited.")] = (
        False
    )
    claim_damaged: Annotated[Flag, Field(description="Ask the money for the damaged pieces back.")] = False


class ReceiptIn(In):
    """What was counted."""

    lines: Annotated[list[CountedIn], Field(min_length=1, max_length=500)]
    note: Phrase = ""


class ReceiptLine(Out):
    """What was counted of one SKU."""

    sku: Annotated[str, Field(examples=["K-7K2M9-QX4TD"])]
    name: Label
    good: Whole
    damaged: Whole
    missing: Whole
    extra: Whole
    claimed: Whole


class Receipt(Out):
    """What a business counted of one order."""

    code: Code
    order: Code
    buyer: Who
    seller: Who
    at: At
    note: Label
    lines: list[ReceiptLine]
