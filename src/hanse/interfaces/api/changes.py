"""Changes of orders: asked for, agreed to, declined, taken back."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Router

from hanse.interfaces.api.auth import KNOWN, Key, permitted
from hanse.interfaces.api.reads import one_of
from hanse.interfaces.api.schemas import changes as schemas
from hanse.interfaces.api.schemas.words import Code, money
from hanse.kernel import clock
from hanse.kernel.actor import Actor
from hanse.trade.changes.models import Change
from hanse.trade.changes.operations.agree_change import agree_change
from hanse.trade.changes.operations.ask_change import ask_change
from hanse.trade.changes.operations.decline_change import decline_change
from hanse.trade.changes.operations.withdraw_change import withdraw_change
from hanse.trade.changes.queries import ChangeView, changes_of
from hanse.trade.changes.rules import CHANGES
from hanse.trade.orders.models import Checkout, Order

router = Router(tags=["changes"], auth=KNOWN)
SEE = "orders.see"


def show(view: ChangeView, currency: str) -> schemas.OrderChange:
    """Return one change as its reader may see it."""
    return schemas.OrderChange(
        code=view.code,
        status=view.status,
        order=view.order,
        asked_at=view.asked_at,
        mine=view.mine,
        why=view.why,
        reasons=list(view.reasons),
        lines=[schemas.ChangedLine(offer=line.offer, was=line.was, wanted=line.wanted) for line in view.lines],
        readdressed=view.readdressed,
        address=view.address,
        wanted_on=view.wanted_on,
        supplement=view.supplement,
        total=money(view.total, currency) if view.total else None,
        actions=list(view.actions),
    )


def deal_of(actor: Actor, code: str) -> Order | Checkout:
    """Return the order or the checkout of a code, if it is for the actor to see."""
    if code.startswith("C-"):
        return one_of(Checkout.objects.visible_to(actor), code, _("order"))
    return one_of(Order.objects.visible_to(actor), code, _("order"))


def shown(actor: Actor, code: str) -> schemas.OrderChange:
    """Return the change of that code as the actor may see it, in its own leg."""
    found = one_of(Change.objects.visible_to(actor).select_related("checkout", "leg"), code, _("change"))
    (view,) = [view for view in changes_of(found.checkout, actor) if view.code == code]
    return show(view, found.checkout.currency)


@router.post("/orders/{code}/changes", response={201: schemas.OrderChange})
def ask_for_change(request: HttpRequest, code: Code, body: schemas.ChangeIn, key: Key) -> schemas.OrderChange:
    """Ask for other pieces, another address or day of an order (or of a whole checkout) before anything of it leaves.

    Whoever it touches agrees or declines in its own leg; nothing changes before the last one agreed. Pieces added
    become an order of their own, to be paid like any other.
    """
    actor = permitted(request, CHANGES)
    deal_of(actor, code)
    lines = {line.offer: line.quantity for line in body.lines}
    change = ask_change(
        key=key, at=clock.now(), by=actor, order=code,
        lines=lines, address=body.address, wanted_on=body.wanted_on, why=body.why,
    )  # fmt: skip
    return shown(actor, change)


@router.get("/orders/{code}/changes", response=schemas.OrderChanges)
def list_changes(request: HttpRequest, code: Code) -> dict[str, Any]:
    """List the changes asked for of an order or a checkout, the latest first."""
    actor = permitted(request, SEE)
    found = deal_of(actor, code)
    return {"items": [show(view, found.currency) for view in changes_of(found, actor)]}


@router.get("/changes/{code}", response=schemas.OrderChange)
def get_change(request: HttpRequest, code: Code) -> schemas.OrderChange:
    """Show one change as the acting party may see it."""
    return shown(permitted(request, SEE), code)


@router.post("/changes/{code}/agree", response=schemas.OrderChange)
def agree_to_change(request: HttpRequest, code: Code, key: Key) -> schemas.OrderChange:
    """Agree to a change; when the last one does, all of it is done at once, or this agreement is refused."""
    actor = permitted(request, CHANGES)
    agree_change(key=key, at=clock.now(), by=actor, change=code)
    return shown(actor, code)


@router.post("/changes/{code}/decline", response=schemas.OrderChange)
def decline_a_change(request: HttpRequest, code: Code, body: schemas.DeclineIn, key: Key) -> schemas.OrderChange:
    """Decline a change, for reasons that who asked for it reads; it ends for everybody."""
    actor = permitted(request, CHANGES)
    decline_change(key=key, at=clock.now(), by=actor, change=code, reasons=body.reasons)
    return shown(actor, code)


@router.post("/changes/{code}/withdraw", response=schemas.OrderChange)
def withdraw_a_change(request: HttpRequest, code: Code, key: Key) -> schemas.OrderChange:
    """Take back a change that the acting party asked for and that waits for an answer."""
    actor = permitted(request, CHANGES)
    withdraw_change(key=key, at=clock.now(), by=actor, change=code)
    return shown(actor, code)
