"""The demo mall: believable parties, goods, pictures and two months of trade; an interrupted loading goes on."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction

from hanse.interfaces.cli.mall import features, goods, people
from hanse.interfaces.cli.mall.history import DAYS, History
from hanse.kernel import clock, once
from hanse.kernel.actor import ENGINE, Actor

Say = Callable[[str], object]


@once.operation("demo.begin")
def begin(*, key: str, at: datetime, by: Actor) -> str:  # noqa: ARG001
    """Return when the demo mall was first loaded: all its past is counted back from there."""
    return at.isoformat()


@once.operation("demo.finish")
def finish(*, key: str, at: datetime, by: Actor) -> str:  # noqa: ARG001
    """Note that the whole mall is there."""
    return at.isoformat()


def load(progress: Say) -> list[tuple[str, ...]]:
    """Load what is missing of the demo mall and return who can sign in: rows of role, e-mail, password, page."""
    loaded = datetime.fromisoformat(begin(key="mall", at=clock.now(), by=ENGINE))
    if not is_finished():
        _load(progress, loaded)
        finish(key="mall", at=clock.now(), by=ENGINE)
    return people.accounts()


def is_finished() -> bool:
    """Say whether the mall was loaded to its end."""
    from hanse.kernel.models import Claim

    return Claim.objects.filter(scope="demo.finish:engine", key="mall").exists()


def _load(progress: Say, loaded: datetime) -> None:
    start = loaded - timedelta(days=DAYS)
    progress("  parties, links and accounts")
    with transaction.atomic():
        for step in people.steps(start):
            step()
    progress("  goods, pictures, stock and offers")
    for step in goods.steps(start):
        with transaction.atomic():
            step()
    past = History(start, loaded)
    for number, (day, play) in enumerate(past.days(), start=1):
        with transaction.atomic():
            play()
        if number % 10 == 0:
            progress(f"  trade until {day:%Y-%m-%d} ({number} of {DAYS} days)")
    progress("  decorated pages, a presale, what waits for an answer")
    for step in features.steps(loaded):
        with transaction.atomic():
            step()
