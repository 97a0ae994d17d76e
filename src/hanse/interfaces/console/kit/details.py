"""Details: facts, tables beside them, what may be done now, and what happened; declared as data."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from hanse.interfaces.console.kit.cells import NOTHING, Column, cells
from hanse.interfaces.console.kit.forms import ConsoleForm
from hanse.interfaces.console.kit.page import Answer, Ask, Desk, Page, View
from hanse.interfaces.console.kit.tables import Table, shown
from hanse.interfaces.web.fields import key_of
from hanse.kernel import clock
from hanse.kernel.errors import DomainError
from hanse.kernel.history import changes
from hanse.kernel.states import StateTable

May = Callable[[Desk, Any], bool]
DONE = _("Done.")


@dataclass(frozen=True, kw_only=True)
class Act:
    """Something that may be done to the thing: a button, or a form that asks for the rest."""

    name: str
    label: str | Promise
    run: Callable[[Ask], object]
    may: May = lambda _desk, _thing: True
    form: type[ConsoleForm] | None = None
    initial: Callable[[Any], dict[str, Any]] = lambda _thing: {}
    icon: str = "check"
    tone: str = ""
    done: str | Promise = DONE
    leads: Callable[[Ask], str] | None = None
    """Where one is led afterwards, if not back to the thing."""
    shown: bool = True
    """Whether it stands among the buttons; others stand in the page's own template."""
    open: bool = False
    """Whether its form stands open: it is what one comes here for."""
    hint: str | Promise = ""
    wide: bool = False
    """Whether its form wants the width of the page: it stands among the tables."""


def by_event(
    table: StateTable, event: str, *permissions: str, roles: tuple[str, ...] = ("seller",), also: May | None = None
) -> May:
    """Return a condition: the state table allows the event to someone in these roles, and the permission is held."""

    def may(desk: Desk, thing: Any) -> bool:
        held = {*roles, *(["operator"] if desk.actor.operates else [])}
        allowed = event in table.actions(thing.status, held) and any(desk.may(one) for one in permissions)
        return allowed and (also is None or also(desk, thing))

    return may


@dataclass(frozen=True, kw_only=True)
class DetailPage(Page):
    """One thing; `find` begins with `visible_to` and returns None for what is not there for who looks."""

    find: Callable[[Desk, str], Any]
    heading: Callable[[Any], str]
    parent: Page | None = None
    facts: tuple[Column, ...] = ()
    tables: tuple[Table, ...] = ()
    acts: tuple[Act, ...] = ()
    links: tuple[tuple[Page, May], ...] = ()
    """Forms of their own that belong to the thing; the thing's code is in their address."""
    states: StateTable | None = None
    """The table whose changes of this thing are told as its history."""
    status: Callable[[Any], str] = lambda thing: str(getattr(thing, "status", ""))
    template: str = "console/kit/detail.html"
    more: Callable[[Desk, Any], dict[str, Any]] = lambda _desk, _thing: {}
    code: str = "code"
    single: bool = False
    """Whether there is just one such thing, so that no code stands in the address."""

    @property
    def address(self) -> str:
        """Return the route below /console/ with the thing's code."""
        return self.route or f"{self.name}/<str:code>/"

    def url(self, *codes: object) -> str:
        """Return the page's own address."""
        return super().url() if self.single else super().url(*codes)

    def views(self) -> Mapping[str, tuple[str, View]]:
        """Return the thing itself and what is done to it."""
        shown: dict[str, tuple[str, View]] = {"": ("", require_safe(self.show))}
        return {**shown, "-do": ("do/<slug:name>/", require_POST(self.act))} if self.acts else shown

    def thing(self, desk: Desk, code: object) -> Any:
        """Return the thing; to whom it is not shown, it does not exist."""
        said = str(code)
        found = self.find(desk, said) if "\x00" not in said else None
        if found is None:
            raise Http404
        return found

    def show(self, request: HttpRequest, code: object = "") -> Answer:
        """Show the thing."""
        desk = self.enter(request)
        return self.answer(request, desk, self.thing(desk, code))

    def answer(
        self, request: HttpRequest, desk: Desk, thing: Any, tried: str = "", form: ConsoleForm | None = None,
        refused: str = "",
    ) -> HttpResponse:  # fmt: skip
        """Render the thing; an act that was tried and refused stands open with what was typed."""
        acts = [
            (act, form if act.name == tried and form else self._form(act, desk, thing), act.open or act.name == tried)
            for act in self.acts
            if act.shown and act.may(desk, thing)
        ]
        status = self.status(thing)
        context = {
            "page": self,
            "thing": thing,
            "code": getattr(thing, self.code),
            "heading": self.heading(thing),
            "status": status,
            "facts": [cell for cell in cells(self.facts, thing) if cell.html != NOTHING],
            "tables": shown(self.tables, desk, thing, request.GET),
            "acts": acts,
            "links": [
                {"page": page, "href": page.url() if self.single else page.url(getattr(thing, self.code))}
                for page, may in self.links
                if page.open_to(desk) and may(desk, thing)
            ],
            "history": changes(self.states.name, [thing.pk])[::-1] if self.states else [],
            "refused": refused,
            **self.more(desk, thing),
        }
        return render(request, self.template, context, status=409 if refused else 422 if tried else 200)

    def _form(self, act: Act, desk: Desk, thing: Any) -> ConsoleForm | None:
        make = partial(act.form, desk=desk, thing=thing, auto_id=f"{act.name}-%s") if act.form else None
        return make(initial=act.initial(thing)) if make else None

    def act(self, request: HttpRequest, code: object, name: str) -> Answer:
        """Do it, or show the thing again with what stands against it."""
        desk = self.enter(request)
        thing = self.thing(desk, code)
        act = next((one for one in self.acts if one.name == name), None)
        if act is None:
            raise Http404
        form = act.form(request.POST, request.FILES, desk=desk, thing=thing, auto_id=f"{name}-%s") if act.form else None
        if form is not None and not form.is_valid():
            return self.answer(request, desk, thing, tried=name, form=form)
        ask = Ask(desk, clock.now(), key_of(request.POST), thing, form.cleaned_data if form else {})
        try:
            act.run(ask)
        except DomainError as error:
            if error.status in {403, 404} and not (form and error.code in form.blames):
                raise
            if form is None or not act.may(desk, thing):
                return self.answer(request, desk, thing, refused=str(error))
            form.refuse(error)
            return self.answer(request, desk, thing, tried=name, form=form)
        messages.success(request, str(act.done))
        return redirect(act.leads(ask) if act.leads else self.url(code))
