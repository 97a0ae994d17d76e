"""Applications and reviews: one mechanism for parties, products, their changes, withdrawals and refunds asked for."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router

from hanse.goods.catalogue.models import Product
from hanse.goods.catalogue.operations.approve_edit import approve_edit
from hanse.goods.catalogue.operations.approve_product import approve_product
from hanse.goods.catalogue.operations.reject_edit import reject_edit
from hanse.goods.catalogue.operations.reject_product import reject_product
from hanse.interfaces.api.auth import KNOWN, Key, actor_of
from hanse.interfaces.api.pages import Part, page_of
from hanse.interfaces.api.parties import certificates_of, company_of
from hanse.interfaces.api.reads import one_of
from hanse.interfaces.api.schemas import network as schemas
from hanse.interfaces.api.schemas.words import Code, In, Page, one_word_of, who
from hanse.kernel import clock
from hanse.kernel.actor import Actor
from hanse.kernel.errors import MalformedInput
from hanse.network.approvals import rules
from hanse.network.approvals.models import APPROVAL, Approval
from hanse.network.approvals.operations.amend import amend
from hanse.network.approvals.operations.apply import apply
from hanse.network.approvals.operations.approve import approve
from hanse.network.approvals.operations.reject import reject
from hanse.network.approvals.operations.resubmit import resubmit
from hanse.network.approvals.operations.tick import tick
from hanse.network.approvals.operations.withdraw import withdraw
from hanse.network.approvals.queries import actions
from hanse.network.licences.operations.approve_renewal import approve_renewal
from hanse.trade.aftersales.operations.decline_refund import decline_refund
from hanse.trade.aftersales.operations.grant_refund import grant_refund
from hanse.trade.aftersales.operations.withdraw_refund import withdraw_refund

router = Router(tags=["approvals"], auth=KNOWN)

APPROVE: Mapping[str, Callable[..., object]] = {
    "product": approve_product,
    "product_edit": approve_edit,
    "licence": approve_renewal,
    "refund": lambda approval, **how: grant_refund(request=approval, **how),
}
"""What approving means for a kind is known to that kind's own verb."""
REJECT: Mapping[str, Callable[..., object]] = {
    "product": reject_product,
    "product_edit": reject_edit,
    "refund": lambda approval, **how: decline_refund(request=approval, **how),
}


def seen(actor: Actor, code: str) -> Approval:
    """Return the approval of that code, if the actor may see it."""
    return one_of(Approval.objects.visible_to(actor).select_related("party"), code, _("approval"))


def show(actor: Actor, rows: list[Approval]) -> list[dict[str, Any]]:
    """Return approvals as their reviewers and applicants see them."""
    wanted = {row.subject_id or 0 for row in rows if row.subject_kind == "product"}
    products = dict(Product.objects.visible_to(actor).filter(pk__in=wanted).values_list("pk", "code"))
    return [_shown(actor, row, products) for row in rows]


def _shown(actor: Actor, row: Approval, products: Mapping[int, str]) -> dict[str, Any]:
    plain = ("code", "kind", "status", "payload", "reasons", "submitted_at", "submitted_by", "decided_at", "decided_by")
    checks = [{name: one[name] for name in ("item", "required", "done", "note")} for one in row.checklist]
    return {name: getattr(row, name) for name in plain} | {
        "party": who(row.party),
        "subject": products.get(row.subject_id or 0),
        "checklist": checks,
        "actions": list(actions(row, actor)),
    }


class ApprovalFilter(In):
    """Which approvals are wanted."""

    kind: Annotated[str | None, one_word_of(rules.KINDS)] = None
    status: Annotated[str | None, one_word_of(APPROVAL.states)] = None


@router.get("/approvals", response=Page[schemas.Approval])
def list_approvals(request: HttpRequest, part: Part, wanted: Annotated[ApprovalFilter, Query()]) -> dict[str, Any]:
    """List what the caller reviews and what its party submitted, the latest first."""
    actor = actor_of(request)
    rows = Approval.objects.visible_to(actor).select_related("party")
    if wanted.kind is not None:
        rows = rows.filter(kind=wanted.kind)
    if wanted.status is not None:
        rows = rows.filter(status=wanted.status)
    return page_of(rows, part, lambda found: show(actor, list(found)))


