"""Plays a scenario in the world that Django points at; after every step books and stock are checked."""

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from typing import Any

from django.db import transaction
from django.utils import translation

from hanse.goods.stock import queries as stock
from hanse.interfaces.cli.scenario import expect, script, trace
from hanse.interfaces.cli.scenario.outcome import FAILED, Failure, Outcome, Played
from hanse.interfaces.cli.scenario.plays import changes, market, money, orders, provider, race
from hanse.interfaces.cli.scenario.script import Action, Scenario, Step
from hanse.interfaces.cli.scenario.setting import set_up
from hanse.interfaces.cli.scenario.stage import Stage, StepFailed
from hanse.interfaces.jobs.due import NotDone
from hanse.kernel.errors import DomainError
from hanse.value.books import queries as books
from hanse.value.books.queries import Posting

log = logging.getLogger(__name__)

Play = Callable[[Stage, Step, Any], None]

PLAYS: Mapping[type, Play] = {
    script.Quote: orders.quote,
    script.Place: orders.place,
    script.Pay: orders.pay,
    script.OpenPayment: provider.open_payment,
    script.Notice: provider.notice,
    script.AskChange: changes.ask_change,
    script.AnswerChange: changes.answer_change,
    script.Cancel: orders.cancel,
    script.Ship: orders.ship,
    script.Receive: orders.receive,
    script.Refund: orders.refund,
    script.Restock: market.restock,
    script.ListOffers: market.list_offers,
    script.Presale: market.presale,
    script.Promote: market.promote,
    script.EndPromotion: market.end_promotion,
    script.Change: market.change,
    script.OpenLink: market.open_links,
    script.CloseLink: market.close_link,
    script.Suspend: market.suspend,
    script.Withdraw: money.withdraw,
    script.PayoutReturned: money.payout_returned,
    script.Until: money.until,
}
"""What each kind of step does; expectations and races are the player's own."""

PAGE = 1000


def play(scenario: Scenario) -> Outcome:
    """Play a whole scenario; the first step that fails ends it, expectations that fail are all told."""
    outcome, started = Outcome(scenario), time.monotonic()
    with translation.override("en"):
        try:
            stage = set_up(scenario)
        except DomainError as refusal:
            outcome.failures.append(Failure(scenario.spot, f"the opening was refused: {refusal.code} ({refusal})"))
        else:
            outcome.parties = {pk: name for name, pk in stage.ids.items()}
            outcome.opening = _postings(0)
            _play_steps(stage, outcome)
    outcome.seconds = time.monotonic() - started
    return outcome


def _play_steps(stage: Stage, outcome: Outcome) -> None:
    last = outcome.opening[-1].entry if outcome.opening else 0
    for step in stage.scenario.steps:
        played = Played(step, stage.now)
        outcome.steps.append(played)
        with _noting(played):
            _play(stage, played)
            _check_invariants(played)
        played.postings = _postings(last)
        last = played.postings[-1].entry if played.postings else last
        if played.outcome == FAILED:
            return


@contextmanager
def _noting(played: Played) -> Iterator[None]:
    """Turn whatever a step meets and its file does not expect into a failure at its line."""
    try:
        yield
    except DomainError as refusal:
        said = f"expected the step to be done, got {refusal.code} ({refusal})"
    except (StepFailed, NotDone) as error:
        said = f"expected the step to be done, got: {error}"
    except Exception as error:  # whatever it is, the report of the other steps and files must not be lost
        log.exception("%s: the engine broke", played.step.spot)
        said = f"expected an answer of the engine, got {error!r}"
    else:
        return
    played.outcome = FAILED
    played.failures.append(Failure(played.step.spot, said))


def _play(stage: Stage, played: Played) -> None:
    step, action = played.step, played.step.action
    if isinstance(action, script.Expect):
        played.compared = expect.compare(stage, action)
        played.failures += [
            Failure(item.expectation.spot, expect.told(item, stage)) for item in played.compared if not item.met
        ]
    elif isinstance(action, script.Race):
        _race(stage, played, action)
    elif step.refused:
        _play_refused(stage, played)
    else:
        _do(stage, step)


def _do(stage: Stage, step: Step) -> None:
    """Play a step; one that takes several operations is done whole or not at all."""
    with transaction.atomic() if _operations(stage, step.action) > 1 else nullcontext():
        PLAYS[type(step.action)](stage, step, step.action)


def _operations(stage: Stage, action: Action) -> int:
    match action:
        case script.ListOffers(offers=parts) | script.Restock(items=parts):
            return len(parts)
        case script.Withdraw(items=parts) | script.PayoutReturned(items=parts):
            return len(parts)
        case script.Change(policy=policy, parties=parties, links=links, offers=offers):
            return (policy is not None) + len(parties) + len(links) + len(offers)
        case script.Pay() | script.Cancel() | script.Ship() | script.Receive() | script.Refund():
            return len(stage.orders.get(action.order, ()))
    return 1


def _play_refused(stage: Stage, played: Played) -> None:
    """Play a step that must be refused with its code and must leave no trace."""
    step, before, named = played.step, trace.digest(), stage.named()
    try:
        _do(stage, step)
    except DomainError as refusal:
        played.outcome = refusal.code
        stage.forget_since(named)
        if step.refused not in ("any", refusal.code):
            text = f"expected to be refused with {step.refused}, got {refusal.code} ({refusal})"
            played.failures.append(Failure(step.spot, text))
        if left := trace.changes(before, trace.digest()):
            text = f"expected a refusal without a trace, got changes in {', '.join(left)}"
            played.failures.append(Failure(step.spot, text))
    else:
        played.outcome = FAILED
        played.failures.append(Failure(step.spot, f"expected to be refused with {step.refused}, got it done"))


def _race(stage: Stage, played: Played, action: script.Race) -> None:
    found = race.run(action, lambda step: _do(stage, step))
    played.outcomes = dict(sorted(found.items()))
    played.outcome = ", ".join(f"{name}: {times}" for name, times in played.outcomes.items())
    if action.outcomes is not None:
        wanted = {name: times for name, times in sorted(action.outcomes) if times}
        if wanted != played.outcomes:
            text = f"expected outcomes {_counts(wanted)}, got {_counts(played.outcomes)}"
            played.failures.append(Failure(played.step.spot, text))


def _counts(outcomes: Mapping[str, int]) -> str:
    return "{" + ", ".join(f"{name}: {times}" for name, times in outcomes.items()) + "}"


def _check_invariants(played: Played) -> None:
    for what, problems in (("the books", books.check()), ("the stock", stock.check())):
        if problems:
            played.outcome = FAILED
            text = f"expected {what} to be sound after this step, got: {'; '.join(problems)}"
            played.failures.append(Failure(played.step.spot, text))


def _postings(after: int) -> list[Posting]:
    """Return every transfer of the entries beyond `after`."""
    found: list[Posting] = []
    while page := books.journal(after=found[-1].entry if found else after, limit=PAGE):
        found += page
    return found
