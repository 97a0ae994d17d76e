"""What persons asked of us about their data."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from hanse.interfaces.console.kit.cells import CODE, MOMENT, Column, worded
from hanse.interfaces.console.kit.lists import ListPage, by_field
from hanse.interfaces.console.kit.page import OPERATORS, Desk
from hanse.relations.privacy.models import COPY, ERASURE, DataRequest

KIND = {COPY: _("A copy of the data"), ERASURE: _("Erasure")}


def requests(desk: Desk) -> Any:
    """Return every request."""
    return DataRequest.objects.visible_to(desk.actor).select_related("user")


LIST: ListPage = ListPage(
    name="privacy", route="platform/privacy/", title=_("Personal data"), icon="users", **OPERATORS, rows=requests,
    hint=_("Both are answered at once: nothing waits here. Who was forgotten is a number."),
    columns=(
        Column(_("When"), "at", MOMENT, sort="at"),
        Column(_("What"), "kind", worded(KIND)),
        Column(_("Who"), "user.code", CODE),
        Column(_("Number"), "code", CODE),
    ),
    search=("code", "user__code"), filters=(by_field("kind", _("What"), KIND),), empty=_("Nobody has asked yet."),
)  # fmt: skip
PAGES = (LIST,)
