"""What else there is to be seen in the demo mall: decorated pages, a presale, pickup, what waits for an answer."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import Any

from hanse.goods.offers.operations.open_presale import open_presale
from hanse.goods.stock.operations.offer_pickup import offer_pickup
from hanse.goods.stock.operations.open_warehouse import open_warehouse
from hanse.goods.stock.operations.restock import restock
from hanse.goods.stock.operations.transfer_stock import transfer_stock
from hanse.interfaces.cli.mall import book, goods
from hanse.kernel.actor import ENGINE, STRANGER, Actor
from hanse.network.access.rules import ROLES
from hanse.network.approvals.operations.apply import apply
from hanse.network.parties.operations.change_terms import change_terms
from hanse.network.parties.operations.describe_party import Company
from hanse.network.parties.rules import Certificate, Secret
from hanse.relations.content.operations.publish_block import publish_block
from hanse.relations.content.operations.save_block import save_block
from hanse.trade.aftersales.operations.ask_refund import ask_refund
from hanse.trade.changes.operations.ask_change import ask_change
from hanse.trade.orders.models import Order

DAY = timedelta(days=1)
URGENT_FEE = 800
PRESALE = "camera"
"""The variant that is sold before there is any: it is sold out otherwise."""
HANDED_OUT = 6
HOME: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("platform", "banner", {
        "title": "从工厂到家门口", "title_en": "From the factory to your door", "text": "一张订单，多家好店",
        "text_en": "One order, many good shops", "link": "/c/tea/",
    }),
    ("platform", "notice", {
        "text": "本周下单，多数商品两日内发出。", "text_en": "This week most goods leave within two days.",
    }),
    ("platform", "goods", {"title": "新品上架", "title_en": "Just in", "choose": "newest", "count": 5}),
    ("platform", "goods", {"title": "大家都在买", "title_en": "Best sellers", "choose": "best", "count": 5}),
    ("platform", "goods", {
        "title": "茶与饮品", "title_en": "Tea and drinks", "choose": "category", "category": "tea", "count": 5,
    }),
    ("xiaoman", "banner", {
        "title": "小满：好好过日子", "title_en": "Xiaoman: living well", "text": "加急订单当天出库",
        "text_en": "Urgent orders leave the same day",
    }),
    ("xiaoman", "goods", {"title": "店主推荐", "title_en": "What sells best here", "choose": "best", "count": 5}),
    ("xiaoman", "text", {
        "title": "关于小满", "title_en": "About us", "text": "平江路上的小店，货都直接来自工厂与批发行。",
        "text_en": "A small shop on Pingjiang Road; its goods come straight from makers and wholesalers.",
    }),
)  # fmt: skip


def steps(at: datetime) -> list[Callable[[], object]]:
    """Return everything to be done once the past has been played; each step may be done again without effect."""
    found: list[Callable[[], object]] = [partial(_block, at, number) for number in range(len(HOME))]
    return [*found, *(partial(one, at) for one in (_urgent, _pickup, _presale, _south, _application, _waiting))]


def _block(at: datetime, number: int) -> None:
    party, kind, said = HOME[number]
    block = save_block(key=f"mall:block:{number}", at=at, by=ENGINE, party=party, kind=kind, said=said)
    publish_block(key=f"mall:block:{number}", at=at, by=ENGINE, block=block)


def _urgent(at: datetime) -> None:
    change_terms(key="mall:urgent", at=at, by=ENGINE, party="xiaoman", terms={"urgent_fee": URGENT_FEE})


def _pickup(at: datetime) -> None:
    _warehouse(at, "lijie", "corner", "社区自提点", "Pickup corner", "江苏苏州")
    skus = [one.new.sku for one in islice((one for one in goods.listings() if one.new.seller == "lijie"), HANDED_OUT)]
    for sku in skus:
        restock(
            key=f"mall:corner:{sku}", at=at, by=ENGINE, party="lijie", sku=sku, quantity=30, warehouse="corner",
            origin="supplier",
        )  # fmt: skip
    offer_pickup(
        key="mall:corner", at=at, by=ENGINE, party="lijie", warehouse="corner", address="苏州市姑苏区十梓街 112 号",
        hours="9:00-20:00",
    )  # fmt: skip


def _presale(at: datetime) -> None:
    offer = next(one.new.slug for one in goods.listings() if one.new.sku == PRESALE and one.new.audience == "public")
    open_presale(
        key="mall:presale", at=at, by=ENGINE, offer=str(offer), deposit=2_000, balance_from=at + 10 * DAY,
        balance_until=at + 13 * DAY, ships_from=at + 20 * DAY, most=100,
    )  # fmt: skip


def _south(at: datetime) -> None:
    _warehouse(at, "qinghe", "south", "华南仓", "South China warehouse", "广东广州")
    made = [one.slug for thing in book.things() if thing.maker == "qinghe" for one in thing.variants]
    for sku in [slug for slug in made if slug not in goods.SOLD_OUT][:8]:
        transfer_stock(key=f"mall:south:{sku}", at=at, by=ENGINE, party="qinghe", sku=sku, quantity=60, target="south")


def _warehouse(at: datetime, party: str, code: str, name: str, name_en: str, region: str) -> None:
    open_warehouse(
        key=f"mall:{party}:{code}", at=at, by=ENGINE, party=party, code=code, name=name, name_en=name_en, region=region
    )


def _application(at: datetime) -> None:
    number = Secret("91320508MA1DEMO00X")
    papers = [
        Certificate("business_licence", number, (at + 900 * DAY).date(), valid_from=(at - 400 * DAY).date()),
        Certificate("representative_identity", Secret("ID-DEMO-0001"), (at + 2_000 * DAY).date()),
    ]
    company = Company(legal_name="苏州春分茶具有限公司", licence_number=number, phone=Secret("138 0000 2024"))
    apply(
        key="mall:application", at=at, by=STRANGER, kind="retailer", name="春分茶具", name_en="Spring Teaware",
        region="江苏苏州", company=company, certificates=papers,
    )  # fmt: skip


def _waiting(at: datetime) -> None:
    """Let one buyer ask for money back and another for a change, so that sellers have something to answer."""
    if received := _order("received"):
        ask_refund(
            key="mall:ask", at=at, by=_buyer(received), order=received.code, reason="damaged",
            note="外箱完好，里面有一件破了。", amount=min(1_000, received.left),
        )  # fmt: skip
    if paid := _order("paid"):
        address = {"name": paid.buyer.name, "phone": "138 0000 0001", "place": "江苏苏州", "street": "平江路 20 号"}
        ask_change(
            key="mall:change", at=at, by=_buyer(paid), order=paid.code, address=address, why="搬家了，请改寄新地址。"
        )


def _order(status: str) -> Order | None:
    """Return the latest order of a household in this state, of one that can sign in if there is such a one."""
    rows = (
        Order.objects.visible_to(ENGINE).filter(tier=0, status=status, buyer__kind="consumer").select_related("buyer")
    )
    known = {row["party"] for row in book.trade()["staff"]}
    return max(rows.select_related("buyer"), key=lambda row: (row.buyer.slug in known, row.pk), default=None)


def _buyer(order: Order) -> Actor:
    return Actor(party=order.buyer_id, permissions=ROLES["owner"], name="demo")
