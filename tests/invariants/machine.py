"""Random histories played against the engine and the dictionary model at once."""

from collections import Counter
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from hanse.goods.stock import queries as stock
from hanse.goods.stock.models import Shelf
from hanse.interfaces.jobs.due import run_due
from hanse.kernel.actor import ENGINE
from hanse.kernel.errors import DomainError
from hanse.network.parties.models import Party
from hanse.network.parties.operations.found_platform import found_platform
from hanse.trade.aftersales.operations.refund import refund
from hanse.trade.changes.models import Change
from hanse.trade.changes.operations.agree_change import agree_change
from hanse.trade.changes.operations.ask_change import ask_change
from hanse.trade.logistics.operations.receive import receive
from hanse.trade.logistics.operations.ship import ship
from hanse.trade.orders.models import Order
from hanse.trade.orders.operations.cancel import cancel
from hanse.trade.orders.operations.pay import pay
from hanse.trade.orders.operations.place import place
from hanse.trade.quotes.queries import Line
from hanse.value.books import queries as books
from hanse.value.funds import queries as funds
from tests.invariants import ledger_model as model
from tests.trade.world import World

CNY = "CNY"
LIMIT = 2_000_000
PERIOD = 86_400
TERMS = {"settlement": {"every": "day"}, "urgent_fee": 0}
TRADER = "mill"
"""A buyer that keeps stock; it buys from the first chain's seller, on credit if it likes."""


