"""What a buyer keeps for itself: the address book, favourites, what was looked at."""

from collections.abc import Sequence
from typing import Annotated, Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Path, Router
from pydantic import Field

from hanse.goods.catalogue.models import Product
from hanse.interfaces.api.auth import KNOWN, Key, permitted
from hanse.interfaces.api.pages import Part, page_of
from hanse.interfaces.api.reads import one_of
from hanse.interfaces.api.schemas import members as schemas
from hanse.interfaces.api.schemas.words import Code, Page
from hanse.kernel import clock
from hanse.kernel.errors import NotFound
from hanse.network.parties.rules import Secret
from hanse.relations.members.models import Address, Favourite, Visit
from hanse.relations.members.operations.forget_visits import forget_visits
from hanse.relations.members.operations.mark_favourite import mark_favourite
from hanse.relations.members.operations.note_visit import note_visit
from hanse.relations.members.operations.remove_address import remove_address
from hanse.relations.members.operations.save_address import save_address
from hanse.relations.members.rules import PARTS

router = Router(tags=["members"], auth=KNOWN)
BUY = "orders.place"
"""Who may buy for a party may know where its goods go, and what it looks at."""
AddressId = Annotated[int, Path(), Field(ge=1, le=2**53 - 1, examples=[7])]


def show_address(row: Address) -> dict[str, Any]:
    """Return an address with all its parts: only its owner ever asks."""
    return {"id": row.pk, "default": row.is_default, **{part: getattr(row, part) for part in PARTS}}


def show_noted(rows: Sequence[Any]) -> list[dict[str, Any]]:
    """Return which products they are, and since when."""
    return [{"product": row.product.code, "at": row.at} for row in rows]


@router.get("/addresses", response=Page[schemas.Address])
def list_addresses(request: HttpRequest, part: Part) -> dict[str, Any]:
    """List the address book of the acting party, the latest first."""
    rows = Address.objects.visible_to(permitted(request, BUY))
    return page_of(rows, part, lambda found: [show_address(row) for row in found])


@router.post("/addresses", response={201: schemas.Address})
def add_address(request: HttpRequest, body: schemas.AddressIn, key: Key) -> dict[str, Any]:
    """Keep an address; one that is there already, word for word, is not written a second time."""
    return _saved(request, body, key, None)


@router.put("/addresses/{address}", response=schemas.Address)
def change_address(request: HttpRequest, address: AddressId, body: schemas.AddressIn, key: Key) -> dict[str, Any]:
    """Write an address anew."""
    return _saved(request, body, key, address)


@router.delete("/addresses/{address}", response={204: None})
def remove_one_address(request: HttpRequest, address: AddressId, key: Key) -> None:
    """Remove an address from the book; orders that went there keep theirs."""
    remove_address(key=key, at=clock.now(), by=permitted(request, BUY), address=address)


def _saved(request: HttpRequest, body: schemas.AddressIn, key: str, address: int | None) -> dict[str, Any]:
    actor = permitted(request, BUY)
    parts = {part: Secret(getattr(body, part)) for part in PARTS}
    pk = save_address(key=key, at=clock.now(), by=actor, address=address, default=body.default, **parts)
    row = Address.objects.visible_to(actor).filter(pk=pk).first()
    if row is None:  # the same request again, after the address was removed
        raise NotFound(_("address"))
    return show_address(row)


@router.get("/favourites", response=Page[schemas.Noted])
def list_favourites(request: HttpRequest, part: Part) -> dict[str, Any]:
    """List the products that the acting party marked, the latest first."""
    rows: QuerySet[Favourite] = Favourite.objects.visible_to(permitted(request, BUY)).select_related("product")
    return page_of(rows, part, show_noted)


@router.put("/favourites/{code}", response=schemas.MarkIn)
def mark_product(request: HttpRequest, code: Code, body: schemas.MarkIn, key: Key) -> dict[str, bool]:
    """Mark a product, or take the mark away."""
    actor = permitted(request, BUY)
    return {"marked": mark_favourite(key=key, at=clock.now(), by=actor, product=code, marked=body.marked)}


@router.get("/visits", response=Page[schemas.Noted])
def list_visits(request: HttpRequest, part: Part) -> dict[str, Any]:
    """List the products that the acting party looked at; the last hundred are remembered."""
    rows: QuerySet[Visit] = Visit.objects.visible_to(permitted(request, BUY)).select_related("product")
    return page_of(rows, part, show_noted)


@router.put("/visits/{code}", response={204: None})
def look_at_product(request: HttpRequest, code: Code, key: Key) -> None:
    """Remember that the acting party looked at a product just now."""
    actor = permitted(request, BUY)
    product = one_of(Product.objects.visible_to(actor), code, _("product"))
    note_visit(key=key, at=clock.now(), by=actor, product=product.pk)


@router.delete("/visits", response={204: None})
def forget_all_visits(request: HttpRequest, key: Key) -> None:
    """Forget everything that the acting party looked at."""
    forget_visits(key=key, at=clock.now(), by=permitted(request, BUY))
