"""End a promotion."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from hanse.kernel import events, once
from hanse.kernel.actor import Actor
from hanse.kernel.errors import NotFound
from hanse.kernel.intake import storable
from hanse.trade.promotions.models import Promotion


@once.operation("trade.close_promotion")
def close_promotion(*, key: str, at: datetime, by: Actor, promotion: str) -> str:
    """End the promotion now; orders placed under it keep it. Returns its code; raises NotFound, NotAllowed."""
    found = (
        Promotion.objects.visible_to(by).select_for_update(of=("self",)).filter(code__in=storable([promotion])).first()
    )
    if found is None:
        raise NotFound(_("promotion"), promotion=promotion)
    by.require("offers.edit")
    if found.ends is None or found.ends > at:
        # A promotion that has not begun is one that never ran.
        ends = max(found.starts, at)
        if ends == found.starts:
            Promotion.objects.filter(pk=found.pk).delete()
        else:
            Promotion.objects.filter(pk=found.pk).update(ends=ends)
        events.announce("promotion.closed", code=promotion)
    return promotion
