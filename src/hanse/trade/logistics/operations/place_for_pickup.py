"""A buyer orders goods that it fetches itself."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from hanse.goods.stock.models import Warehouse
from hanse.kernel import once
from hanse.kernel.actor import Actor
from hanse.kernel.errors import NotFound
from hanse.network.parties.rules import check_text
from hanse.trade.logistics.models import Pickup
from hanse.trade.orders.models import Checkout
from hanse.trade.orders.operations.place import place
from hanse.trade.quotes.queries import Line
from hanse.trade.quotes.rules import Seen

DIGITS = 6


@once.operation("trade.place_for_pickup")
def place_for_pickup(
    *,
    key: str,
    at: datetime,
    by: Actor,
    buyer: str,
    lines: Sequence[Line],
    warehouse: int,
    expected: str = "",
    seen: Sequence[Seen] = (),
    note: str = "",
    name: str = "",
    phone: str = "",
) -> str:
    """Place an order that the buyer fetches at a warehouse (id) which hands goods out; return the checkout's code.

    Every piece must lie there: the goods are of one seller and are kept on its shelf for whoever brings the code.
    Raises NotFound for a place where nothing is handed out, NotAtPickupPoint, and what `place` raises.
    """
    house = Warehouse.objects.filter(pk=warehouse).exclude(pickup_address="").first()
    if house is None:
        raise NotFound(_("place to fetch goods at"))
    address = {
        "name": check_text(name, "name", 80, blank=True),
        "phone": check_text(phone, "phone", 40, blank=True),
        "place": house.name,
        "street": house.pickup_address,
    }
    code = place(
        key=key,
        at=at,
        by=by,
        buyer=buyer,
        lines=lines,
        expected=expected,
        seen=seen,
        note=note,
        address={part: text for part, text in address.items() if text},
        warehouse=house.pk,
    )
    number = str(secrets.randbelow(10**DIGITS)).rjust(DIGITS, "0")
    Pickup.objects.create(checkout=Checkout.objects.get(code=code), warehouse=house, code=number)
    return code
