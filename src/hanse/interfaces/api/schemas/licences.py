"""Certificates, their files, and which of them applicants show."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from hanse.interfaces.api.schemas.words import PLAIN, Day, Flag, Id, In, Out

Business = Annotated[
    Literal["supplier", "wholesaler", "retailer", "leader", "enterprise"], Field(examples=["retailer"])
]
Line60 = Annotated[str, Field(max_length=60, pattern=PLAIN, examples=["91330100MA27XXXXXX"])]


class PaperIn(In):
    """A picture (PNG, JPEG, WebP) or PDF of a certificate."""

    name: Annotated[str, Field(min_length=1, max_length=100, pattern=PLAIN, examples=["licence.pdf"])]
    content: Annotated[
        str,
        Field(
            max_length=4_200_000, pattern=r"^[A-Za-z0-9+/]+={0,2}$", description="Base64.", examples=["JVBERi0xLjcK"]
        ),
    ]


Item = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[a-z0-9_]+$", examples=["business_licence"])]


class Certificate(In):
    """A certificate that is shown; `item` is one of the checklist's. Without a file the one shown before stays."""

    item: Item
    number: Line60 = ""
    valid_from: Day | None = None
    valid_until: Day | None = None
    file: PaperIn | None = None


class ShownCertificate(Out):
    """A certificate that was shown."""

    item: Annotated[str, Field(examples=["business_licence"])]
    number: Annotated[str, Field(examples=["****XXXX"])]
    valid_from: Annotated[date | None, Field(examples=["2020-01-01"])]
    valid_until: Annotated[date | None, Field(examples=["2030-12-31"])]
    paper: Annotated[str | None, Field(examples=["Q-7K2M9-QX4TD"])]


class Paper(Out):
    """A certificate's file."""

    code: Id
    name: Annotated[str, Field(examples=["licence.pdf"])]
    type: Annotated[str, Field(examples=["application/pdf"])]
    content: Annotated[str, Field(description="Base64.", examples=["JVBERi0xLjcK"])]


class Requirement(In):
    """One certificate that whoever applies shows; those without a usual name bring their own."""

    item: Annotated[
        str, Field(min_length=2, max_length=30, pattern=r"^[a-z][a-z0-9_]{1,29}$", examples=["food_licence"])
    ]
    required: Flag
    label: Annotated[str, Field(max_length=60, pattern=PLAIN, examples=["食品经营许可证"])] = ""
    label_en: Annotated[str, Field(max_length=60, pattern=PLAIN, examples=["Food licence"])] = ""


class Requirements(Out):
    """Which certificates whoever applies as this kind of party shows."""

    kind: Business
    items: list[Requirement]


class RequirementsIn(In):
    """Which certificates are asked for from now on."""

    kind: Business
    items: Annotated[list[Requirement], Field(min_length=1, max_length=20)]
