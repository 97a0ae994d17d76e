"""Facts told outside: signed, to whom they concern and no further, again until they arrive."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address
from threading import Thread
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from standardwebhooks import Webhook, WebhookVerificationError

from hanse.interfaces.jobs import tasks
from hanse.interfaces.webhooks import facts, jobs, sending
from hanse.interfaces.webhooks.sending import PrivateAddress, is_public, resolve
from hanse.kernel import clock, events
from hanse.kernel.actor import ENGINE
from hanse.network.parties.queries import party as find_party
from hanse.network.webhooks import rules
from hanse.network.webhooks.models import Delivery, Endpoint
from hanse.network.webhooks.operations.forget_deliveries import forget_deliveries
from hanse.network.webhooks.operations.record_attempt import record_attempt
from hanse.network.webhooks.queries import Sendable
from tests.interfaces.api.callers import Caller
from tests.trade.world import World


@dataclass
class Listener:
    """A server that keeps what it is sent, and answers as it was told to."""

    url: str = ""
    status: int = 200
    heard: list[tuple[dict[str, str], str]] = field(default_factory=list)


@pytest.fixture
def listener() -> Iterator[Listener]:
    made = Listener()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            made.heard.append((dict(self.headers.items()), body))
            self.send_response(made.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_args: Any) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    made.url = f"http://127.0.0.1:{server.server_port}/hook"
    yield made
    server.shutdown()
    thread.join()
    server.server_close()


def work() -> int:
    """Do the jobs that wait now, as a worker would, and return how many they were."""
    done = 0
    while rows := _waiting():
        for pk, task, args in rows:
            with connection.cursor() as cursor:
                cursor.execute("DELETE FROM procrastinate_jobs WHERE id = %s", [pk])
            run: Any = {events.TASK: tasks.follow, jobs.TASK: jobs.deliver}[task]
            run.func(**args)
            done += 1
    return done


def _waiting() -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, task_name, args::text FROM procrastinate_jobs WHERE status = 'todo'"
            " AND (scheduled_at IS NULL OR scheduled_at <= now()) ORDER BY id"
        )
        return [(pk, task, json.loads(args)) for pk, task, args in cursor.fetchall()]


def listen(caller: Caller, listener: Listener, *wanted: str) -> Any:
    return caller.post("/webhooks", {"url": listener.url, "facts": list(wanted)})


def order(caller: Caller) -> Any:
    return caller.post("/checkouts", {"lines": [{"offer": "tee@shop", "quantity": 2}]})


def test_a_signature_is_good_and_a_changed_body_is_not(callers: dict[str, Caller], listener: Listener) -> None:
    made = listen(callers["shop"], listener, "order.placed")
    placed = order(callers["ann"])
    work()
    ((headers, body),) = listener.heard
    said = Webhook(made["secret"]).verify(body, {name.lower(): text for name, text in headers.items()})
    assert (said["type"], said["data"]["checkout"]) == ("order.placed", placed["code"])
    assert said["data"]["orders"][0] == placed["orders"][0]
    with pytest.raises(WebhookVerificationError):
        Webhook(made["secret"]).verify(body + " ", {name.lower(): text for name, text in headers.items()})


def test_everybody_is_told_its_own_legs(callers: dict[str, Caller], listener: Listener) -> None:
    for name in ("shop", "west", "factory", "rival", "operator"):
        listen(callers[name], listener, "order.placed")
    order(callers["ann"])
    work()
    told = [json.loads(body)["data"]["orders"] for _headers, body in listener.heard]
    assert sorted(len(orders) for orders in told) == [1, 2, 2, 3]
    for name in ("shop", "west", "factory"):
        mine = [row["code"] for row in callers[name].get("/orders")["items"]]
        assert sorted(mine) in [sorted(orders) for orders in told]


def test_what_nobody_waits_for_costs_one_question_and_no_job(callers: dict[str, Caller], market: World) -> None:
    with CaptureQueriesContext(connection) as silent:
        market.place("ann", {"tee@shop": 1})
    assert _waiting() == []
    callers["rival"].post("/webhooks", {"url": "https://example.com/", "facts": ["order.placed"]})
    with CaptureQueriesContext(connection) as told:
        market.place("ann", {"tee@shop": 1})
    asked = [query for query in silent if "network_endpoint" in query["sql"]]
    assert (len(asked), len(told) - len(silent)) == (1, 1)
    assert len(silent) <= 25


def test_it_is_tried_again_later_and_later_and_can_be_replayed(callers: dict[str, Caller], listener: Listener) -> None:
    shop = callers["shop"]
    made = listen(shop, listener)
    listener.status = 500
    sent = shop.post(f"/webhooks/{made['code']}/test")
    work()
    row = shop.get(f"/deliveries/{sent['code']}")
    assert (row["status"], row["attempts"], row["tries"][0]["answered"]) == ("pending", 1, 500)
    listener.status = 204
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET scheduled_at = now()")
    work()
    row = shop.get(f"/deliveries/{sent['code']}")
    assert (row["status"], row["attempts"], row["next_at"]) == ("delivered", 2, None)
    shop.post(f"/deliveries/{sent['code']}/replay")
    work()
    ids = {headers["webhook-id"] for headers, _body in listener.heard}
    assert (len(listener.heard), ids) == (3, {row["event"]})
    assert shop.get("/deliveries?status=delivered")["items"][0]["attempts"] == 1
    assert callers["rival"].refused("GET", f"/deliveries/{sent['code']}") == (404, "not_found")
    assert callers["rival"].refused("POST", f"/deliveries/{sent['code']}/replay") == (404, "not_found")


def test_an_endpoint_that_fails_for_days_is_given_up(callers: dict[str, Caller], listener: Listener) -> None:
    shop, at = callers["shop"], clock.now()
    made = listen(shop, listener)
    sent = shop.post(f"/webhooks/{made['code']}/test")["code"]

    def fail(when: Any) -> str | None:
        how: dict[str, Any] = {"answered": None, "error": "ConnectError", "took_ms": 3}
        return record_attempt(key=f"k{when}", at=when, by=ENGINE, delivery=sent, **how)

    assert fail(at) == (at + timedelta(seconds=5)).isoformat()
    assert fail(at + timedelta(days=4)) is not None
    assert fail(at + timedelta(days=5)) is None
    assert shop.get(f"/webhooks/{made['code']}")["status"] == "disabled"
    assert shop.get(f"/deliveries/{sent}")["status"] == "failed"
    assert fail(at + timedelta(days=6)) is None
    assert shop.refused("POST", f"/deliveries/{sent}/replay") == (409, "wrong_state")
    assert shop.post(f"/webhooks/{made['code']}/enable")["failing_since"] is None
    shop.post(f"/deliveries/{sent}/replay")
    assert work() == 2
    assert shop.get(f"/deliveries/{sent}")["status"] == "delivered"


def test_after_the_last_attempt_it_is_left(callers: dict[str, Caller], listener: Listener) -> None:
    made = listen(callers["shop"], listener)
    sent = callers["shop"].post(f"/webhooks/{made['code']}/test")["code"]
    at = clock.now()
    again: list[str | None] = [
        record_attempt(key=str(n), at=at, by=ENGINE, delivery=sent, answered=503, error="", took_ms=1)
        for n in range(len(rules.WAITS) + 1)
    ]
    assert again == [*((at + wait).isoformat() for wait in rules.WAITS), None]
    assert Delivery.objects.get(code=sent).status == "failed"
    assert forget_deliveries(at=at + timedelta(days=31), by=ENGINE) > 0
    assert not Delivery.objects.exists()


def test_an_event_is_told_once_however_often_its_job_runs(callers: dict[str, Caller], listener: Listener) -> None:
    listen(callers["shop"], listener, "order.placed")
    order(callers["ann"])
    ((_pk, _task, args),) = _waiting()
    tasks.follow.func(**args)
    tasks.follow.func(**args)
    assert Delivery.objects.count() == 1
    work()
    assert len(listener.heard) == 1


def test_secrets_are_kept_encrypted_shown_once_and_can_be_changed(callers: dict[str, Caller]) -> None:
    body = {"url": "https://example.com/hook"}
    made = callers["shop"].post("/webhooks", body, key="one")
    assert callers["shop"].post("/webhooks", body, key="one")["secret"] is None
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM network_endpoint")
        assert made["secret"] not in cursor.fetchone()[0]
    other = callers["shop"].post(f"/webhooks/{made['code']}/secret")["secret"]
    assert other not in (None, made["secret"])
    assert Endpoint.objects.get().secret == other


def test_an_endpoint_is_changed_silenced_and_removed(callers: dict[str, Caller], listener: Listener) -> None:
    shop = callers["shop"]
    code = listen(shop, listener, "order.paid")["code"]
    assert shop.patch(f"/webhooks/{code}", {"facts": ["order.placed"]})["facts"] == ["order.placed"]
    assert shop.refused("PATCH", f"/webhooks/{code}", {"facts": ["no.such"]}) == (422, "malformed")
    assert shop.post(f"/webhooks/{code}/disable")["actions"] == ["enable", "remove"]
    order(callers["ann"])
    assert work() == 0
    shop.call("DELETE", f"/webhooks/{code}")
    assert shop.refused("GET", f"/webhooks/{code}") == (404, "not_found")
    assert shop.get("/webhooks")["items"] == []


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1",
     "::1", "fe80::1", "fc00::1", "::ffff:127.0.0.1", "2002:7f00:1::", "64:ff9b::7f00:1", "240.0.0.1"],
)  # fmt: skip
def test_private_addresses_are_known(address: str) -> None:
    assert not is_public(ip_address(address))


def test_nothing_is_sent_into_our_own_network(callers: dict[str, Caller], listener: Listener, settings: Any) -> None:
    assert is_public(ip_address("93.184.215.14"))
    made = listen(callers["shop"], listener)
    settings.HANSE_DEMO = False
    with pytest.raises(PrivateAddress):
        resolve("localhost", 80)
    sent = callers["shop"].post(f"/webhooks/{made['code']}/test")["code"]
    work()
    (one,) = callers["shop"].get(f"/deliveries/{sent}")["tries"]
    assert (one["answered"], one["error"]) == (None, "private address: 127.0.0.1")
    assert listener.heard == []
    assert callers["shop"].refused("POST", "/webhooks", {"url": listener.url}) == (422, "malformed")


def test_what_does_not_answer_is_noted(listener: Listener) -> None:
    what = Sendable("E-1", "http://127.0.0.1:1/", "whsec_" + "A" * 32, "{}", 0)
    outcome = sending.send(what, clock.now())
    assert outcome.answered is None
    assert outcome.error.startswith("ConnectError")


@pytest.mark.parametrize("fact", ["licence.submitted", "licence.renewed", "licence.expiring", "licence.lapsed"])
def test_what_becomes_of_a_licence_is_told_to_its_party_and_the_platform(callers: dict[str, Caller], fact: str) -> None:
    del callers
    shop, platform = find_party("shop"), find_party("platform")
    told = facts.told(fact, {"party": "shop", "item": "licence"})
    assert told == {shop.pk: {"party": shop.code, "item": "licence"}, platform.pk: {"party": "shop", "item": "licence"}}
    assert fact in facts.ASKABLE


def test_every_fact_is_announced_somewhere() -> None:
    """A name that no operation announces would be waited for in vain."""
    from pathlib import Path

    import hanse

    text = "".join(file.read_text() for file in Path(hanse.__path__[0]).rglob("operations/*.py"))
    families = ("order.", "payout.", "provider_refund.")
    lost = [fact for fact in facts.FACTS if f'"{fact}"' not in text and not fact.startswith(families)]
    assert lost == []