@router.get("/approvals/{code}", response=schemas.Approval)
def get_approval(request: HttpRequest, code: Code) -> dict[str, Any]:
    """Show what was submitted, what is to be checked, and what the caller may do about it."""
    actor = actor_of(request)
    return show(actor, [seen(actor, code)])[0]


@router.post("/applications", response={201: schemas.Documented})
def apply_to_join(request: HttpRequest, body: schemas.ApplicationIn, key: Key) -> dict[str, str]:
    """Apply with a business; whoever applies becomes its owner. Returns the approval's code."""
    code = apply(
        key=key,
        at=clock.now(),
        by=actor_of(request),
        kind=body.kind,
        name=body.name,
        company=company_of(body),
        certificates=certificates_of(body),
        name_en=body.name_en,
        slug=body.slug,
        region=body.region,
    )
    return {"code": code}


@router.post("/approvals/{code}/tick", response=schemas.Approval)
def tick_item(request: HttpRequest, code: Code, body: schemas.TickIn, key: Key) -> dict[str, Any]:
    """Mark an item of the list as checked, or as not checked after all."""
    actor = actor_of(request)
    tick(key=key, at=clock.now(), by=actor, approval=code, item=body.item, done=body.done, note=body.note)
    return show(actor, [seen(actor, code)])[0]


@router.post("/approvals/{code}/approve", response=schemas.Approval)
def approve_submitted(request: HttpRequest, code: Code, body: schemas.NoteIn, key: Key) -> dict[str, Any]:
    """Approve once all that is required has been checked; what was submitted takes effect at once."""
    actor, how = _deciding(request, code, key)
    kind = seen(actor, code).kind
    if kind in APPROVE:
        APPROVE[kind](**how, note=body.note)
    else:
        approve(**how, kind=kind, note=body.note)
    return show(actor, [seen(actor, code)])[0]


@router.post("/approvals/{code}/reject", response=schemas.Approval)
def reject_submitted(request: HttpRequest, code: Code, body: schemas.ReasonsIn, key: Key) -> dict[str, Any]:
    """Turn down what was submitted, for reasons that the applicant reads."""
    actor, how = _deciding(request, code, key)
    kind = seen(actor, code).kind
    if kind in REJECT:
        REJECT[kind](**how, reasons=body.reasons)
    else:
        reject(**how, kind=kind, reasons=body.reasons)
    return show(actor, [seen(actor, code)])[0]


@router.post("/approvals/{code}/resubmit", response=schemas.Approval)
def resubmit_rejected(request: HttpRequest, code: Code, key: Key) -> dict[str, Any]:
    """Submit an application again after it was mended; a product is submitted again at its own address."""
    actor, how = _deciding(request, code, key)
    resubmit(**how, kind=_without_own_verb(actor, code))
    return show(actor, [seen(actor, code)])[0]


@router.put("/approvals/{code}/application", response=schemas.Approval)
def amend_application(request: HttpRequest, code: Code, body: schemas.CompanyIn, key: Key) -> dict[str, Any]:
    """Mend an application: one that was turned down is submitted again, of one that waits all is checked anew."""
    actor, how = _deciding(request, code, key)
    amend(**how, company=company_of(body), certificates=certificates_of(body))
    return show(actor, [seen(actor, code)])[0]


@router.post("/approvals/{code}/withdraw", response=schemas.Approval)
def withdraw_submitted(request: HttpRequest, code: Code, key: Key) -> dict[str, Any]:
    """Take back an application or what was asked for; a product is taken back at its own address."""
    actor, how = _deciding(request, code, key)
    if seen(actor, code).kind == "refund":
        withdraw_refund(key=how["key"], at=how["at"], by=actor, request=code)
    else:
        withdraw(**how, kind=_without_own_verb(actor, code))
    return show(actor, [seen(actor, code)])[0]


def _deciding(request: HttpRequest, code: str, key: str) -> tuple[Actor, dict[str, Any]]:
    actor = actor_of(request)
    return actor, {"key": key, "at": clock.now(), "by": actor, "approval": code}


def _without_own_verb(actor: Actor, code: str) -> str:
    """Return the approval's kind; MalformedInput where the subject has a verb of its own for this."""
    kind = seen(actor, code).kind
    if kind in ("product", "refund"):
        raise MalformedInput("code", _("an application; submit or withdraw the product itself"))
    return kind
