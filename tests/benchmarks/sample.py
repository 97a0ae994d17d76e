"""A made marketplace in the dataset's format: a few orders of every kind, and rows that contradict themselves."""

import csv
import gzip
import io
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from benchmarks.olist.dataset import FILES

COLUMNS = {
    "orders": "order_id customer_id order_status order_purchase_timestamp order_approved_at"
    " order_delivered_carrier_date order_delivered_customer_date order_estimated_delivery_date",
    "items": "order_id order_item_id product_id seller_id shipping_limit_date price freight_value",
    "payments": "order_id payment_sequential payment_type payment_installments payment_value",
    "customers": "customer_id customer_unique_id customer_zip_code_prefix customer_city customer_state",
    "products": "product_id product_category_name product_name_lenght product_description_lenght product_photos_qty"
    " product_weight_g product_length_cm product_height_cm product_width_cm",
    "sellers": "seller_id seller_zip_code_prefix seller_city seller_state",
    "categories": "product_category_name product_category_name_english",
}
SELLERS = [f"seller{n:02d}" for n in range(12)]
"""Every fifth, so 0, 5 and 10, stands behind one or two more tiers."""
PRODUCTS = [f"product{n:02d}" for n in range(6)]
FIRST = datetime.fromisoformat("2018-01-29 10:00:00")


@dataclass
class Sample:
    """Rows of every file, as they are written."""

    files: dict[str, list[tuple[object, ...]]] = field(default_factory=lambda: {name: [] for name in FILES})

    def order(
        self,
        code: str,
        status: str = "delivered",
        items: str = "product00@seller01:50.00+7.90",
        paid: str | None = None,
        times: str = "+0 +1 +2 +5",
        number: int = 0,
    ) -> None:
        """Add an order; `times` are days of purchase, approval, handing over and delivery, - for none.

        `paid` are the payments, kind:amount or an amount by card; None for what the order costs.
        """
        moments = [
            "" if day == "-" else str(FIRST + timedelta(days=float(day), hours=number)) for day in times.split(" ")
        ]
        self.files["orders"].append((code, f"k-{code}", status, *moments, str(FIRST + timedelta(days=20))))
        self.files["customers"].append((f"k-{code}", f"person{len(code) % 3}-{code[:2]}", "01001", "sao paulo", "SP"))
        cost = 0
        for place, item in enumerate(items.split(), start=1):
            product, rest = item.split("@")
            seller, amounts = rest.split(":")
            price, freight = amounts.split("+")
            self.files["items"].append((code, place, product, seller, moments[0], price, freight))
            cost += round(float(price) * 100) + round(float(freight) * 100)
        wanted = f"{cost / 100:.2f}" if paid is None else paid
        for place, payment in enumerate(wanted.split(), start=1):
            kind, _colon, amount = payment.rpartition(":")
            self.files["payments"].append((code, place, kind or "credit_card", 1, amount))

    def write(self, folder: Path) -> Path:
        """Write the files as the dataset's are, and return their folder."""
        for name, rows in self.files.items():
            path = folder / f"{FILES[name]}.csv"
            text = io.StringIO()
            writer = csv.writer(text)
            writer.writerow(COLUMNS[name].split())
            writer.writerows(rows)
            if name == "categories":
                path.write_text(text.getvalue(), encoding="utf-8-sig")
            else:
                Path(f"{path}.gz").write_bytes(gzip.compress(text.getvalue().encode()))
        return folder


TIERED = "product00@seller00:100.00+11.00"
"""A maker behind a wholesaler and a shop."""
TWO_TIERS = "product01@seller05:80.01+9.99"


def marketplace() -> Sample:
    """Return a marketplace of every kind of order."""
    made = Sample()
    made.files["sellers"] = [(seller, "13023", "campinas", "SP") for seller in SELLERS]
    made.files["products"] = [
        (product, "beleza_saude" if n % 2 else "", 40, 200, 1, "225" if n else "", 16, 10, 14)
        for n, product in enumerate(PRODUCTS)
    ]
    made.files["categories"] = [("beleza_saude", "health_beauty")]
    for n in range(12):
        items = ["product00@seller01:50.00+7.90", TIERED, TWO_TIERS, "product02@seller02:12.34+1.10"][n % 4]
        made.order(f"plain{n:02d}", items=items, times=f"+{n} +{n}.1 +{n + 1} +{n + 6}")
    made.order("two-pieces", items=f"{TIERED} {TIERED} {TWO_TIERS}")
    made.order("two-sellers", items=f"{TIERED} product02@seller02:12.34+1.10 product03@seller10:33.33+3.33")
    made.order("in-parts", paid="voucher:20.00 voucher:10.00 27.90")
    made.order("on-its-way", "shipped", TWO_TIERS, times="+0 +1 +2 -")
    made.order("invoiced", "invoiced", TIERED, times="+0 +1 - -")
    made.order("processing", "processing", times="+0 +1 - -")
    made.order("called-off", "canceled", TIERED, times="+0 +1 - -")
    made.order("never-paid", "canceled", TIERED, paid="", times="+0 - - -")
    made.order("unavailable", "unavailable", times="+0 +1 - -")
    made.order("sent-back", "canceled", TIERED, times="+0 +1 +2 -")
    broken(made)
    return made


def broken(made: Sample) -> None:
    """Add what contradicts itself."""
    made.order("back-and-called-off", "canceled", TWO_TIERS)
    made.order("nothing-in-it", "unavailable", "", paid="99.99", times="+0 +1 - -")
    made.order("paid-too-much", paid="60.00")
    made.order("paid-too-little", paid="voucher:50.00 not_defined:7.00")
    made.order("paid-in-excess", paid="57.90 5.00")
    made.order("paid-nothing", paid="voucher:0.00 57.90")
    made.order("no-payment", paid="")
    made.order("paid-though-open", "created", times="+0 - - -")
    made.order("sent-before-paid", times="+0 +3 +1 +5")
    made.order("there-before-sent", times="+0 +1 +6 +5")
    made.order("no-approval", times="+0 - +2 +5")
    made.order("no-dates", times="+0 +1 - -")
    made.order("arrived-on-its-way", "shipped", times="+0 +1 +2 +5")
    made.order("sent-though-waiting", "invoiced", times="+0 +1 +2 -")
    made.order("unknown-status", "lost")
    made.order("unreadable-price")
    made.files["items"].append(("unreadable-price", 2, "product00", "seller01", "", "cheap", "1.00"))
    made.order("unreadable-time", times="+0 +1 +2 +5")
    last = list(made.files["orders"][-1])
    last[4] = "yesterday"
    made.files["orders"][-1] = tuple(last)
    made.order("nothing-known", items="product99@seller01:5.00+1.00")
    made.order("for-nothing", items="product04@seller03:0.00+1.00")
    made.files["payments"][-1] = ("for-nothing", 2, "credit_card", 1, "1.00")
    made.files["items"].append(("of-no-order", 1, "product00", "seller01", "", "5.00", "1.00"))
    made.files["payments"].append(("of-no-order", 1, "boleto", 1, "6.00"))
    made.files["orders"].append(("no-customer", "k-nobody", "delivered", *([str(FIRST)] * 5)))
