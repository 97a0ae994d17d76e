"""A product leaves the market."""

from datetime import datetime

from hanse.goods.catalogue.models import PRODUCT, Product
from hanse.goods.catalogue.operations._own_product import own_product
from hanse.goods.catalogue.rules import roles_of
from hanse.kernel import events, once, states
from hanse.kernel.actor import Actor
from hanse.network.approvals.operations.withdraw import withdraw
from hanse.network.approvals.queries import latest
from hanse.network.parties.rules import check_text


@once.operation("catalogue.withdraw")
def withdraw_product(*, key: str, at: datetime, by: Actor, product: str, why: str = "") -> str:
    """Take a product off the market, and out of any review, and return its code; no offer of it sells any more."""
    found = own_product(product, by)
    reason = check_text(why, "why", 500, blank=True)
    states.move(PRODUCT, Product, [found.pk], "withdraw", at=at, by=by, roles=roles_of(by), why=reason)
    for kind in ("product", "product_edit"):
        waiting = latest(kind, found.owner_id, "product", found.pk)
        if waiting is not None and waiting.status == "submitted":
            withdraw(key=key, at=at, by=by, approval=waiting.code, kind=kind)
    events.announce("product.withdrawn", product=found.code)
    return found.code
