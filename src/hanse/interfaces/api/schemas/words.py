"""The words of the API: codes, texts, amounts and moments in the one form in which they are read and written.

Every field brings an example; the examples of whole requests and answers are put together from them (`openapi`).
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Annotated, Any, Generic, TypeVar

from ninja import Schema
from pydantic import AwareDatetime, BeforeValidator, ConfigDict, Field

from hanse.kernel.money import LARGEST
from hanse.network.parties.models import Party

CODE = r"^[A-Z]-[0-9A-Z]{5}-[0-9A-Z]{5}$"
NAME = r"^[^\s\u0000-\u001f\u007f]+$"
PLAIN = r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]*$"
MOST = 2**53 - 1
"""No whole number of a request is larger: beyond it JavaScript would read another number than was written."""

Code = Annotated[str, Field(pattern=CODE, description="A public code.", examples=["O-7K2M9-QX4TD"])]
PartyName = Annotated[
    str, Field(max_length=120, pattern=NAME, description="A party's code or short name.", examples=["P-7K2M9-QX4TD"])
]
SkuName = Annotated[
    str, Field(max_length=120, pattern=NAME, description="A SKU's code or short name.", examples=["K-7K2M9-QX4TD"])
]
OfferName = Annotated[
    str, Field(max_length=120, pattern=NAME, description="An offer's code or short name.", examples=["F-7K2M9-QX4TD"])
]
Slug = Annotated[str, Field(max_length=80, pattern=r"^[A-Za-z0-9_.-]+$", examples=["tee-white-m"])]
Word = Annotated[str, Field(min_length=1, max_length=200, pattern=PLAIN, examples=["White tee"])]
Phrase = Annotated[str, Field(max_length=500, pattern=PLAIN, examples=["Thank you"])]
Prose = Annotated[str, Field(max_length=5000, pattern=PLAIN, examples=["Organic cotton, 180 g/m²"])]
Currency = Annotated[str, Field(pattern=r"^([A-Z]{3}|POINTS)$", description="ISO 4217, or POINTS.", examples=["CNY"])]
Pieces = Annotated[int, Field(strict=True, ge=1, le=1_000_000, description="Pieces.", examples=[2])]
Stock = Annotated[int, Field(strict=True, ge=1, le=1_000_000_000, description="Pieces.", examples=[100])]
Minor = Annotated[
    int, Field(strict=True, ge=0, le=10**15, description="An amount in the smallest unit.", examples=[1230])
]
Price = Annotated[
    int, Field(strict=True, ge=1, le=10**15, description="A price per piece in the smallest unit.", examples=[10000])
]
Rate = Annotated[int, Field(strict=True, ge=0, le=10_000, description="Basis points: 500 are 5 %.", examples=[500])]
Seconds = Annotated[int, Field(strict=True, ge=0, le=3_660 * 86_400, examples=[86_400])]
Flag = Annotated[bool, Field(strict=True, examples=[True])]


def _written(form: str) -> BeforeValidator:
    """Return a check that a moment or day is written so: Pydantic would take a bare number for seconds."""

    def check(value: object) -> object:
        if isinstance(value, str) and not re.match(form, value):
            raise ValueError("expected RFC 3339")
        if isinstance(value, int | float):
            raise ValueError("expected RFC 3339, as a text")
        return value

    return BeforeValidator(check)


Day = Annotated[date, _written(r"[0-9]{4}-[0-9]{2}-[0-9]{2}$"), Field(examples=["2030-12-31"])]
Moment = Annotated[
    AwareDatetime,
    _written(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ]"),
    Field(description="RFC 3339, with its offset from UTC.", examples=["2026-03-01T10:00:00+08:00"]),
]
"""A moment in a request."""
At = Annotated[datetime, Field(examples=["2026-03-01T02:00:00Z"])]
"""A moment in an answer."""
Texts = Annotated[
    dict[
        Annotated[str, Field(min_length=1, max_length=40, pattern=PLAIN)],
        Annotated[str, Field(max_length=300, pattern=PLAIN)],
    ],
    Field(max_length=60, examples=[{"colour": "white"}]),
]
Status = Annotated[str, Field(examples=["paid"])]
Actions = Annotated[list[str], Field(description="What the caller may do with it now.", examples=[["pay", "cancel"]])]
Whole = Annotated[int, Field(ge=-LARGEST, le=LARGEST, examples=[1])]
Id = Annotated[str, Field(pattern=CODE, examples=["P-7K2M9-QX4TD"])]
Label = Annotated[str, Field(examples=["汉萨商城"])]
"""A text of an answer, as it was typed."""


def one_word_of(words: Iterable[str]) -> Any:
    """Return the field that takes one of these words and no other."""
    known = [*words]
    said: dict[str, Any] = {"enum": known, "examples": known[:1]}
    return Field(pattern=f"^({'|'.join(known)})$", json_schema_extra=said)


class In(Schema):
    """What a request says; a field that is not known is refused by its name."""

    model_config = ConfigDict(extra="forbid")


class Out(Schema):
    """What an answer says."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)


class Money(Out):
    """An amount in the smallest unit of its currency: 1230 CNY are 12.30 yuan, 1230 JPY are 1230 yen."""

    amount: Annotated[int, Field(ge=-LARGEST, le=LARGEST, examples=[1230])]
    currency: Currency


class Who(Out):
    """A party as others may name it."""

    code: Id
    name: Label
    name_en: Label


Item = TypeVar("Item")


class Page(Out, Generic[Item]):
    """A part of a list; `next` is the cursor of the following part, null at the end."""

    items: list[Item]
    next: Annotated[str | None, Field(examples=[None])]


def money(amount: int, currency: str) -> Money:
    """Return an amount as it is written."""
    return Money(amount=amount, currency=currency)


def who(party: Party) -> Who:
    """Return a party as others may name it."""
    return Who(code=party.code, name=party.name, name_en=party.name_en)


def said(body: Schema) -> dict[str, Any]:
    """Return those fields of a request that it states, lists and maps as plain ones."""
    return body.model_dump(exclude_unset=True)


def pieces_of(lines: "list[LinePieces] | None") -> Mapping[str, int] | None:
    """Return pieces by offer as operations take them; an offer named twice counts together."""
    if lines is None:
        return None
    found: dict[str, int] = {}
    for line in lines:
        found[line.offer] = found.get(line.offer, 0) + line.quantity
    return found


class LinePieces(In):
    """So many pieces of one offer."""

    offer: OfferName
    quantity: Pieces
