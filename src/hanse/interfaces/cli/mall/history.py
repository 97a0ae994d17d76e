"""What happened in the demo mall over the last sixty days: some two hundred orders in every state.

The plan is drawn by lot from a fixed seed, so an interrupted loading goes on with the same plan; everything is done
through the public operations at the moment at which it is said to have happened, and what fell due in between is
done in between.
"""

import heapq
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from random import Random

from django.conf import settings

from hanse.interfaces.cli.mall import book, goods
from hanse.interfaces.jobs.due import run_due
from hanse.kernel import clock
from hanse.kernel.actor import ENGINE, Actor
from hanse.kernel.errors import DomainError
from hanse.network.access.rules import ROLES
from hanse.network.parties.queries import parties
from hanse.trade.aftersales.operations.refund import refund
from hanse.trade.logistics.operations.receive import receive
from hanse.trade.logistics.operations.ship import ship
from hanse.trade.orders.operations.cancel import cancel
from hanse.trade.orders.operations.pay import pay
from hanse.trade.orders.operations.place import place
from hanse.trade.orders.queries import next_due
from hanse.trade.quotes.queries import Line
from hanse.value.funds.operations.top_up_wallet import top_up_wallet

log = logging.getLogger(__name__)

DAYS = 60
ORDERS = 200
SEED = 20_240_601
CARRIERS = (("顺丰速运", "SF"), ("中通快递", "ZT"), ("京东物流", "JD"), ("韵达快递", "YD"))
STREETS = ("平江路 18 号", "十梓街 112 号", "延安西路 900 号", "文三路 77 号 3 幢", "人民路 356 号")
WALLETS = {"chensi": 300_000, "wangxm": 200_000, "anna": 150_000}
HOUR = timedelta(hours=1)
# How many hours ago the latest orders were placed: somebody always has something to ship, to receive and to pay.
LATEST = (
    *((hours, "parts") for hours in (66, 60, 54, 48, 44)),
    *((hours, "fine") for hours in (30, 26, 22, 18, 14, 10, 8, 6)),
    *((hours, "fine") for hours in (3.5, 2.5, 1.5, 0.8)), (0.1, "unpaid"), (0.05, "unpaid"),
)  # fmt: skip


@dataclass(order=True)
class Event:
    """Something to do at a moment; `number` keeps the order of things planned for the same moment."""

    at: datetime
    number: int
    work: Callable[[datetime], object] = field(compare=False)


@dataclass
class Plan:
    """One order to be: who buys what, and what becomes of it."""

    number: int
    buyer: str
    lines: list[Line]
    fate: str
    means: str
    pauses: dict[str, timedelta]
    carrier: tuple[str, str]
    tracking: str
    street: str
    checkout: str = ""


