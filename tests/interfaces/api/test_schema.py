"""The API keeps to its own description, whatever it is asked: Schemathesis, one operation at a time and in chains."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
import schemathesis
from django.core import signals
from django.core.cache import cache
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from hypothesis.stateful import run_state_machine_as_test
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import ignored_auth, positive_data_acceptance

from hanse.interfaces.api.openapi import LINKS
from tests.interfaces.api.callers import Caller
from tests.trade.world import World

QUIETLY = settings(
    max_examples=6, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
LEFT_OUT = [positive_data_acceptance]
"""What fits the description may still make no sense to the engine: shares that are no whole, chains in a circle."""


@pytest.fixture
def described(callers: dict[str, Caller], monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The description as a client gets it; a request's end leaves the connection of the test alone.

    No provider is asked: that one does not answer is a 503, which Schemathesis takes for a fault of ours.
    """
    for name in ("open_payment", "query_payment"):
        monkeypatch.setattr(f"hanse.interfaces.api.payments.{name}", lambda **_given: "")
    cache.clear()
    ends = (signals.request_started, signals.request_finished)
    for end in ends:
        end.disconnect(close_old_connections)
    config = SchemathesisConfig.from_dict({"generation": {"with-security-parameters": False}})
    yield schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application(), config=config)
    for end in ends:
        end.connect(close_old_connections)


def headers_of(caller: Caller) -> dict[str, str]:
    # Without a word about it the library would ask for compressed answers and read them as they come.
    return {"Authorization": f"Bearer {caller.secret}", "Accept-Encoding": "identity"}


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_one_operation_at_a_time(
    described: Any, callers: dict[str, Caller], market: World, mode: GenerationMode
) -> None:
    asked = 0
    for found in described.get_all_operations():
        operation = found.ok()
        cases = operation.as_strategy(generation_mode=mode)

        @QUIETLY
        @given(case=cases, who=st.sampled_from(["shop", "operator", "ann"]))
        def ask(case: Any, who: str) -> None:
            nonlocal asked
            asked += 1
            case.call_and_validate(headers=headers_of(callers[who]), excluded_checks=LEFT_OUT)

        with suppress(Unsatisfiable):  # nothing in it can be said wrongly
            ask()
    assert asked >= 350


WHO = {"buying": "ann", "payments": "ann", "orders": "factory", "approvals": "operator", "money": "operator"}
"""Who does what: chains of calls lead from one to the other, as deals do."""
CHAINS = {"place_order", "pay_checkout", "ship_order", "create_product", "submit_product"}
SAID: dict[str, dict[str, Any]] = {
    "place_order": {"lines": [{"offer": "tee@shop", "quantity": 1}]},
    "pay_checkout": {"from": "wallet"},
    "create_product": {"name": "Thing", "skus": [{}]},
    "tick_item": {"item": "name_and_category"},
}
"""What some operations need to hear to succeed; everything else is made up."""


def test_chains_of_operations(described: Any, callers: dict[str, Caller]) -> None:
    done: set[str] = set()

    linked = sorted(CHAINS | {target for source in CHAINS for targets in LINKS[source].values() for target in targets})

    class Deals(described.include(operation_id=linked).as_state_machine()):  # type: ignore[misc]
        """Follows the links of the description from answer to request."""

        def before_call(self, case: Any) -> None:
            name = case.operation.definition.raw["operationId"]
            if name in SAID:
                case.body = SAID[name]

        def get_call_kwargs(self, case: Any) -> dict[str, Any]:
            (tag,) = case.operation.definition.raw["tags"]
            return {"headers": headers_of(callers[WHO.get(tag, "shop")])}

        def validate_response(self, response: Any, case: Any, **_more: Any) -> None:
            # Credentials are given below what the check looks at; the walk of test_walk.py asks without any.
            case.validate_response(response, excluded_checks=[*LEFT_OUT, ignored_auth])
            if 200 <= response.status_code < 300:
                done.add(case.operation.definition.raw["operationId"])

    run_state_machine_as_test(Deals, settings=settings(QUIETLY, max_examples=30, stateful_step_count=20))
    assert {"place_order", "create_product"} <= done
    assert len(done) >= 10
