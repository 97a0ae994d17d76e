"""What a party was told."""

from typing import Annotated

from pydantic import Field

from hanse.interfaces.api.schemas.words import At, Code, In, Label, Out, Whole


class Notice(Out):
    """One thing that the acting party was told."""

    code: Annotated[str, Field(examples=["M-7K2M9-QX4TD"])]
    kind: Annotated[str, Field(examples=["stock.low"])]
    subject: Annotated[str, Field(description="The code of what it is about.", examples=["K-7K2M9-QX4TD"])]
    text: Label
    at: At
    read_at: At | None


class NoticesRead(In):
    """Which notices were read; without any, all of them."""

    notices: Annotated[list[Code] | None, Field(max_length=500)] = None


class Read(Out):
    """How many of them were not read before."""

    read: Whole


class Mailed(Out):
    """The kinds of notices of which the caller gets an e-mail."""

    kinds: Annotated[list[str], Field(examples=[["stock.low", "order.delayed"]])]
