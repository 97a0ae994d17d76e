"""Pictures of goods: sent once, checked, kept with smaller copies; products name them by their path."""

import base64
import binascii
from typing import Annotated

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Router
from pydantic import Field

from hanse.interfaces.api.auth import KNOWN, Key, acting_party, permitted
from hanse.interfaces.api.schemas.words import In, Out
from hanse.interfaces.web.keeping import keep, read
from hanse.kernel.errors import MalformedInput, NotAllowed
from hanse.network.parties.rules import RETAILER, SUPPLIER, WHOLESALER

router = Router(tags=["goods"], auth=KNOWN)
MAKERS = frozenset({SUPPLIER, WHOLESALER, RETAILER})
"""Who has goods of its own."""
DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC"
"""A picture of one point, as an example."""


class PictureFile(In):
    """A picture in PNG, JPEG or WebP, at most 3 MB."""

    content: Annotated[
        str,
        Field(
            min_length=4,
            max_length=4_200_000,
            pattern=r"^[A-Za-z0-9+/]+={0,2}$",
            description="Base64.",
            examples=[DOT],
        ),
    ]


class KeptPicture(Out):
    """A picture as it is kept: `path` is what a product's `images` name."""

    path: Annotated[str, Field(examples=["goods/p-7k2m9-qx4td/0f1e2d3c4b5a69788796a5b4-1200x900.jpg"])]
    width: Annotated[int, Field(description="Pixels.", examples=[1200])]
    height: Annotated[int, Field(description="Pixels.", examples=[900])]


@router.post("/pictures", response={201: KeptPicture})
def keep_picture(request: HttpRequest, body: PictureFile, key: Key) -> KeptPicture:
    """Keep a picture of the acting party's goods; the same picture lies once, so sending it again changes nothing."""
    del key  # named by its contents, a picture cannot be kept twice
    party = acting_party(permitted(request, "goods.edit"))
    if party.kind not in MAKERS:
        raise NotAllowed(action="keep_picture")
    try:
        raw = base64.b64decode(body.content, validate=True)
    except binascii.Error as broken:
        raise MalformedInput("content", _("Base64")) from broken
    path = keep(raw, f"goods/{party.code.lower()}")
    kept = read(path)
    assert kept is not None, "the path of a picture that was kept tells its size"
    return KeptPicture(path=path, width=kept.width, height=kept.height)
