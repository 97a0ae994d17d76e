"""Facts reach their followers, and the clock's jobs do what has fallen due."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from procrastinate.contrib.django import app

from hanse.integrations import registry
from hanse.interfaces.jobs import gateway, subscriptions, tasks
from hanse.kernel import clock, events

Heard = list[tuple[dict[str, Any], datetime]]


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Any:
    said = []

    def listen(payload: Any, at: datetime) -> None:
        said.append((dict(payload), at))

    monkeypatch.setattr(subscriptions, "FOLLOWERS", {"tea.made": (listen,)})
    return said


def test_the_kernel_knows_every_follower_by_name() -> None:
    assert events._followers == subscriptions.names()
    for fact, names in subscriptions.names().items():
        assert names
        assert all(callable(subscriptions.follower(fact, name)) for name in names)


def test_a_follower_is_told_the_fact_and_the_time(heard: Heard) -> None:
    tasks.follow(fact="tea.made", follower="listen", payload={"cup": "1"})
    ((payload, at),) = heard
    assert payload == {"cup": "1"}
    assert clock.now() - at < timedelta(minutes=1)


def test_a_follower_that_is_gone_is_a_warning(heard: Heard, caplog: pytest.LogCaptureFixture) -> None:
    tasks.follow(fact="tea.made", follower="nobody", payload={})
    assert heard == []
    assert "no longer followed by nobody" in caplog.text


def test_every_follower_is_tried_again() -> None:
    assert tasks.follow.retry_strategy is tasks.PERSISTENT
    assert {task.name for task in app.tasks.values() if task.name.startswith("hanse.")} == {
        "hanse.follow",
        "hanse.due",
        "hanse.sweep",
        "hanse.bills",
        "hanse.snapshots",
        "hanse.deliver",
        "hanse.forget_deliveries",
        "hanse.forget_keys",
        "hanse.ranking",
        "hanse.licences",
        "hanse.alerts",
        "hanse.work",
        "hanse.works",
        "hanse.forget_works",
        "hanse.stalled",
    }


def test_the_clocks_jobs_use_the_present_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[datetime] = []
    monkeypatch.setattr(tasks, "run_due", asked.append)
    monkeypatch.setattr(gateway, "sweep", lambda at: asked.append(at))
    tasks.due(timestamp=0)
    tasks.sweep(timestamp=0)
    assert len(asked) == 2
    assert all(clock.now() - at < timedelta(minutes=1) for at in asked)


def test_every_provider_is_asked_for_yesterdays_bill(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(registry, "offered", lambda: ["one", "two"])
    monkeypatch.setattr(gateway, "check_bill", lambda **given: asked.append(given))
    tasks.bills(timestamp=0)
    today = clock.day_of(clock.now(), "Asia/Shanghai")
    assert [given["provider"] for given in asked] == ["one", "two"]
    assert {(today - given["day"]).days for given in asked} == {1}


@pytest.mark.django_db
def test_long_sums_are_written_down(monkeypatch: pytest.MonkeyPatch) -> None:
    done = []
    monkeypatch.setattr(tasks, "long_sums", lambda: [7, 9])
    monkeypatch.setattr(tasks, "snapshot", lambda **given: done.append((given["key"], given["account"])))
    tasks.snapshots(timestamp=60)
    assert done == [("snapshot:7:60", 7), ("snapshot:9:60", 9)]
