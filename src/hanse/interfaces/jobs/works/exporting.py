"""Writing a long list of a console into a file in the background."""

from pathlib import Path
from typing import IO, Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hanse.interfaces.jobs.works import store
from hanse.interfaces.jobs.works.rules import Outcome, Step
from hanse.interfaces.jobs.works.running import Task, Unworkable, WorkKind
from hanse.interfaces.web.spreadsheets import CSV, FORMATS
from hanse.kernel import clock
from hanse.network.parties.models import Party

EXPORT = "export"
STEP = 500


def run(task: Task) -> Outcome:
    """Write the rows that the list shows with these filters; begun again from the first row if it was interrupted."""
    # The pages know the works; that the works know the pages only when one is exported keeps that from being a circle.
    from hanse.interfaces.console.kit.page import Desk
    from hanse.interfaces.console.pages import list_named

    party = Party.objects.visible_to(task.actor).get(pk=task.work.party_id)
    desk, page = Desk(task.actor, party), list_named(str(task.given.get("list", "")))
    if page is None or not page.open_to(desk):
        raise Unworkable(_("There is no such list, or it is no longer for you to see."))
    form = str(task.given.get("form", CSV))
    with store.at_hand("") as path:
        with path.open("wb") as file:
            total = _written(task, page, desk, file, form if form in FORMATS else CSV)
        return _kept(task, path, page.name, form, total)


def _written(task: Task, page: Any, desk: Any, file: IO[bytes], form: str) -> int:
    from hanse.interfaces.console.kit import export

    rows = page.chosen(desk, QueryDict(str(task.given.get("query", ""))))
    total = min(rows.count(), export.MOST)
    task.note(Step(0, total))
    done = 0
    out = export.begun(page.columns, file, form)
    for row in page.enriched(desk, rows):
        out.row([column.plain(row) for column in page.columns])
        done += 1
        if done % STEP == 0:
            task.note(Step(done, max(total, done), done))
    out.close()
    task.note(Step(done, done, done))
    return done


def _kept(task: Task, path: Path, name: str, form: str, total: int) -> Outcome:
    kept = store.keep_made(path, task.work.party.code, f"{task.work.code}.{form}")
    named = f"{name}-{clock.now():%Y%m%d-%H%M}.{form}"
    return Outcome(_("%(count)d rows are in the file.") % {"count": total}, result=(kept, named))


KIND = WorkKind(gettext_lazy("Export"), ("party.see", "goods.see", "orders.see", "money.see", "stock.see"), run)
"""Which list may be seen is asked of the list itself."""
