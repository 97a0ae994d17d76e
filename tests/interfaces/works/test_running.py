"""Work that is interrupted, asked for twice, stopped, taken over, given up and forgotten."""

import resource
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from hanse.goods.catalogue.models import Sku
from hanse.goods.stock.models import Entry, Shelf
from hanse.interfaces.cli.imports.models import ImportJob
from hanse.interfaces.jobs import tasks
from hanse.interfaces.jobs.works import importing, queries, rules, running, store
from hanse.interfaces.jobs.works.kinds import KINDS, label
from hanse.interfaces.jobs.works.models import Work
from hanse.interfaces.jobs.works.operations.advance import advance
from hanse.interfaces.jobs.works.operations.begin import TooMuchWork, begin
from hanse.interfaces.jobs.works.operations.cancel import cancel
from hanse.interfaces.jobs.works.operations.fail import fail
from hanse.interfaces.jobs.works.operations.finish import finish
from hanse.interfaces.jobs.works.operations.forget import forget
from hanse.interfaces.jobs.works.operations.rest import rest
from hanse.interfaces.jobs.works.operations.retry import retry
from hanse.interfaces.jobs.works.operations.start import start
from hanse.kernel import clock
from hanse.kernel.actor import ENGINE, STRANGER, Actor
from hanse.kernel.errors import NotAllowed, NotFound
from hanse.kernel.states import WrongState
from hanse.network.access.models import Membership
from hanse.network.access.operations.revoke_role import revoke_role
from hanse.network.access.queries import actor_for
from tests.interfaces.works.conftest import GOODS, Works, counts

PIECES = "reference,sku,quantity\n" + "".join(f"R{n},tee,1\n" for n in range(40))
CRASH = RuntimeError("the worker is killed here")


