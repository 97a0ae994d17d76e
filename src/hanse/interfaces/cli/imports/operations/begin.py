"""Begin an import, or find the one that was begun with this file."""

from datetime import datetime

from hanse.interfaces.cli.imports.models import ImportJob
from hanse.kernel.actor import Actor


def begin(*, at: datetime, by: Actor, kind: str, name: str, digest: str) -> ImportJob:
    """Return the job of this kind and content, begun now if there is none."""
    job, _new = ImportJob.objects.get_or_create(
        kind=kind, digest=digest, defaults={"name": name[:200], "started_at": at, "started_by": str(by)[:80]}
    )
    return job
