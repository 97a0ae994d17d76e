"""Check one item of an approval's list."""

from datetime import datetime

from hanse.kernel import once, states
from hanse.kernel.actor import Actor
from hanse.network.approvals import rules
from hanse.network.approvals.operations._write import lock
from hanse.network.parties.rules import check_text


@once.operation("network.tick")
def tick(*, key: str, at: datetime, by: Actor, approval: str, item: str, done: bool = True, note: str = "") -> str:
    """Mark an item as checked (or not, after all) with a note, and return the approval's code."""
    found = lock(approval, None, by, "reviewer")
    if found.status != "submitted":
        raise states.WrongState(what="approval", event="tick")
    remark = check_text(note, "note", 500, blank=True)
    found.checklist = rules.tick(found.checklist, item, done=done, note=remark, at=at, by=str(by)[:80])
    found.save(update_fields=["checklist"])
    return found.code
