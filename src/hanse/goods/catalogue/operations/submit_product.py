"""A party submits a product for review."""

from datetime import datetime

from hanse.goods.catalogue.models import PRODUCT, Product
from hanse.goods.catalogue.operations._own_product import own_product
from hanse.goods.catalogue.queries import snapshot
from hanse.goods.catalogue.rules import CHECKLIST, roles_of
from hanse.kernel import events, once, states
from hanse.kernel.actor import Actor
from hanse.network.approvals.operations.resubmit import resubmit
from hanse.network.approvals.operations.submit import submit
from hanse.network.approvals.queries import latest


@once.operation("catalogue.submit")
def submit_product(*, key: str, at: datetime, by: Actor, product: str) -> str:
    """Submit a draft, or again what was turned down or withdrawn, and return the approval's code."""
    found = own_product(product, by)
    states.move(PRODUCT, Product, [found.pk], "submit", at=at, by=by, roles=roles_of(by))
    earlier = latest("product", found.owner_id, "product", found.pk)
    if earlier is not None and earlier.status == "rejected":
        code = resubmit(key=key, at=at, by=by, approval=earlier.code, kind="product", payload=snapshot(found))
    else:
        code = submit(
            key=key,
            at=at,
            by=by,
            kind="product",
            party=found.owner.code,
            subject_kind="product",
            subject_id=found.pk,
            payload=snapshot(found),
            checklist=[{"item": item, "required": True} for item in CHECKLIST],
        )
    events.announce("product.submitted", product=found.code, approval=code)
    return code
