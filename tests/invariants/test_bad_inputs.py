"""Whatever text or number an operation is given, it refuses: no input of a caller may become an error of ours."""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

import hanse
from hanse.kernel.actor import ENGINE
from hanse.kernel.errors import DomainError, MalformedInput
from hanse.network.parties.queries import party
from hanse.trade.quotes.queries import Line
from tests.trade.world import START, World

FLOORS = ("network", "goods", "value", "trade")
TEXTS = ("a\x00b", "\ud800", "\x07", "x" * 100_000, "")
NUMBERS = (True, -1, 2**63, 10**5_000)
KNOWN: dict[str, Any] = {
    "party": "shop", "owner": "shop", "seller": "shop", "upstream": "west", "downstream": "shop", "buyer": "ann",
    "sku": "tee", "offer": "tee@shop", "quantity": 1, "amount": 5, "currency": "CNY", "asset": "CNY", "kind": "supply",
    "name": "x", "price": 5, "lines": [Line("tee@shop", 1)], "label": "x", "rate": 100, "bearers": {"shop": 10_000},
    "role": "buyer", "subject": "C-00000-00000", "payer": 1, "link": 1,
}  # fmt: skip


@pytest.fixture
def chain(db: None) -> World:
    """A world in which everything is there."""
    return World().found().three_tiers()


def operations() -> Iterator[tuple[str, Any]]:
    for floor in FLOORS:
        for module in pkgutil.walk_packages([f"{hanse.__path__[0]}/{floor}"], f"hanse.{floor}."):
            name = module.name.rsplit(".", 1)[-1]
            if ".operations." in module.name and not name.startswith("_"):
                verb = getattr(importlib.import_module(module.name), name, None)
                if verb is not None and hasattr(verb, "__wrapped__"):
                    yield module.name, verb


ALL = dict(operations())


def bad(kind: str, name: str) -> tuple[Any, ...]:
    """Return bad values of an argument's kind."""
    if "Line" in kind:
        return *([Line(text, 1)] for text in TEXTS), *([Line("tee@shop", number)] for number in NUMBERS)
    if kind.startswith("int"):
        return NUMBERS
    if kind.startswith("str"):
        return TEXTS
    if kind.startswith("Mapping[str, int]"):
        return *({text: 1} for text in TEXTS), *({"tee@shop": number} for number in NUMBERS)
    if kind.startswith(("Mapping[str, str]", "Mapping[str, Any]")):
        return *({text: "x"} for text in TEXTS), *({"x": text} for text in (*TEXTS, *NUMBERS))
    if kind.startswith(("Sequence[str]", "Collection[str]")):
        return tuple([text] for text in TEXTS)
    return ()


def test_there_are_operations_to_walk() -> None:
    assert len(ALL) > 70


@pytest.mark.parametrize("name", ALL)
def test_bad_texts_and_numbers_are_refused(chain: World, name: str) -> None:
    verb = ALL[name]
    taken = {k: p for k, p in inspect.signature(verb).parameters.items() if k not in {"key", "at", "by"}}
    checkout = chain.place("ann", {"tee@shop": 2})
    known = KNOWN | {"checkout": checkout, "order": checkout, "parties": [party("shop").pk]}
    good = {
        k: known.get(k, "x" if str(p.annotation).startswith("str") else None)
        for k, p in taken.items()
        if p.default is inspect.Parameter.empty or k == "lines"
    }
    failures = []
    for argument, parameter in taken.items():
        for number, value in enumerate(bad(str(parameter.annotation), argument)):
            try:
                with transaction.atomic():
                    verb(key=f"{argument}{number}", at=START, by=ENGINE, **(good | {argument: value}))
                    transaction.set_rollback(True)
            except DomainError:
                pass
            except Exception as failure:  # noqa: BLE001 - this is what is looked for
                failures.append((argument, repr(value)[:40] if value != 10**5_000 else "endless", repr(failure)[:200]))
    assert not failures


PROMOTED: dict[str, Any] = {"offer": "tee@shop", "label": "x", "rate": 100, "bearers": {"shop": 10_000}}
OWN: dict[str, Any] = {"party": "shop", "asset": "CNY"}
PLACED: dict[str, Any] = {"buyer": "ann"}
PAID: dict[str, Any] = {"payer": 1, "currency": "CNY"}


@pytest.mark.parametrize("number", [True, 1.0, "1"], ids=repr)
@pytest.mark.parametrize(
    ("name", "field", "given"),
    [
        ("trade.orders.operations.place", "quantity", lambda n, _code: PLACED | {"lines": [Line("tee@shop", n)]}),
        ("trade.orders.operations.pay", "amount", lambda n, code: {"order": code, "amount": n}),
        ("trade.orders.operations.cancel", "lines", lambda n, code: {"order": code, "lines": {"tee@shop": n}}),
        ("trade.aftersales.operations.refund", "amount", lambda n, code: {"order": code, "amount": n, "goods": "kept"}),
        ("trade.quotes.operations.put_in_basket", "quantity", lambda n, _code: {"offer": "tee@shop", "quantity": n}),
        ("trade.promotions.operations.open_promotion", "rate", lambda n, _code: PROMOTED | {"rate": n}),
        ("trade.promotions.operations.open_promotion", "lane", lambda n, _code: PROMOTED | {"lane": n}),
        ("trade.promotions.operations.open_promotion", "min_quantity", lambda n, _code: PROMOTED | {"min_quantity": n}),
        ("trade.promotions.operations.open_promotion", "bearers", lambda n, _code: PROMOTED | {"bearers": {"shop": n}}),
        ("value.payments.operations.start_payment", "amount", lambda n, code: PAID | {"subject": code, "amount": n}),
        ("value.settlement.operations.withdraw", "amount", lambda n, _code: OWN | {"amount": n}),
        ("value.funds.operations.top_up_wallet", "amount", lambda n, _code: OWN | {"amount": n}),
        ("value.funds.operations.grant_points", "points", lambda n, _code: {"party": "shop", "points": n}),
    ],
)  # fmt: skip
def test_what_is_no_whole_number_counts_nothing(chain: World, name: str, field: str, given: Any, number: Any) -> None:
    verb = ALL[f"hanse.{name}"]
    with pytest.raises(MalformedInput) as refusal:
        chain.call(verb, **given(number, chain.place("ann", {"tee@shop": 2})))
    assert refusal.value.details["field"] == field
