"""Steps that move money without an order, and the one that moves the clock."""

from hanse.interfaces.cli.scenario.script import PayoutReturned, Step, Until, Withdraw
from hanse.interfaces.cli.scenario.stage import Stage, StepFailed
from hanse.interfaces.jobs.due import run_due
from hanse.kernel.actor import ENGINE
from hanse.value.settlement.models import Payout
from hanse.value.settlement.operations import withdraw as withdrawing
from hanse.value.settlement.operations.return_payout import return_payout


def until(stage: Stage, _step: Step, action: Until) -> None:
    """Move the clock and do, in the order of time, everything that falls due on the way."""
    run_due(upto=action.moment, by=ENGINE, zone=stage.scenario.zone)
    stage.now = action.moment


def withdraw(stage: Stage, step: Step, action: Withdraw) -> None:
    """Take out what parties are owed, in their own names."""
    keys = stage.keys(step)
    for name, amount in action.items:
        by, party = stage.who(step, name), stage.parties[name]
        withdrawing.withdraw(key=next(keys), at=stage.now, by=by, party=party, asset=stage.currency, amount=amount)


def payout_returned(stage: Stage, step: Step, action: PayoutReturned) -> None:
    """Let the bank return payouts."""
    keys, by = stage.keys(step), stage.who(step)
    for name, amount in action.items:
        code = _latest_payout(stage, name, amount)
        return_payout(key=next(keys), at=stage.now, by=by, payout=code, why="returned by the bank")


def _latest_payout(stage: Stage, name: str, amount: int | None) -> str:
    made = Payout.objects.filter(party_id=stage.ids[name], asset=stage.currency).order_by("-id")
    matching = [payout for payout in made if amount in (None, payout.amount)]
    open_ = [payout for payout in matching if payout.status not in {"returned", "failed"}]
    if not matching:
        raise StepFailed(f"there was no such payout to {name}")
    return (open_ or matching)[0].code