class Histories(RuleBasedStateMachine):
    """Two chains of random depth and terms; consumers and a trader buy, and everything else happens in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.parts: dict[str, model.Part] = {}
        self.shelves: Counter[tuple[str, str]] = Counter()
        self.calls: list[tuple[Any, dict[str, Any], Any]] = []
        self.credit: Counter[str] = Counter()

    def call(self, operation: Any, **kwargs: Any) -> Any:
        """Call an operation and remember it, so that it can be repeated."""
        given = {"key": f"k{next(self.world.keys)}", "at": self.world.at, "by": ENGINE, **kwargs}
        answer = operation(**given)
        self.calls.append((operation, given, answer))
        return answer

    def tried(self, operation: Any, **kwargs: Any) -> tuple[Any, str]:
        """Call an operation that may be refused; return its answer and the code of the refusal, "" for none."""
        try:
            return self.call(operation, **kwargs), ""
        except DomainError as refusal:
            return None, refusal.code

    @initialize(data=st.data(), fee=st.integers(0, 2000))
    def found(self, data: st.DataObject, fee: int) -> None:
        """Make the world: platform, parties, two chains of one to eight tiers, promoters."""
        world, self.fee = self.world, fee
        world.call(found_platform, name="Hanse", terms=TERMS | {"platform_fee": fee})
        for slug, kind in [("ann", "consumer"), ("dan", "consumer"), ("bob", "consumer"), ("eve", "consumer")]:
            world.party(slug, kind)
        world.party(TRADER, "retailer")
        world.link("promotes", "bob", "ann")
        world.link("promotes", "eve", "bob")
        self.chains = [self.chain(data, name) for name in ("tea", "cup")]
        world.link("supply", self.chains[0].sellers[0], TRADER, pay="credit", limit=LIMIT, period=PERIOD)

    def chain(self, data: st.DataObject, goods: str) -> model.Chain:
        """Make one chain, the factory last."""
        depth = data.draw(st.integers(1, 8), label=f"tiers of {goods}")
        sellers = [f"{goods}{tier}" for tier in range(depth)]
        prices = [data.draw(st.integers(1, 20_000), label="price") for _ in sellers]
        own_first = [*(data.draw(st.booleans(), label="own first") for _ in sellers[1:]), True]
        rates = data.draw(st.lists(st.integers(0, 1500), max_size=2), label="commission")
        freight = data.draw(st.sampled_from([0, 0, 700]), label="freight")
        hurry = data.draw(st.sampled_from([0, 1, 1000]), label="fee for hurrying")
        for seller in sellers:
            self.world.party(seller, "wholesaler")
        holders = {
            s: data.draw(st.integers(1, 12), label="stock") for s, o in zip(sellers, own_first, strict=True) if o
        }
        self.world.goods(goods, sellers[-1], **holders)
        self.shelves.update({(seller, goods): pieces for seller, pieces in holders.items()})
        source = None
        for tier in reversed(range(depth)):
            fulfil = "stock" if source is None else "stock_then_source" if own_first[tier] else "source"
            name = f"{goods}@{sellers[tier]}"
            first = {"commission": rates, "freight": freight, "terms": {"urgent_fee": hurry}}
            more = first if tier == 0 else {}
            source = self.world.offer(name, prices[tier], source, fulfil=fulfil, **more)
        return model.Chain(f"{goods}@{sellers[0]}", goods, sellers, prices, own_first, freight, rates, hurry)

    @rule(data=st.data(), buyer=st.sampled_from(["ann", "dan", TRADER]))
    def place(self, data: st.DataObject, buyer: str) -> None:
        """Order from one seller or both, in a hurry or not."""
        which = data.draw(st.sampled_from([[0], [1], [0, 1]]), label="chains") if buyer != TRADER else [0]
        wanted = {i: data.draw(st.integers(1, 6), label="pieces") for i in which}
        urgent = data.draw(st.booleans(), label="urgent")
        opened, shelves = self.open(buyer, wanted, urgent=urgent)
        lines = [Line(self.chains[i].offer, pieces) for i, pieces in wanted.items()]
        code, refused = self.tried(place, buyer=buyer, lines=lines, urgent=urgent)
        assert refused == ("out_of_stock" if None in opened else "")
        if not refused:
            self.keep(code, opened, shelves)

    def open(
        self, buyer: str, wanted: dict[int, int], *, urgent: bool
    ) -> tuple[list[model.Part | None], Counter[tuple[str, str]]]:
        """Return what an order would open, and what it would leave on the shelves."""
        promoters, shelves = ["bob", "eve"] if buyer == "ann" else [], self.shelves.copy()
        opened = [
            model.open_part(self.chains[i], buyer, n, shelves, self.fee, promoters, self.world.at, urgent=urgent)
            for i, n in wanted.items()
        ]
        return opened, shelves

    def keep(self, code: str, opened: list[model.Part | None], shelves: Counter[tuple[str, str]]) -> None:
        """Remember what an order (checkout) opened."""
        self.shelves = shelves
        for part, order in zip(opened, Order.objects.filter(checkout__code=code, tier=0).order_by("pk"), strict=True):
            assert part is not None
            self.parts[order.code] = part

    def some(self, data: st.DataObject, *statuses: str) -> tuple[str, model.Part] | None:
        """Choose one of the first legs in these states."""
        found = [(code, part) for code, part in self.parts.items() if part.status in statuses]
        return data.draw(st.sampled_from(found), label="order") if found else None

    @rule(data=st.data(), credit=st.booleans())
    @precondition(lambda self: self.parts)
    def pay(self, data: st.DataObject, credit: bool) -> None:
        """Pay the whole checkout, the trader perhaps on credit."""
        if not (chosen := self.some(data, "placed")):
            return
        code, part = chosen
        checkout = Order.objects.get(code=code).checkout
        open_ = [self.parts[order.code] for order in checkout.orders.filter(tier=0, status="placed")]
        with_credit = credit and part.buyer == TRADER
        due = sum(one.left() for one in open_)
        _code, refused = self.tried(pay, order=code, with_="credit" if with_credit else "outside")
        assert refused == (self.no_credit(due) if with_credit else "")
        if refused:
            return
        for one in open_:
            one.status, one.due = "paid", None
            one.debt = one.left() if with_credit else 0
            one.repay_by = self.world.at + timedelta(seconds=PERIOD)

    def no_credit(self, due: int) -> str:
        """Why the trader gets no more credit for so much, if it does not."""
        if any(part.debt and part.repay_by and part.repay_by < self.world.at for part in self.parts.values()):
            return "credit_overdue"
        return "credit_limit_exceeded" if self.debts() + due > LIMIT else ""

    def debts(self) -> int:
        """What the trader owes on credit in all."""
        return sum(part.debt for part in self.parts.values())

    @rule(data=st.data(), share=st.integers(1, 100))
    @precondition(lambda self: any(part.debt for part in self.parts.values()))
    def repay(self, data: st.DataObject, share: int) -> None:
        """Repay a part of one debt."""
        code, part = data.draw(st.sampled_from([(c, p) for c, p in self.parts.items() if p.debt]), label="debt")
        amount = max(1, part.debt * share // 100)
        self.call(pay, order=code, amount=amount)
        part.debt -= amount

    @rule(data=st.data())
    @precondition(lambda self: self.parts)
    def ship(self, data: st.DataObject) -> None:
        """Ship some pieces or all."""
        if chosen := self.some(data, "paid", "partly_shipped"):
            code, part = chosen
            pieces = data.draw(st.integers(1, sum(part.waiting)), label="pieces")
            self.call(ship, order=code, lines={part.chain.offer: pieces})
            model.ship(part, pieces)
            model.progress(part, self.world.at)

    @rule(data=st.data())
    @precondition(lambda self: self.parts)
    def receive(self, data: st.DataObject) -> None:
        """Receive some of what is on its way."""
        chosen = self.some(data, "partly_shipped", "shipped")
        if chosen and sum(chosen[1].moving):
            code, part = chosen
            pieces = data.draw(st.integers(1, sum(part.moving)), label="pieces")
            self.call(receive, order=code, lines={part.chain.offer: pieces})
            model.receive(part, pieces, self.shelves, trader=part.buyer == TRADER)
            model.progress(part, self.world.at)

    @rule(data=st.data())
    @precondition(lambda self: self.parts)
    def cancel(self, data: st.DataObject) -> None:
        """Cancel some of what has not left."""
        chosen = self.some(data, "placed", "paid", "partly_shipped")
        if chosen and sum(chosen[1].waiting):
            code, part = chosen
            pieces = data.draw(st.integers(1, sum(part.waiting)), label="pieces")
            self.call(cancel, order=code, lines={part.chain.offer: pieces})
            self.give_back(part, lambda: model.cancel(part, pieces, self.shelves))
            model.progress(part, self.world.at)

    @rule(data=st.data())
    @precondition(lambda self: self.parts)
    def change(self, data: st.DataObject) -> None:
        """Change how many pieces it is to be, as everybody agrees: fewer, or more beside it."""
        chosen = self.some(data, "placed", "paid")
        if not chosen or chosen[1].sent:
            return
        code, part = chosen
        there = sum(part.waiting)
        wanted = data.draw(st.integers(0, there + 4).filter(lambda n: n != there), label="pieces there are to be")
        urgent = Order.objects.get(code=code).urgent
        added, shelves = self.open(part.buyer, {self.chains.index(part.chain): max(1, wanted - there)}, urgent=urgent)
        change, refused = self.tried(ask_change, order=code, lines={part.chain.offer: wanted})
        assert refused == ("out_of_stock" if wanted > there and None in added else "")
        if refused:
            return
        assert self.call(agree_change, change=change) == "applied"
        if wanted > there:
            beside = Change.objects.get(code=change).supplement
            assert beside is not None
            self.keep(beside.code, added, shelves)
        else:
            self.give_back(part, lambda: model.cancel(part, there - wanted, self.shelves))
            model.progress(part, self.world.at)

    @staticmethod
    def give_back(part: model.Part, undo: Any) -> Any:
        """Undo pieces; what the buyer gets back first releases what it never paid."""
        before = part.left()
        done = undo()
        if part.status != "placed":
            part.debt -= min(part.debt, before - part.left())
        return done

    @rule(
        data=st.data(),
        fault=st.sampled_from(["buyer", "seller", "upstream", "carrier"]),
        goods=st.sampled_from(["returned", "kept"]),
    )
    @precondition(lambda self: self.parts)
    def refund(self, data: st.DataObject, fault: str, goods: str) -> None:
        """Refund some of what has left, before or after closing and payout."""
        chosen = self.some(data, "partly_shipped", "shipped", "received", "closed")
        if not chosen or not chosen[1].with_buyer():
            return
        code, part = chosen
        pieces = data.draw(st.integers(1, part.with_buyer()), label="pieces")
        trader = part.buyer == TRADER
        lines = {part.chain.offer: pieces}
        _codes, refused = self.tried(refund, order=code, lines=lines, fault=fault, goods=goods)
        there = self.give_back(part, lambda: model.refund(part, pieces, fault, goods, self.shelves, trader=trader))
        assert refused == ("" if there else "out_of_stock")
        model.progress(part, self.world.at)

    @rule(hours=st.sampled_from([0, 1, 20, 7 * 24, 10 * 24, 30 * 24]))
    def wait(self, hours: int) -> None:
        """Let time pass: orders expire, arrive and close; every midnight is settled."""
        self.world.at += timedelta(hours=hours, minutes=1)
        run_due(self.world.at)
        while late := [part for part in self.parts.values() if part.due and part.due <= self.world.at]:
            for part in late:
                self.fall_due(part)

    def fall_due(self, part: model.Part) -> None:
        """Do what the clock does to one part."""
        assert part.due is not None
        at = part.due
        if part.status == "placed":
            model.cancel(part, sum(part.waiting), self.shelves)
            part.status, part.due = "expired", None
        elif part.status == "shipped":
            model.receive(part, sum(part.moving), self.shelves, trader=part.buyer == TRADER)
            model.progress(part, at)
        else:
            part.status, part.due = "closed", None

    @rule(data=st.data())
    @precondition(lambda self: self.calls)
    def repeat(self, data: st.DataObject) -> None:
        """Whatever was done once is not done again: the same call gets the same answer."""
        operation, given, answer = data.draw(st.sampled_from(self.calls), label="call")
        assert operation(**given) == answer

    @invariant()
    def books_and_stock_are_sound(self) -> None:
        """Every asset sums to zero, no floor is broken, every counter is the sum of its movements."""
        assert books.check() == []
        assert stock.check() == []

    @invariant()
    def everybody_has_what_the_model_says(self) -> None:
        """Statuses, money and pieces are what the model computed piece by piece."""
        slugs = {pk: str(slug) for pk, slug in Party.objects.values_list("pk", "slug")}

        def by_slug(found: dict[int, int]) -> dict[str, int]:
            return {slugs[pk]: amount for pk, amount in found.items() if amount}

        statuses = dict(Order.objects.filter(tier=0).values_list("code", "status"))
        assert statuses == {code: part.status for code, part in self.parts.items()}
        earned: Counter[str] = Counter()
        held: Counter[str] = Counter()
        pending: Counter[str] = Counter()
        for part in self.parts.values():
            if part.status == "closed":
                earned.update(part.results())
            elif part.status not in ("placed", "expired", "cancelled"):
                held[part.buyer] += part.left()
                pending.update(part.pending())
        assert by_slug(funds.earned(CNY)) == {slug: amount for slug, amount in earned.items() if amount}
        assert by_slug(funds.held(CNY)) == {slug: amount for slug, amount in held.items() if amount}
        assert by_slug(funds.pending(CNY)) == {slug: amount for slug, amount in pending.items() if amount}
        assert by_slug(funds.credit_used(CNY)) == ({TRADER: self.debts()} if self.debts() else {})
        self.pieces_are_where_the_model_says()

    def pieces_are_where_the_model_says(self) -> None:
        """Every shelf has what the model left there, and every piece promised is promised to somebody."""
        rows = Shelf.objects.values_list("party__slug", "sku__slug", "available", "reserved", "in_transit")
        promised: Counter[tuple[str, str]] = Counter()
        moving: Counter[tuple[str, str]] = Counter()
        for part in self.parts.values():
            for tier, seller in enumerate(part.chain.sellers[: len(part.quantity)]):
                promised[seller, part.chain.goods] += part.waiting[tier]
                moving[seller, part.chain.goods] += part.moving[tier]
        for party, goods, available, reserved, in_transit in rows:
            place = (str(party), str(goods))
            assert (available, reserved, in_transit) == (self.shelves[place], promised[place], moving[place]), place
