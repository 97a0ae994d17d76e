"""An outsider's program: a client generated from the description alone does a deal through three tiers."""

import importlib
import inspect
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from hanse.interfaces.api.site import api
from tests.interfaces.api.callers import caller
from tests.interfaces.api.conftest import build_market
from tests.trade.world import World

NAME = "hanse_client"


@pytest.fixture(scope="session")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    """The client, generated into a folder of its own."""
    folder = tmp_path_factory.mktemp("client")
    described, config = folder / "openapi.json", folder / "config.yml"
    described.write_text(json.dumps(api.get_openapi_schema(path_prefix="/api/v1/"), default=str))
    config.write_text(f"package_name_override: {NAME}\nproject_name_override: {NAME}\npost_hooks: []\n")
    tool = Path(sys.executable).with_name("openapi-python-client")
    made = subprocess.run(
        [tool, "generate", "--path", described, "--config", config, "--meta", "none", "--output-path", folder / NAME],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    assert "WARNING" not in made.stdout.upper(), made.stdout
    sys.path.insert(0, str(folder))
    yield importlib.import_module(NAME)
    sys.path.remove(str(folder))


class Program:
    """One party's program, by the generated client."""

    def __init__(self, base: str, secret: str) -> None:
        client = importlib.import_module(f"{NAME}.client")
        self.client = client.AuthenticatedClient(base_url=base, token=secret, raise_on_unexpected_status=True)
        self.models = importlib.import_module(f"{NAME}.models")
        self.count = 0

    def __call__(self, group: str, operation: str, body: Any = None, *, code: str | None = None, **query: Any) -> Any:
        """Call an operation and return what its generated function made of the answer."""
        function = importlib.import_module(f"{NAME}.api.{group}.{operation}").sync
        given = {"body": body, "code": code, **query}
        if "idempotency_key" in inspect.signature(function).parameters:
            self.count += 1
            given["idempotency_key"] = f"{id(self)}-{self.count}"
        answer = function(client=self.client, **{name: value for name, value in given.items() if value is not None})
        assert not isinstance(answer, self.models.Problem), answer
        return answer


@pytest.mark.django_db(transaction=True)
def test_an_outsider_deals_through_three_tiers(generated: ModuleType, live_server: Any, world_now: World) -> None:
    del generated
    ann, west, factory = (Program(live_server.url, caller(slug).secret) for slug in ("ann", "west", "factory"))
    model = ann.models
    line = model.LinePieces(offer="tee@shop", quantity=2)
    quote = ann("buying", "quote", model.QuoteIn(lines=[line]))
    placed = ann("buying", "place_order", model.CheckoutIn(lines=[line], expected=quote.fingerprint))
    assert (placed.due.amount, placed.due.currency) == (20000, "CNY")
    paid = ann("buying", "pay_checkout", model.PayIn(from_=model.PayInFrom("wallet")), code=placed.code)
    assert paid.due.amount == 0
    (sale,) = factory("orders", "list_orders", status=model.ListOrdersStatus("paid")).items
    shipped = factory("orders", "ship_order", model.ShipIn(carrier="SF", tracking="SF1"), code=sale.code)
    assert ann("orders", "get_parcel", code=shipped.codes[0]).tracking == "SF1"
    ann("buying", "receive_checkout", model.ReceiveIn(), code=placed.code)
    legs = west("orders", "list_orders").items
    assert {(leg.side, leg.status, leg.total.amount) for leg in legs} == {
        ("sale", "received", 16000), ("purchase", "received", 12000),
    }  # fmt: skip
    assert world_now.stock("tee@factory") == (98, 0, 0)
    for program in (ann, west, factory):
        program.client.get_httpx_client().close()


@pytest.fixture
def world_now(transactional_db: None) -> World:
    """The market on real transactions, at the present."""
    from hanse.kernel import clock

    return build_market(World(at=clock.now()))
