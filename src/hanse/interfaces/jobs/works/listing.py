"""Listing many offers of the supply market in one's own name, by one rule for their prices."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hanse.interfaces.cli.imports.columns import WRONG, is_chinese
from hanse.interfaces.jobs.works import store
from hanse.interfaces.jobs.works.rules import Outcome, Step
from hanse.interfaces.jobs.works.running import Task, Unworkable, WorkKind
from hanse.interfaces.web.spreadsheets import CSV, writer
from hanse.kernel import clock
from hanse.kernel.errors import DomainError
from hanse.network.parties.models import Party

LISTING = "listing"
EDIT = "offers.edit"
CHUNK = 50
MOST = 5_000


def run(task: Task) -> Outcome:
    """List what is left of the offers that were picked; each is an operation with a key of its own."""
    from hanse.interfaces.console.kit.page import RESELLERS, Desk
    from hanse.interfaces.console.pages import market

    party = Party.objects.visible_to(task.actor).get(pk=task.work.party_id)
    if party.kind not in RESELLERS:
        raise Unworkable(_("You may no longer do this."))
    desk = Desk(task.actor, party)
    offers: Sequence[str] = list(task.given.get("offers", ()))
    counts = {"good": task.work.good, "known": task.work.known}
    bad: list[list[str]] = list(task.place.get("bad", ()))
    for first in range(int(task.place.get("next", 0)), len(offers), CHUNK):
        chunk = offers[first : first + CHUNK]
        there = {one.code: one for one in market.met(desk, market.offered(desk).filter(code__in=chunk))}
        for position, code in enumerate(chunk, start=first):
            became, why = _listed(task, desk, code, there.get(code))
            if why:
                bad.append([code, why])
            else:
                counts[became] += 1
            step = Step(position + 1, len(offers), counts["good"], counts["known"], len(bad))
            task.tell(step, next=position + 1, bad=bad)
    return _outcome(task, bad)


def _listed(task: Task, desk: Any, code: str, supply: Any) -> tuple[str, str]:
    """List one offer; return whether it was listed before, and why it was not if it was not."""
    from hanse.interfaces.console.kit.page import Ask
    from hanse.interfaces.console.pages import market

    if supply is None:
        return "", _("It is no longer offered to you.")
    if supply.mine:
        return "known", ""
    said = {"margin": int(task.given["margin"]), "audience": str(task.given["audience"])}
    try:
        market.list_by_margin(Ask(desk, clock.now(), f"{task.work.code}:{code}", supply, said))
    except DomainError as refusal:
        return "", str(refusal)
    return "good", ""


def _outcome(task: Task, bad: list[list[str]]) -> Outcome:
    if not bad:
        return Outcome(_("Everything is listed."))
    with store.at_hand("") as path:
        with path.open("wb") as file:
            out = writer(CSV, file)
            out.head([WRONG[is_chinese()], _("Offer")])
            for code, why in bad:
                out.row([why, code])
            out.close()
        kept = store.keep_made(path, task.work.party.code, f"{task.work.code}-faulty.csv")
    return Outcome(_("Some could not be listed; the file says why."), errors=(kept, _("not listed.csv")))


KIND = WorkKind(gettext_lazy("List many goods"), (EDIT,), run)
