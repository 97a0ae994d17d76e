"""A party changes what a product says."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from hanse.goods.catalogue.operations._own_product import apply_changes, check_changes, own_product, require_said
from hanse.goods.catalogue.queries import snapshot
from hanse.kernel import events, once
from hanse.kernel.actor import OPERATE, Actor
from hanse.kernel.states import WrongState
from hanse.network.approvals.operations.submit import submit


@once.operation("catalogue.edit")
def edit_product(
    *, key: str, at: datetime, by: Actor, product: str, changes: Mapping[str, Any], review: bool = True
) -> str:
    """Change fields of a product, or add `skus` to it, and return the code of the approval that has to be awaited.

    What is not on the market changes at once and the product's own code is returned; what is listed changes when a
    reviewer approves. Operators may do without (`review=False`). While a product is in review it does not change.
    """
    found = own_product(product, by)
    said = check_changes(changes)
    if found.status == "in_review":
        raise WrongState(what="product", event="edit")
    require_said(found, said)
    if review and found.status == "listed":
        before = {name: value for name, value in snapshot(found).items() if name in said and name != "skus"}
        code = submit(
            key=key,
            at=at,
            by=by,
            kind="product_edit",
            party=found.owner.code,
            subject_kind="product",
            subject_id=found.pk,
            payload={"changes": said, "before": before},
            checklist=[{"item": "changes", "required": True}],
        )
        events.announce("product.edit_submitted", product=found.code, approval=code)
        return code
    if not review:
        by.require(OPERATE)
    apply_changes(found, said)
    events.announce("product.edited", product=found.code)
    return found.code
