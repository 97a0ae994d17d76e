"""A party says when its stock is low."""

from datetime import datetime

from hanse.goods.catalogue.queries import sku as find_sku
from hanse.goods.catalogue.rules import require_own
from hanse.goods.stock import rules
from hanse.goods.stock.models import Level
from hanse.kernel import audit, events, once
from hanse.kernel.actor import Actor
from hanse.network.parties.queries import party as find_party


@once.operation("stock.set_level")
def set_level(
    *, key: str, at: datetime, by: Actor, party: str, least: int | None, sku: str | None = None
) -> int | None:
    """Say at how many available pieces stock is low: of one SKU, or usually; None forgets it. Return the number."""
    owner = find_party(party)
    require_own(by, owner.pk, "stock.edit")
    number = None if least is None else rules.quantity(least, "least", least=0)
    thing = None if sku is None else find_sku(sku)
    known = Level.objects.select_for_update().filter(party=owner, sku=thing).first()
    was = known.least if known else None
    if known is not None and thing is None and number is None:
        known.delete()
    elif known is not None:
        known.least = number
        known.save(update_fields=["least"])
    elif number is not None:
        Level.objects.create(party=owner, sku=thing, least=number)
    about = f"{owner.code}/{thing.code if thing else '*'}"
    audit.changed("level", about, {"least": was}, {"least": number})
    events.announce("stock.level_set", party=owner.code, sku=thing.code if thing else None, least=number)
    return number
