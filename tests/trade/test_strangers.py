"""Nobody does anything to what is another's: every operation there is, called by strangers and by a rival's owner."""

import ast
import inspect
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import hanse
from hanse.goods.catalogue.rules import NewSku
from hanse.kernel.actor import STRANGER, Actor
from hanse.kernel.errors import DomainError
from hanse.network.access.rules import permissions
from hanse.network.parties.queries import party
from hanse.network.parties.rules import Secret
from hanse.trade.quotes.queries import Line
from hanse.value.payments.rules import Told
from tests.trade.world import CNY, World

SOURCE = Path(hanse.__file__).parent
OWN = {
    "sign_up", "apply", "accept_invitation", "accept_link", "put_in_basket", "merge_basket", "empty_basket",
    "add_endpoint", "issue_key", "create_user",
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
    known: dict[str, Any] = {
        "owner": "factory", "party": "factory", "seller": "factory", "buyer": "ann", "upstream": "factory",
        "downstream": "west", "target": "main", "payer": party("ann").pk, "order": code, "subject": code,
        "subjects": [code], "payment": payment, "offer": "tee@shop", "sku": "tee", "user": "none", "account": 1,
        "link": world.link("supply", "factory", "ann"), "lines": [Line("tee@shop", 1)], "skus": [NewSku(slug="x")],
        "price": 1, "amount": 1, "quantity": 1, "found": 1, "points": 1, "rate": 1, "notice": 1, "took_ms": 1,
        "currency": CNY, "asset": CNY, "changes": {"name": "x"}, "bearers": {"shop": 10_000}, "role": "owner",
        "language": "en", "kind": "supply" if "link" in operation.__name__ else "retailer", "succeeded": True,
        "answered": 200, "secret": Secret("s" * 40), "token": Secret("t" * 40), "password": Secret("Ui8!xkqLmzz9"),
        "sign_in": "x@example.com", "told": Told("succeeded", 1, CNY, "sandbox"), "facts": ["order.paid"],
        "known": ["order.paid"], "reasons": ["x"], "scopes": ["orders.see"], "bodies": {}, "sold": {}, "company": None,
    }  # fmt: skip
    wanted = inspect.signature(operation).parameters.values()
    return {
        one.name: known.get(one.name, "none") for one in wanted
        if one.default is one.empty and one.name not in ("key", "at", "by")
    }  # fmt: skip


@pytest.mark.parametrize("operation", operations())
def test_what_is_anothers_is_refused(chain: World, operation: Any) -> None:
    said = given(chain, operation)
    rival = Actor(party=party("rival").pk, user=1, permissions=permissions(["owner"], "active"))
    for by in (STRANGER, rival):
        with pytest.raises(DomainError) as refusal:
            chain.call(operation, by=by, **said)
        assert refusal.value.code in ("not_allowed", "not_found"), refusal.value.details
