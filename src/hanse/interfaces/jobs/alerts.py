"""Looking round: what runs low, what is late; and telling those whose promised pieces were not found."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from hanse.goods.catalogue.queries import sku as find_sku
from hanse.goods.offers.operations.watch_stock import watch_stock
from hanse.kernel.actor import ENGINE
from hanse.network.notices.operations.notify import notify
from hanse.network.parties.queries import party as find_party
from hanse.trade.logistics.operations.tell_delays import tell_delays
from hanse.trade.logistics.operations.tell_shortage import tell_shortage


def look(at: datetime) -> tuple[int, int]:
    """Tell what has run low and what is late; return how much of either it was."""
    key = f"alerts:{at.isoformat()}"
    low = watch_stock(key=key, at=at, by=ENGINE)
    return low, tell_delays(key=key, at=at, by=ENGINE)


def tell_short(payload: Mapping[str, Any], at: datetime) -> None:
    """Tell the keeper of a warehouse, and those whose orders the pieces were promised to."""
    sku, mark = find_sku(payload["sku"]), str(payload["take"])
    said = {
        "goods": " · ".join(filter(None, (sku.product.name, sku.name))),
        "goods_en": " · ".join(filter(None, (sku.product.name_en or sku.product.name, sku.name_en or sku.name))),
        "missing": payload["missing"],
        "warehouse": payload["warehouse"],
    }
    key = f"short:{mark}:{payload['shelf']}"
    notify(
        key=key, at=at, by=ENGINE, parties=[find_party(payload["party"]).pk], kind="stock.short",
        subject=f"{sku.code}|{mark}", said=said, needs="stock.see",
    )  # fmt: skip
    tell_shortage(
        key=key, at=at, by=ENGINE, shelf=payload["shelf"], missing=payload["missing"], mark=f"{mark}-{sku.code}"
    )
