"""Blocks of home pages."""

from typing import Annotated, Any, Literal

from pydantic import Field

from hanse.interfaces.api.schemas.words import PLAIN, At, In, Moment, Out, Status

Kind = Annotated[Literal["banner", "goods", "text", "notice"], Field(examples=["notice"])]
_TITLE = Field(max_length=60, pattern=PLAIN, examples=["Spring tea"])
_TEXT = Field(max_length=2000, pattern=PLAIN, examples=["The first flush is here."])


class BlockSaysIn(In):
    """What a block says; which of it a kind has, the guide tells. What a kind has no place for is left out."""

    title: Annotated[str, _TITLE] = ""
    title_en: Annotated[str, _TITLE] = ""
    text: Annotated[str, _TEXT] = ""
    text_en: Annotated[str, _TEXT] = ""
    picture: Annotated[
        str, Field(max_length=300, pattern=r"^([\w-][\w.-]*(/[\w-][\w.-]*)*)?$", examples=["goods/spring.jpg"])
    ] = ""
    link: Annotated[str, Field(max_length=300, pattern=r"^(/([^/\s\\][^\s\\]*)?)?$", examples=["/c/tea/"])] = ""
    choose: Annotated[Literal["newest", "best", "category", "offers"], Field(examples=["best"])] = "best"
    category: Annotated[str, Field(max_length=80, pattern=r"^([a-z0-9]+([_-][a-z0-9]+)*)?$", examples=["tea"])] = ""
    offers: Annotated[
        list[Annotated[str, Field(max_length=120, examples=["F-7K2M9-QX4TD"])]], Field(max_length=12)
    ] = []
    count: Annotated[int, Field(strict=True, ge=1, le=12, examples=[8])] = 8


class BlockIn(In):
    """A block to be written: a draft until it is published."""

    kind: Kind
    said: BlockSaysIn
    starts: Moment | None = None
    ends: Moment | None = None


class MoveIn(In):
    """Where a block goes."""

    way: Annotated[Literal["up", "down"], Field(examples=["up"])]


class Block(Out):
    """A block of the acting party's home page."""

    id: Annotated[int, Field(examples=[7])]
    kind: Kind
    stage: Status
    draft: Annotated[dict[str, Any], Field(examples=[{"text": "Closed on Monday"}])]
    live: Annotated[dict[str, Any] | None, Field(examples=[None])]
    starts: At | None
    ends: At | None
