"""Idempotency: one key, one deed, one answer, whoever asks how often."""

import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from hanse.kernel import codes, events, once
from hanse.kernel.actor import ENGINE, Actor
from hanse.kernel.errors import DomainError, MalformedInput, NotAllowed
from hanse.kernel.models import Claim, StateChange

AT = datetime(2026, 3, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Piece:
    name: str


def record(name: str) -> None:
    StateChange.objects.create(
        subject="test", subject_id=1, event=name, source="", target="", at=AT, by_name="test", why=""
    )


def count() -> Any:
    return StateChange.objects.filter(subject="test").count()


@once.operation("test.deed")
def deed(*, key: str, at: datetime, by: Actor, name: str, parts: Any = (), when: Any = None, tags: Any = None) -> Any:
    record(name)
    return {"code": codes.new("T"), "name": name}


@once.operation("test.refused")
def refused(*, key: str, at: datetime, by: Actor) -> Any:
    record("refused")
    events.announce("test.fact")
    raise DomainError(reason="always")


@once.operation("test.outer")
def outer(*, key: str, at: datetime, by: Actor) -> Any:
    return deed(key=key, at=at, by=by, name="inner")["name"]


def do(**more: Any) -> Any:
    return deed(**{"key": "k", "at": AT, "by": ENGINE, "name": "one", **more})


@pytest.mark.django_db
def test_a_repeated_call_answers_the_same_and_does_nothing() -> None:
    first = do(parts=[Piece("a")], when=AT, tags=frozenset({"x", "y"}))
    again = do(parts=[Piece("a")], when=AT, tags=frozenset({"y", "x"}))
    assert again == first
    assert count() == 1


@pytest.mark.django_db
def test_other_input_under_the_same_key_is_refused() -> None:
    do()
    with pytest.raises(once.KeyReused):
        do(name="other")
    with pytest.raises(once.KeyReused):
        do(parts=[object])
    assert count() == 1


@pytest.mark.django_db
def test_another_party_has_keys_of_its_own() -> None:
    do()
    do(by=Actor(party=5))
    assert count() == 2


@pytest.mark.django_db
def test_a_later_time_is_still_the_same_request() -> None:
    assert do(at=AT) == do(at=AT.replace(hour=5))


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "x" * 201, "a\x00b"])
def test_a_key_that_cannot_be_kept_is_refused(key: str) -> None:
    with pytest.raises(MalformedInput):
        do(key=key)


@pytest.mark.django_db
def test_a_refusal_leaves_no_trace() -> None:
    with pytest.raises(DomainError):
        refused(key="k", at=AT, by=ENGINE)
    assert count() == 0
    assert not Claim.objects.exists()


@pytest.mark.django_db
def test_an_operation_within_another_is_part_of_it() -> None:
    assert outer(key="k", at=AT, by=ENGINE) == "inner"
    assert list(Claim.objects.values_list("scope", flat=True)) == ["test.outer:engine"]


class Flaky:
    def __init__(self, failures: int) -> None:
        self.left = failures

    def operation(self) -> Any:
        @once.operation("test.flaky")
        def run(*, key: str, at: datetime, by: Actor) -> Any:
            record("try")
            if self.left:
                self.left -= 1
                raise once.Stale(DomainError(reason="stale"))
            return "done"

        return run(key="k", at=AT, by=ENGINE)


@pytest.mark.django_db
def test_a_step_on_its_own_is_for_operators_alone() -> None:
    @once.operation("test.step", step=True)
    def step(*, key: str, at: datetime, by: Actor) -> str:
        del key, at
        return str(by)

    @once.operation("test.whole")
    def whole(*, key: str, at: datetime, by: Actor) -> str:
        return step(key=key, at=at, by=by)

    someone = Actor(party=1, user=2, name="someone")
    with pytest.raises(NotAllowed):
        step(key="s", at=AT, by=someone)
    assert whole(key="w", at=AT, by=someone) == "someone"
    assert step(key="s", at=AT, by=ENGINE) == "engine"


@pytest.mark.django_db
def test_what_was_read_changed_so_it_runs_again() -> None:
    assert Flaky(3).operation() == "done"
    assert count() == 1


@pytest.mark.django_db
def test_and_is_refused_if_that_never_ends() -> None:
    with pytest.raises(DomainError):
        Flaky(once.ATTEMPTS).operation()
    assert count() == 0


@pytest.mark.django_db(transaction=True)
def test_rivals_with_one_key_do_it_once_and_all_get_the_answer() -> None:
    answers, barrier = [], threading.Barrier(8)

    def rival() -> None:
        barrier.wait()
        answers.append(do()["code"])
        connection.close()

    threads = [threading.Thread(target=rival) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 8
    assert len(set(answers)) == 1
    assert count() == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_claim_the_rivals_would_all_do_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(once, "_claim", lambda scope, key, digest, at, by: (0, None))
    barrier = threading.Barrier(4)

    def rival() -> None:
        barrier.wait()
        do()
        connection.close()

    threads = [threading.Thread(target=rival) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert count() == 4


@once.operation("test.asking")
def asking(*, key: str, at: datetime, by: Actor, name: Any, pieces: Any = ()) -> Any:
    if isinstance(name, str):
        with connection.cursor() as cursor:
            cursor.execute("SELECT %s::text", [name])
    raise ValueError("fits nowhere")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name",
    [
        pytest.param(10**5_000, id="endless"),
        pytest.param({5: 2**63}, id="65 bits"),
        *["\ud800", "a\x00b", ["a\x00"], [{"a": {"\udfff"}}], Piece("\x00")],
    ],
)
def test_inputs_that_no_database_holds_are_refused_by_name(name: Any) -> None:
    with pytest.raises(MalformedInput) as refusal:
        asking(key="k", at=AT, by=ENGINE, name=name)
    assert refusal.value.details["field"] == "name"
    with pytest.raises(MalformedInput) as refusal:
        asking(key="k", at=AT, by=ENGINE, name="1", pieces=2**200_000)
    assert refusal.value.details["field"] == "pieces"
    assert not Claim.objects.exists()


@pytest.mark.django_db
def test_other_failures_are_nobodys_input() -> None:
    with pytest.raises(ValueError, match="fits nowhere"):
        asking(key="k", at=AT, by=ENGINE, name="not a number")


@pytest.mark.django_db
def test_keys_are_remembered_for_ninety_days(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(once, "PAGE", 2)
    first = do()
    for key in "abcd":
        do(key=key, name=key)
    do(key="late", at=AT + timedelta(seconds=1))
    outer(key="kept", at=AT, by=ENGINE)
    Claim.objects.filter(key="d").update(changes=[{"was": 1}])
    assert once.forget(AT + once.MEMORY) == 0
    assert do() == first
    assert once.forget(AT + once.MEMORY + timedelta(seconds=1), keep=["test.outer"]) == 4
    assert set(Claim.objects.values_list("key", flat=True)) == {"d", "late", "kept"}
    assert do() != first