class History:
    """Plays the plans from `start` until now."""

    def __init__(self, start: datetime, upto: datetime) -> None:
        self.start, self.upto = start, upto
        self.lot = Random(SEED)  # noqa: S311 - a play, not a secret
        self.events: list[Event] = []
        self.codes = parties([row["slug"] for row in book.trade()["parties"]])
        self.refused = 0
        self.plan()

    def plan(self) -> None:
        """Draw all orders by lot and note when each begins."""
        for holder, amount in WALLETS.items():
            self.at(self.start, partial(self.top_up, holder, amount))
        moments = [self.start + timedelta(hours=6) + (timedelta(days=DAYS) - 7 * HOUR) * (self.lot.random() ** 0.7)
                   for _ in range(ORDERS)]  # fmt: skip
        for number, moment in enumerate(sorted(moments)):
            plan = self.draw(number)
            self.at(_by_day(moment), partial(self.begin, plan))
        for number, (hours, fate) in enumerate(LATEST, start=ORDERS):
            plan = self.draw(number, fate)
            plan.pauses |= {"ship": 9 * HOUR, "more": 90 * HOUR} if fate == "parts" else {}
            self.at(self.upto - hours * HOUR, partial(self.begin, plan))

    def draw(self, number: int, fate: str = "") -> Plan:
        """Draw one order by lot."""
        lot = self.lot
        business = lot.random()
        if business < 0.1:
            buyer, pool, count, means = "xiaoman", _partners("gusu"), lot.randint(2, 4), "outside"
        elif business < 0.15:
            buyer, pool, count, means = "gusu", _partners("huadong"), lot.randint(2, 3), "credit"
        elif business < 0.23:
            buyer, pool, count, means = "yuanhang", _office(), lot.randint(1, 3), "credit"
        else:
            buyer, pool, count, means = lot.choice(_households()), _public(), lot.choice((1, 1, 1, 2, 3)), "outside"
        trading = buyer in ("xiaoman", "gusu", "yuanhang")
        lines = [Line(offer, lot.randint(8, 40) if trading else lot.choice((1, 1, 1, 2, 3)))
                 for offer in lot.sample(pool, count)]  # fmt: skip
        if fate == "parts":
            lines = [Line(line.offer, line.quantity + 2) for line in lines]
        if buyer in WALLETS and lot.random() < 0.3:
            means = "wallet"
        fates = ("unpaid", "cancelled", "refunded", "parts", "fine")
        return Plan(
            number, buyer, lines, fate or lot.choices(fates, (4, 4, 6, 8, 78))[0], means, self.pauses(),
            lot.choice(CARRIERS), f"{lot.randint(10**11, 10**12 - 1)}", lot.choice(STREETS),
        )  # fmt: skip

    def pauses(self) -> dict[str, timedelta]:
        """Draw how long everything takes."""
        lot = self.lot
        return {
            "pay": timedelta(seconds=lot.randint(40, 900)),
            "cancel": lot.uniform(0.5, 3) * HOUR,
            "ship": lot.uniform(4, 54) * HOUR,
            "more": lot.uniform(20, 40) * HOUR,
            "receive": lot.uniform(26, 110) * HOUR,
            "refund": lot.uniform(5, 60) * HOUR,
            "forgets": timedelta(days=lot.choice((0, 0, 0, 1))),
        }

    def at(self, moment: datetime, work: Callable[[datetime], object]) -> None:
        """Note something to do, if it lies in the past."""
        if moment <= self.upto:
            heapq.heappush(self.events, Event(moment, len(self.events) + 1_000 * len(self.events), work))

    def days(self) -> Iterator[tuple[datetime, Callable[[], None]]]:
        """Yield each business day with the work of playing it, so that each can be one transaction."""
        moment = self.start
        while moment < self.upto:
            midnight = clock.midnight(clock.next_day(clock.day_of(moment, settings.HANSE_ZONE)), settings.HANSE_ZONE)
            moment = min(midnight, self.upto)
            yield moment, partial(self.play, moment)

    def play(self, end: datetime) -> None:
        """Do everything up to this moment, in the order of time."""
        while self.events and self.events[0].at <= end:
            event = heapq.heappop(self.events)
            if (due := next_due()) and due <= event.at:
                run_due(event.at)
            try:
                event.work(event.at)
            except DomainError as refusal:
                self.refused += 1
                log.debug("the demo mall skips something at %s: %s %s", event.at, refusal.code, refusal.details)
        run_due(end)

    def actor(self, slug: str) -> Actor:
        """Return who acts for a party."""
        return Actor(party=self.codes[slug].pk, permissions=ROLES["owner"], name="demo")

    def top_up(self, holder: str, amount: int, at: datetime) -> None:
        """Fill a wallet."""
        top_up_wallet(key=f"mall:wallet:{holder}", at=at, by=ENGINE, party=holder, amount=amount, asset=book.CURRENCY)

    def begin(self, plan: Plan, at: datetime) -> None:
        """Place the order and plan what becomes of it."""
        buyer = self.codes[plan.buyer]
        plan.checkout = place(
            key=f"mall:{plan.number}", at=at, by=self.actor(plan.buyer), buyer=buyer.code, lines=plan.lines,
            address={"name": buyer.name, "phone": f"138 0000 {plan.number:04d}", "place": buyer.region,
                     "street": plan.street},
        )  # fmt: skip
        if plan.fate != "unpaid":
            self.at(at + plan.pauses["pay"], partial(self.pay, plan))

    def pay(self, plan: Plan, at: datetime) -> None:
        """Pay it, and plan what follows."""
        by = ENGINE if plan.means == "outside" else self.actor(plan.buyer)
        pay(key=f"mall:{plan.number}", at=at, by=by, order=plan.checkout, with_=plan.means)
        if plan.fate == "cancelled":
            self.at(at + plan.pauses["cancel"], partial(self.cancel, plan))
        else:
            self.at(at + plan.pauses["ship"], partial(self.ship, plan))

    def cancel(self, plan: Plan, at: datetime) -> None:
        """Cancel it before anything leaves."""
        cancel(key=f"mall:{plan.number}", at=at, by=self.actor(plan.buyer), order=plan.checkout)

    def ship(self, plan: Plan, at: datetime) -> None:
        """Send it, some orders in two parcels."""
        name, letters = plan.carrier
        more = next((line for line in plan.lines if line.quantity > 1), None) if plan.fate == "parts" else None
        ship(
            key=f"mall:{plan.number}", at=at, by=ENGINE, order=plan.checkout, lines={more.offer: 1} if more else None,
            carrier=name, tracking=letters + plan.tracking,
        )  # fmt: skip
        if more:
            self.at(at + plan.pauses["more"], partial(self.ship_rest, plan))
        else:
            self.arrive(plan, at)

    def ship_rest(self, plan: Plan, at: datetime) -> None:
        """Send what the first parcel left."""
        name, letters = plan.carrier
        ship(
            key=f"mall:{plan.number}:rest", at=at, by=ENGINE, order=plan.checkout, carrier=name,
            tracking=letters + plan.tracking[::-1],
        )  # fmt: skip
        self.arrive(plan, at)

    def arrive(self, plan: Plan, at: datetime) -> None:
        """Plan the arrival; some buyers forget to say so, and the clock does it for them."""
        if not plan.pauses["forgets"]:
            self.at(at + plan.pauses["receive"], partial(self.receive, plan))

    def receive(self, plan: Plan, at: datetime) -> None:
        """Receive it; some come back with a complaint."""
        receive(key=f"mall:{plan.number}", at=at, by=self.actor(plan.buyer), order=plan.checkout)
        if plan.fate == "refunded":
            self.at(at + plan.pauses["refund"], partial(self.refund, plan))

    def refund(self, plan: Plan, at: datetime) -> None:
        """Give one piece's money back; the maker answers for it."""
        refund(
            key=f"mall:{plan.number}", at=at, by=ENGINE, order=plan.checkout, lines={plan.lines[0].offer: 1},
            fault="upstream", goods="returned",
        )  # fmt: skip


def _by_day(moment: datetime) -> datetime:
    """Move the small hours of China into its evening, when people buy."""
    hour = (moment.hour + 8) % 24
    return moment - timedelta(hours=7) if hour < 7 else moment


def _public() -> list[str]:
    shown = [one.new for one in goods.listings() if one.new.audience == "public" and one.new.seller != "qiantang"]
    return [str(new.slug) for new in shown if new.price < 60_000 and new.sku not in goods.SOLD_OUT]


def _partners(seller: str) -> list[str]:
    shown = [one.new for one in goods.listings() if one.new.seller == seller and one.new.audience == "partners"]
    return [str(new.slug) for new in shown if new.price < 20_000 and new.sku not in goods.SOLD_OUT]


def _office() -> list[str]:
    shown = [one.new for one in goods.listings() if one.new.seller == "qiantang" and one.new.audience == "public"]
    return [str(new.slug) for new in shown if new.price < 30_000]


def _households() -> list[str]:
    return [row["slug"] for row in book.trade()["parties"] if row["kind"] == "consumer"]
