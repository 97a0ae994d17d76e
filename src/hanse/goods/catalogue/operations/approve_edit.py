"""A reviewer lets a change of a listed product through."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from hanse.goods.catalogue.operations._own_product import apply_changes, check_changes
from hanse.goods.catalogue.operations._subject_of import subject_of
from hanse.kernel import events, once
from hanse.kernel.actor import Actor
from hanse.kernel.errors import MalformedInput
from hanse.network.approvals.operations.approve import approve


@once.operation("catalogue.approve_edit")
def approve_edit(*, key: str, at: datetime, by: Actor, approval: str, note: str = "") -> str:
    """Approve a proposed change (by its approval's code), apply it, and return the product's code.

    What is applied is checked here again, whatever was submitted: the fields that an edit may set, and no others.
    """
    approve(key=key, at=at, by=by, approval=approval, kind="product_edit", note=note)
    product, payload = subject_of(approval)
    apply_changes(product, check_changes(_proposed(payload)))
    events.announce("product.edited", product=product.code)
    return product.code


def _proposed(payload: Mapping[str, Any]) -> Mapping[str, Any]:
    changes = payload.get("changes")
    if not isinstance(changes, Mapping):
        raise MalformedInput("changes", _("fields of the product"))
    return changes
