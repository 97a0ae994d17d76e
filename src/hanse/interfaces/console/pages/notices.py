"""What a party was told: the list behind the bell, and what comes by e-mail as well."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import Http404, HttpRequest
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from hanse.interfaces import notices as said
from hanse.interfaces.console.kit.cells import MOMENT, Column, Kind, worded
from hanse.interfaces.console.kit.details import DONE
from hanse.interfaces.console.kit.formpages import FormPage
from hanse.interfaces.console.kit.forms import ConsoleForm
from hanse.interfaces.console.kit.lists import Bulk, Filter, ListPage, by_field
from hanse.interfaces.console.kit.page import EVERYONE, Answer, Ask, Desk, Page, View
from hanse.interfaces.console.pages.home import ANY
from hanse.kernel import clock
from hanse.network.notices.models import Notice, NoticeMail
from hanse.network.notices.operations.choose_mail import choose_mail
from hanse.network.notices.operations.read_notices import read_notices

STATE = Kind(lambda v: str(_("new")) if v else "–", lambda v: "1" if v else "")


def told(desk: Desk) -> Any:
    """Return what the party was told that who sits here may see."""
    return Notice.objects.visible_to(desk.actor).filter(party=desk.party).select_related("party")


def chosen(desk: Desk) -> list[str]:
    """Return the kinds of which who sits here gets an e-mail."""
    found = NoticeMail.objects.visible_to(desk.actor).first()
    return list(found.kinds) if found else []


class Mailed(ConsoleForm):
    """About what one wants an e-mail."""

    kinds = forms.MultipleChoiceField(
        label=_("Send me an e-mail when"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def prepare(self) -> None:
        """Offer every kind there is."""
        field = self.fields["kinds"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(kind, said.title(kind)) for kind in said.KINDS]


class ReadAll(ConsoleForm):
    """Nothing more is asked."""


class Opened(Page):
    """The way from a notice to what it is about; whoever goes it has read the notice."""

    @property
    def address(self) -> str:
        """Return the route below /console/."""
        return "notices/<str:code>/"

    def views(self) -> Mapping[str, tuple[str, View]]:
        """Return the one view."""
        return {"": ("", require_safe(self.go))}

    def go(self, request: HttpRequest, code: str) -> Answer:
        """Note that it was read, and lead on."""
        desk = self.enter(request)
        found = told(desk).filter(code=code.replace("\x00", "")).first()
        if found is None:
            raise Http404
        read_notices(key=f"opened:{found.code}", at=clock.now(), by=desk.actor, notices=[found.code])
        return redirect(said.address(found) or LIST.url())


OPEN = Opened(name="notice", title=_("Notice"), needs=ANY, kinds=EVERYONE)
MAIL: FormPage = FormPage(
    name="notice-mail", route="notice-mail/", title=_("Notices by e-mail"), icon="info", needs=ANY, kinds=EVERYONE,
    form=Mailed, initial=lambda desk, _thing: {"kinds": chosen(desk)},
    run=lambda ask: choose_mail(**ask.how, kinds=ask.data["kinds"]), leads=lambda _ask, _kinds: LIST.url(),
    button=_("Save"), hint=_("Of everything else you are told here alone."), done=DONE,
)  # fmt: skip
ALL_READ: FormPage = FormPage(
    name="notices-read", route="notices-read/", title=_("Mark all as read"), icon="check", needs=ANY, kinds=EVERYONE,
    form=ReadAll, run=lambda ask: read_notices(**ask.how), leads=lambda _ask, _count: LIST.url(),
    hint=_("For everybody who works for this party."),
)  # fmt: skip


def read(ask: Ask) -> int:
    """Mark one notice as read."""
    return read_notices(**ask.how, notices=[ask.thing.code])


LIST: ListPage = ListPage(
    name="notices", title=_("Notices"), icon="bell", needs=ANY, kinds=EVERYONE, rows=told,
    columns=(
        Column(_("What"), said.text),
        Column(_("About"), "kind", worded({kind: row.title for kind, row in said.KINDS.items()})),
        Column(_("When"), "at", MOMENT, sort="at"),
        Column(_("New"), lambda notice: notice.read_at is None, STATE),
    ),
    filters=(
        by_field("kind", _("About"), {kind: row.title for kind, row in said.KINDS.items()}),
        Filter(
            "unread", _("New"), lambda _desk: [("1", str(_("new ones")))],
            lambda rows, _value, _desk: rows.filter(read_at=None),
        ),
    ),
    bulk=(Bulk("read", _("Mark as read"), read),), links=(ALL_READ, MAIL),
    open=lambda notice: OPEN.url(notice.code), empty=_("Nothing that you would have to know."),
)  # fmt: skip
PAGES = (LIST, OPEN, MAIL, ALL_READ)
