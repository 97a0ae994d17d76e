"""What a buyer keeps: addresses, favourites, what was looked at."""

from typing import Annotated

from pydantic import Field

from hanse.interfaces.api.schemas.words import PLAIN, At, Flag, In, Out
from hanse.relations.members.rules import PARTS


def _part(name: str, example: str) -> object:
    return Field(min_length=1, max_length=PARTS[name], pattern=PLAIN, examples=[example])


class AddressIn(In):
    """Where goods may go."""

    name: Annotated[str, _part("name", "Chen Si")]
    phone: Annotated[str, _part("phone", "138 0000 0216")]
    place: Annotated[str, _part("place", "江苏苏州")]
    street: Annotated[str, _part("street", "Pingjiang Road 18")]
    default: Annotated[Flag, Field(description="Use it unless another is chosen.")] = False


class Address(Out):
    """An address that was kept."""

    id: Annotated[int, Field(examples=[7])]
    name: Annotated[str, Field(examples=["Chen Si"])]
    phone: Annotated[str, Field(examples=["138 0000 0216"])]
    place: Annotated[str, Field(examples=["江苏苏州"])]
    street: Annotated[str, Field(examples=["Pingjiang Road 18"])]
    default: Annotated[bool, Field(examples=[True])]


class Noted(Out):
    """A product that somebody marked or looked at."""

    product: Annotated[str, Field(examples=["G-7K2M9-QX4TD"])]
    at: At


class MarkIn(In):
    """Whether a product is marked from now on."""

    marked: Flag
