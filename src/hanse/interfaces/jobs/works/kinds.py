"""Every kind of long work there is, by its name."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from hanse.interfaces.jobs.works import exporting, listing, settling
from hanse.interfaces.jobs.works.importing import IMPORTS
from hanse.interfaces.jobs.works.running import WorkKind

KINDS: Mapping[str, WorkKind] = {
    **IMPORTS,
    exporting.EXPORT: exporting.KIND,
    listing.LISTING: listing.KIND,
    settling.SETTLEMENT: settling.KIND,
}


def label(name: str) -> str:
    """Return what a kind is called."""
    if name not in KINDS:
        return name
    said = str(KINDS[name].label)
    return _("Import: %(what)s") % {"what": said} if name in IMPORTS else said
