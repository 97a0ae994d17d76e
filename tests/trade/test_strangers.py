"""Nobody does anything to what is another's: every operation there is, called by strangers and by a rival's owner."""

import ast
import inspect
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import hanse
from hanse.goods.catalogue.rules import NewSku
from hanse.goods.stock.models import Warehouse
from hanse.goods.stock.operations.offer_pickup import offer_pickup
from hanse.kernel.actor import STRANGER, Actor
from hanse.kernel.errors import DomainError
from hanse.network.access.rules import permissions
from hanse.network.parties.queries import party
from hanse.network.parties.rules import Secret
from hanse.trade.logistics.rules import Counted
from hanse.trade.quotes.queries import Line
from hanse.value.payments.rules import Told
from tests.trade.world import CNY, World

SOURCE = Path(hanse.__file__).parent
OWN = {
    "sign_up", "apply", "accept_invitation", "accept_link", "put_in_basket", "merge_basket", "empty_basket",
    "add_endpoint", "issue_key", "create_user", "choose_mail", "read_notices",
}  # fmt: skip
"""What people begin for themselves: it names nothing of another's."""
MANY = {
    "create_products", "import_products", "import_offers", "list_offers", "import_stock", "restock_many",
    "import_parties", "register_parties",
}  # fmt: skip
"""The same as one by one, a whole file at a time; their own tests say who may."""


def operations() -> list[Any]:
    """Every public operation of the four floors, as declared by `once.operation`."""
    found = []
    for floor in ("network", "goods", "value", "trade"):
        for file in sorted((SOURCE / floor).rglob("operations/[a-z]*.py")):
            for node in ast.parse(file.read_text()).body:
                declared = isinstance(node, ast.FunctionDef) and any(
                    "once.operation" in ast.unparse(one) for one in node.decorator_list
                )
                if declared and node.name not in OWN | MANY:  # type: ignore[attr-defined]
                    name = ".".join(file.relative_to(SOURCE.parent).with_suffix("").parts)
                    found.append(pytest.param(getattr(import_module(name), file.stem), id=file.stem))
    return found


def given(world: World, operation: Any) -> dict[str, Any]:
    """What the operation needs, all of it the shop's, the factory's or ann's."""
    code = world.deal("ann", {"tee@shop": 1})
    payment = world.payment(code, 1)
    name = operation.__name__
    lines: list[Any] = [Counted("tee@shop", 1)] if name == "receive_counted" else [Line("tee@shop", 1)]
    found: object = {"tee": 1} if name == "count_in_take" else 1
    warehouse = _handed_out(world) if name == "place_for_pickup" else "main"
    known: dict[str, Any] = {
        "owner": "factory", "party": "factory", "seller": "factory", "buyer": "ann", "upstream": "factory",
        "downstream": "west", "target": "main", "payer": party("ann").pk, "order": code, "subject": code,
        "subjects": [code], "payment": payment, "offer": "tee@shop", "sku": "tee", "user": "none", "account": 1,
        "link": world.link("supply", "factory", "ann"), "lines": lines, "skus": [NewSku(slug="x")],
        "price": 1, "amount": 1, "quantity": 1, "found": found, "points": 1, "rate": 1, "notice": 1, "took_ms": 1,
        "currency": CNY, "asset": CNY, "changes": {"name": "x"}, "bearers": {"shop": 10_000}, "role": "owner",
        "language": "en", "kind": "supply" if "link" in name else "retailer", "succeeded": True,
        "answered": 200, "secret": Secret("s" * 40), "token": Secret("t" * 40), "password": Secret("Ui8!xkqLmzz9"),
        "sign_in": "x@example.com", "told": Told("succeeded", 1, CNY, "sandbox"), "facts": ["order.paid"],
        "known": ["order.paid"], "reason": "other", "warehouse": warehouse, "reasons": ["x"],
        "scopes": ["orders.see"], "bodies": {}, "sold": {}, "company": None,
    }  # fmt: skip
    wanted = inspect.signature(operation).parameters.values()
    return {
        one.name: known.get(one.name, "none") for one in wanted
        if one.default is one.empty and one.name not in ("key", "at", "by")
    }  # fmt: skip


def _handed_out(world: World) -> object:
    """Let the factory hand goods out at its warehouse; return it as an order names it."""
    world.call(offer_pickup, party="factory", warehouse="main", address="Pier 1")
    return Warehouse.objects.get(party__slug="factory").pk


@pytest.mark.parametrize("operation", operations())
def test_what_is_anothers_is_refused(chain: World, operation: Any) -> None:
    said = given(chain, operation)
    rival = Actor(party=party("rival").pk, user=1, permissions=permissions(["owner"], "active"))
    for by in (STRANGER, rival):
        with pytest.raises(DomainError) as refusal:
            chain.call(operation, by=by, **said)
        assert refusal.value.code in ("not_allowed", "not_found"), refusal.value.details