def tee() -> int:
    return Shelf.objects.get(sku__slug="tee", party__slug="factory").available


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let batches hold ten rows."""
    monkeypatch.setattr(importing, "BATCH", 10)


def dies_after(monkeypatch: pytest.MonkeyPatch, steps: int) -> None:
    """Let the process end after so many steps, with no chance to say so."""
    left = iter(range(steps))

    def tell(task: Any, step: rules.Step, **place: Any) -> None:
        if next(left, None) is None:
            raise SystemExit
        task.note(step, **place)

    monkeypatch.setattr(running.Task, "tell", tell)


def test_a_worker_that_is_killed_is_replaced_and_nothing_counts_twice(
    works: Works, small: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = works.ask("import-stock", "factory", PIECES)
    with monkeypatch.context() as patched:
        dies_after(patched, 2)
        with pytest.raises(SystemExit):
            running.run(work.code, KINDS)
    work.refresh_from_db()
    assert (work.status, work.good, tee()) == ("running", 20, 130)  # a third batch is in that nobody noted
    running.run(work.code, KINDS)  # somebody may still be at it
    assert (tee(), queries.abandoned(clock.now())) == (130, [])
    later = clock.now() + rules.LEASE + timedelta(seconds=1)
    assert queries.abandoned(later) == [work.code]
    monkeypatch.setattr(clock, "now", lambda: later)
    tasks.take_up(0)
    assert [job.args for job in works.jobs()][-1] == {"work": work.code}
    assert counts(works.do(work)) == ("done", 40, 0, 0)
    assert (tee(), Entry.objects.filter(key__startswith="import:").count()) == (140, 40)


def test_a_long_work_lets_others_have_their_turn(works: Works, small: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "SLICE", timedelta(0))
    work = works.ask("import-stock", "factory", PIECES)
    for turn in range(1, 5):
        running.run(work.code, KINDS)
        work.refresh_from_db()
        assert (work.status, work.good, work.runner, len(works.jobs())) == ("running", turn * 10, "", turn + 1)
    assert (work.done, work.total, work.share) == (40, 40, 99)
    assert counts(works.do(work)) == ("done", 40, 0, 0)
    assert work.attempts == 0


def test_work_that_breaks_is_tried_again_and_given_up_in_the_end(works: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_task: running.Task) -> rules.Outcome:
        raise CRASH

    kinds = {"import-stock": running.WorkKind("", ("stock.edit",), broken)}
    work = works.ask("import-stock", "factory", PIECES)
    for attempt in range(1, rules.ATTEMPTS):
        running.run(work.code, kinds)
        work.refresh_from_db()
        assert (work.status, work.attempts, work.runner) == ("running", attempt, "")
        waits = works.jobs()[-1].scheduled_at - work.beat_at
        assert waits == rules.pause(attempt) == timedelta(seconds=5 * 2 ** (attempt - 1))
    running.run(work.code, kinds)
    work.refresh_from_db()
    assert (work.status, work.message) == ("failed", "Something went wrong on our side. It has been noted.")
    actor = actor_for(works.mall.users["factory"])
    retry(key="again", at=clock.now(), by=actor, work=work.code)
    assert counts(works.do(work)) == ("done", 40, 0, 0)


def test_asked_for_twice_it_is_one_work(works: Works) -> None:
    asked: dict[str, Any] = {
        "kind": "import-stock",
        "given": {"whole": False},
        "language": "en",
        "source": "",
        "source_name": "a.csv",
    }
    factory = actor_for(works.mall.users["factory"])
    codes = {begin(key="same", at=clock.now(), by=factory, **asked) for _time in range(2)}
    assert (len(codes), Work.objects.count(), len(works.jobs())) == (1, 1, 1)
    for n in range(rules.MOST_OPEN - 1):
        begin(key=f"more-{n}", at=clock.now(), by=factory, **asked)
    with pytest.raises(TooMuchWork):
        begin(key="one more", at=clock.now(), by=factory, **asked)
    with pytest.raises(NotAllowed):
        begin(key="nobody", at=clock.now(), by=STRANGER, **asked)


def test_stopped_between_two_batches(works: Works, small: None, monkeypatch: pytest.MonkeyPatch) -> None:
    work = works.ask("import-stock", "factory", PIECES)
    factory = actor_for(works.mall.users["factory"])
    west, operator = (actor_for(works.mall.users[name]) for name in ("west", "operator"))
    real = advance

    def stopped(**said: Any) -> bool:
        went_on = real(**said)
        if said["step"].done == 20:
            cancel(key="stop", at=clock.now(), by=factory, work=work.code)
        return went_on

    monkeypatch.setattr(running, "advance", stopped)
    running.run(work.code, KINDS)
    work.refresh_from_db()
    assert (work.status, work.good, tee()) == ("cancelled", 20, 130)
    for verb in (cancel, retry):
        with pytest.raises(NotFound):
            verb(key="x", at=clock.now(), by=west, work=work.code)
    with pytest.raises(WrongState):
        cancel(key="again", at=clock.now(), by=operator, work=work.code)
    assert queries.actions(work, operator) == queries.actions(work, factory) == ("retry",)
    assert queries.actions(work, west) == ()
    retry(key="on", at=clock.now(), by=operator, work=work.code)
    assert counts(works.do(work)) == ("done", 40, 0, 0)


def test_what_one_may_no_longer_do_is_not_done(works: Works) -> None:
    work = works.ask("import-products", "clerk", "product,sku,name\nx,x,X\n")
    member = Membership.objects.get(user=works.mall.users["clerk"])
    revoke_role(key="r", at=clock.now(), by=ENGINE, user=member.user.code, party="shop", role=member.role)
    running.run(work.code, KINDS)
    work.refresh_from_db()
    assert work.status == "failed"
    assert not Sku.objects.filter(slug="x").exists()
    assert rules.still_allowed(["a", "b"], frozenset({"b", "c"})) == {"b"}
    engine = Actor(party=work.party_id, name="night", permissions=frozenset({"platform.operate"}))
    code = begin(key="e", at=clock.now(), by=engine, kind="settlement", given={}, language="en")
    running.run(code, KINDS)
    assert Work.objects.get(code=code).status == "done"


def test_a_runner_that_lost_its_work_writes_nothing(works: Works) -> None:
    work = works.ask("import-stock", "factory", PIECES)
    now = clock.now()
    assert start(at=now, by=ENGINE, work=work.code, runner="a") is not None
    assert start(at=now, by=ENGINE, work=work.code, runner="b") is None
    later = now + rules.LEASE * 2
    assert start(at=later, by=ENGINE, work=work.code, runner="b") is not None
    lost: dict[str, Any] = {"at": later, "by": ENGINE, "work": work, "runner": "a"}
    assert not rest(**lost)
    assert not finish(**lost, outcome=rules.Outcome())
    assert not fail(**lost, why="x")
    assert not advance(at=later, by=ENGINE, work=work.pk, runner="a", step=rules.Step(9, 9), place={})
    assert start(at=later, by=ENGINE, work="J-00000-00000", runner="c") is None
    work.refresh_from_db()
    assert (work.status, work.runner, work.done) == ("running", "b", 0)


def test_old_works_are_forgotten_with_their_files(works: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    first = works.bring("products", "factory", GOODS + "x,x,,,\n")
    second = works.ask("import-products", "factory", GOODS + "x,x,,,\n")
    assert store.there(first.errors)
    assert forget(at=clock.now(), by=ENGINE) == 0
    later = clock.now() + rules.KEPT + timedelta(minutes=1)
    assert forget(at=later, by=ENGINE) == 1
    assert (store.there(first.errors), store.there(second.source)) == (False, True)
    assert ImportJob.objects.count() == 0
    works.do(second)
    monkeypatch.setattr(clock, "now", lambda: later + rules.KEPT)
    tasks.forget_old_works(0)
    assert (Work.objects.count(), store.there(second.source)) == (0, False)
    with pytest.raises(NotAllowed):
        forget(at=later, by=STRANGER)


def test_jobs_of_dead_workers_begin_again(works: Works) -> None:
    work = works.ask("import-stock", "factory", PIECES)
    (job,) = works.jobs()
    tasks.begin_stalled_again(0)
    assert ProcrastinateJob.objects.get(pk=job.pk).attempts == 0
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE id = %s", [job.pk])
    tasks.begin_stalled_again(0)
    found = ProcrastinateJob.objects.get(pk=job.pk)
    assert (found.status, found.args) == ("todo", {"work": work.code})


def test_kinds_have_names() -> None:
    assert {label(name) for name in KINDS} >= {"Import: Goods", "Export", "Settlement run", "List many goods"}
    assert label("gone") == "gone"


@pytest.fixture
def bounded() -> Iterator[None]:
    """See to it that the memory of the process does not grow with what it reads."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    yield
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert grown < 150


def look_at_sizes() -> None:
    """Let the database see what is there: tests take their rows back, and it may believe that there are none."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE goods_entry, goods_movement, goods_shelf")


def test_a_hundred_thousand_rows(works: Works, bounded: None) -> None:
    rows = 100_000
    works.bring("stock", "factory", "reference,sku,quantity\n" + "".join(f"A{n},tee,1\n" for n in range(300)))
    look_at_sizes()
    lines = "reference,sku,quantity\n" + "".join(f"R{n},tee,{0 if n % 1000 == 7 else 1}\n" for n in range(rows))
    work = works.bring("stock", "factory", lines)
    assert counts(work) == ("done", rows - 100, 0, 100)
    assert (work.done, work.total, tee()) == (rows, rows, 400 + rows - 100)
    with store.opened(work.errors) as file:
        assert len(file.read().splitlines()) == 101
    look_at_sizes()
