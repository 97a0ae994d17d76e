"""A party opens a place to keep goods."""

import re
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from hanse.goods.catalogue.rules import require_own
from hanse.goods.stock import rules
from hanse.goods.stock.models import Warehouse
from hanse.kernel import events, once
from hanse.kernel.actor import Actor
from hanse.kernel.errors import DomainError, MalformedInput
from hanse.network.parties.models import Party
from hanse.network.parties.queries import party as find_party
from hanse.network.parties.rules import check_text


class WarehouseExists(DomainError):
    """The party already has a warehouse of this code."""

    code = "warehouse_exists"
    message = _("There is already a warehouse %(code)s.")


@once.operation("stock.open_warehouse")
def open_warehouse(
    *,
    key: str,
    at: datetime,
    by: Actor,
    party: str,
    code: str,
    name: str,
    name_en: str = "",
    region: str = "",
    place: tuple[int, int] | None = None,
    is_default: bool = False,
) -> str:
    """Open a warehouse and return its code; `place` is latitude and longitude in millionths of a degree.

    The first one is the default; a later one becomes it only when asked to, in place of the earlier.
    """
    owner = find_party(party)
    require_own(by, owner.pk, "stock.edit")
    if not isinstance(code, str) or not re.fullmatch(r"[a-z0-9_-]{1,40}", code):
        raise MalformedInput("code", _("1 to 40 small letters, digits, dashes and underscores"))
    latitude, longitude = rules.check_place(place)
    Party.objects.select_for_update(no_key=True).only("pk").get(pk=owner.pk)  # two defaults at once wait in a ring
    known = set(Warehouse.objects.filter(party=owner).values_list("code", flat=True))
    if code in known:
        raise WarehouseExists(code=code)
    if is_default:
        Warehouse.objects.filter(party=owner, is_default=True).update(is_default=False)
    house = Warehouse(
        party=owner,
        code=code,
        name=check_text(name, "name", 80),
        name_en=check_text(name_en, "name_en", 80, blank=True),
        region=check_text(region, "region", 80, blank=True),
        latitude=latitude,
        longitude=longitude,
        is_default=is_default or not known,
        opened_at=at,
        opened_by=str(by)[:80],
    )
    try:
        with transaction.atomic():
            house.save(force_insert=True)
    except IntegrityError as rival:  # who was quicker took the code or the default: look again
        raise once.Stale(WarehouseExists(code=code)) from rival
    events.announce("warehouse.opened", party=owner.code, warehouse=code)
    return code
