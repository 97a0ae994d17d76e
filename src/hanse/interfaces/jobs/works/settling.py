"""A settlement run at an operator's wish: everything that is due by now is done, in the order of time."""

from datetime import datetime
from typing import IO

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hanse.interfaces.jobs.due import NotDone, run_due
from hanse.interfaces.jobs.works import store
from hanse.interfaces.jobs.works.rules import Outcome, Step
from hanse.interfaces.jobs.works.running import Task, WorkKind
from hanse.interfaces.web.spreadsheets import CSV, writer
from hanse.kernel import clock, money
from hanse.kernel.actor import OPERATE
from hanse.value.settlement.models import Statement

SETTLEMENT = "settlement"


def run(task: Task) -> Outcome:
    """Do what is due; what was done before is not due any more, so that it may be begun again at any point."""
    if "upto" not in task.place:
        last = Statement.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        task.note(Step(0, 0), upto=clock.now().isoformat(), after=last, done=0)
    began, upto = int(task.place["done"]), datetime.fromisoformat(task.place["upto"])
    failed: dict[str, Exception] = {}

    def watch(done: int, left: int) -> None:
        found = began + done
        task.tell(Step(found, found + left, found), done=found)

    try:
        done = began + run_due(upto, watch=watch)
    except NotDone as reason:
        failed, done = reason.failures, int(task.place["done"])
    task.note(Step(done + len(failed), done + len(failed), done, 0, len(failed)))
    return _outcome(task, upto, failed)


def _outcome(task: Task, upto: datetime, failed: dict[str, Exception]) -> Outcome:
    party, code = task.work.party.code, task.work.code
    with store.at_hand("") as path:
        with path.open("wb") as file:
            made = _statements(task, file)
        named = _("settlements-%(day)s.csv") % {"day": f"{upto:%Y%m%d}"}
        result = (store.keep_made(path, party, f"{code}.csv"), named)
        if not failed:
            return Outcome(_("%(count)d statements were made.") % {"count": made}, result=result)
        with path.open("wb") as file:
            out = writer(CSV, file)
            out.head([_("What"), _("Why")])
            for what, why in failed.items():
                out.row([what, str(why)])
            out.close()
        errors = (store.keep_made(path, party, f"{code}-faulty.csv"), _("not settled.csv"))
    return Outcome(_("Some could not be settled; the file says why."), result=result, errors=errors)


def _statements(task: Task, file: IO[bytes]) -> int:
    """Write the statements that were made since the work was begun; return how many they are."""
    out, count = writer(CSV, file), 0
    out.head([_("Statement"), _("Party"), _("From"), _("Until"), _("Amount"), _("Currency")])
    made = Statement.objects.filter(pk__gt=task.place["after"]).select_related("party").order_by("pk")
    for count, row in enumerate(made.iterator(), start=1):  # noqa: B007 - the last number is how many there are
        ends = (row.start.isoformat(timespec="minutes"), row.end.isoformat(timespec="minutes"))
        out.row([row.code, row.party.name, *ends, money.plain(row.amount, row.asset), row.asset])
    out.close()
    return count


KIND = WorkKind(gettext_lazy("Settlement run"), (OPERATE,), run)
