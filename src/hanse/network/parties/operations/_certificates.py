"""The steps in which certificates and their files are kept."""

from datetime import datetime

from hanse.kernel import audit, codes
from hanse.kernel.actor import Actor
from hanse.network.parties import rules
from hanse.network.parties.models import Paper, Qualification


def keep_certificate(row: Qualification, new: rules.Certificate, *, at: datetime, by: Actor) -> None:
    """Write a certificate over what the party showed before; the audit trail tells all but the number."""
    before, old = _told(row) if row.pk else {}, row.number
    row.item = rules.check_text(new.item, "item", 60)
    row.number = rules.check_text(new.number.reveal(), "number", 60, blank=True)
    row.valid_from, row.valid_until = rules.check_days(new.valid_from, new.valid_until)
    row.attachment = rules.check_text(new.attachment, "attachment", 300, blank=True)
    if new.file is not None:
        row.paper = keep_file(row.party_id, new.file, at=at, by=by)
    row.save()
    replaced = {"number": "old"} if before and old != row.number else {}
    audit.changed("qualification", row.item, {**before, **replaced}, _told(row))


def keep_file(party: int, file: rules.File, *, at: datetime, by: Actor) -> Paper:
    """Keep a certificate's file for a party (id)."""
    name, kind = rules.check_file(file)
    return Paper.objects.create(
        code=codes.new("Q"),
        party_id=party,
        name=name,
        kind=kind,
        size=len(file.raw),
        content=file.raw,
        at=at,
        by=str(by)[:80],
    )


def _told(row: Qualification) -> dict[str, str | None]:
    days = {name: day.isoformat() if (day := getattr(row, name)) else None for name in ("valid_from", "valid_until")}
    return {**days, "paper": row.paper.code if row.paper else None}
