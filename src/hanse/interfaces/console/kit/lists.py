"""Lists: search, filters, sorting, saved views, actions on many rows, export; all of it declared as data."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from hanse.interfaces.console.kit import export, keeping
from hanse.interfaces.console.kit.cells import PICTURE, Column, cells
from hanse.interfaces.console.kit.forms import ConsoleForm
from hanse.interfaces.console.kit.page import Answer, Ask, Desk, Page, View
from hanse.interfaces.console.kit.tables import Row
from hanse.interfaces.web import words
from hanse.interfaces.web.fields import key_of
from hanse.kernel import clock
from hanse.kernel.errors import DomainError
from hanse.kernel.states import StateTable

PAGE = 25
MANY = 5_000
LONGEST = 80
Rows = QuerySet[Any]
NOTHING = _("There is nothing here yet.")
Choices = Iterable[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Filter:
    """One way to narrow a list down: what may be chosen, and what that leaves."""

    name: str
    label: str | Promise
    choices: Callable[[Desk], Choices]
    apply: Callable[[Rows, str, Desk], Rows]

    def shown(self, desk: Desk, given: Mapping[str, str]) -> dict[str, Any]:
        """Return the filter as the template wants it."""
        return {"name": self.name, "label": self.label, "choices": self.choices(desk), "chosen": given.get(self.name)}


def by_field(name: str, label: str | Promise, said: Mapping[str, Any], field: str = "") -> Filter:
    """Return a filter by a field that holds one of these."""
    return Filter(
        name,
        label,
        lambda _desk: [(value, str(text)) for value, text in said.items()],
        lambda rows, value, _desk: rows.filter(**{field or name: value}),
    )


def by_state(table: StateTable, field: str = "status") -> Filter:
    """Return a filter by the states of a table."""
    return by_field("status", _("Status"), {state: words.STATUS.get(state, state) for state in table.states}, field)


@dataclass(frozen=True, slots=True)
class Tabs:
    """Ways in which a list is mostly looked at, one of which always holds; `counts` says how many are in some."""

    name: str
    label: str | Promise
    said: Mapping[str, str | Promise]
    apply: Callable[[Rows, str, Desk], Rows]
    counts: Callable[[Desk], Mapping[str, int]] = lambda _desk: {}
    also: Mapping[str, str | Promise] = field(default_factory=dict)
    """What is asked for less often, and so stands in the choice beside the search only."""
    whole: str = "all"
    """The one that leaves nothing out: there a search goes on that found nothing."""
    orders: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    """In which order the rows of some of them stand."""

    def chosen(self, given: Mapping[str, str]) -> str:
        """Return the one that is asked for, else the first."""
        asked = given.get(self.name, "")
        return asked if asked in self.said or asked in self.also else next(iter(self.said))

    def shown(self, desk: Desk, given: Mapping[str, str]) -> dict[str, Any]:
        """Return the tabs as the template wants them."""
        counts, now = self.counts(desk), self.chosen(given)
        tabs = [(value, text, counts.get(value), value == now) for value, text in self.said.items()]
        choices = [*self.said.items(), *self.also.items()]
        shown = {"name": self.name, "label": self.label, "tabs": tabs, "choices": choices, "chosen": now}
        return shown | {"whole": self.whole, "narrow": now != self.whole}


@dataclass(frozen=True, slots=True)
class Bulk:
    """Something to do with every row that was picked; each row is an operation of its own.

    With `file` nothing is done: the rows together become one document. With `inline` it stands in every row of which
    it `fits`, for that row alone, with what `initial` knows. With `many` more rows can be meant than one can wait for:
    it starts that and returns where one sees how far it is.
    """

    name: str
    label: str | Promise
    run: Callable[[Ask], object] = lambda _ask: None
    may: Callable[[Desk, Any], bool] = lambda _desk, _thing: True
    form: type[ConsoleForm] | None = None
    tone: str = ""
    file: Callable[[Desk, list[Any]], Answer] | None = None
    inline: bool = False
    initial: Callable[[Any], dict[str, Any]] = lambda _row: {}
    fits: Callable[[Desk, Any], bool] = lambda _desk, _row: True
    many: Callable[[Ask, list[str]], str] | None = None

    def filled(self, desk: Desk, row: Any, code: str, tried: tuple[str, str, Any] | None) -> ConsoleForm | None:
        """Return its form as it stands in a row: with what was typed there and refused, else with what is known."""
        if self.form is None:
            return None
        if tried and tried[:2] == (self.name, code):
            found: ConsoleForm = tried[2]
            return found
        return self.form(desk=desk, thing=row, initial=self.initial(row), auto_id=f"{self.name}-{code}-%s")


@dataclass(frozen=True, kw_only=True)
class ListPage(Page):
    """A list of rows; `rows` begins with `visible_to`, `enrich` reads for one page what the rows do not hold."""

    rows: Callable[[Desk], Rows]
    columns: tuple[Column, ...]
    search: tuple[str, ...] = ()
    filters: tuple[Filter, ...] = ()
    order: tuple[Any, ...] = ("-pk",)
    tabs: Tabs | None = None
    bulk: tuple[Bulk, ...] = ()
    links: tuple[Page, ...] = ()
    picture: Callable[[Any], Any] | None = None
    """The pictures of which the first stands beside a row's name."""
    begin: tuple[Page, ...] = ()
    """Where one begins if there is nothing yet and none of `links` is it."""
    enrich: Callable[[Desk, list[Any]], list[Any]] | None = None
    open: Callable[[Any], str] | None = None
    code: str = "code"
    """The field by which a row is named when it is picked."""
    found: bool = True
    """Whether the search over everything asks this list too."""
    empty: str | Promise = NOTHING

    def views(self) -> Mapping[str, tuple[str, View]]:
        """Return the list itself, what is done to many rows, and what is kept as a view."""
        return {
            "": ("", require_safe(self.index)),
            "-do": ("do/<slug:name>/", require_POST(self.act)),
            "-views": ("views/", require_POST(self.keep)),
        }

    def index(self, request: HttpRequest) -> Answer:
        """Show the list, or send it as a file."""
        desk = self.enter(request)
        if request.GET.get("export"):
            return export.answer(request, self, desk)
        return self.answer(request, desk)

    def answer(self, request: HttpRequest, desk: Desk, **more: Any) -> HttpResponse:
        """Render the page of the list that was asked for."""
        page = Paginator(self.chosen(desk, request.GET), PAGE).get_page(request.GET.get("page"))
        found = list(page.object_list)
        rows = self.enrich(desk, found) if self.enrich else found
        open_ = self.open or (lambda _row: "")
        bulk = [one for one in self.bulk if one.may(desk, None)]
        context = {
            "page": page,
            "list": self,
            "rows": [self._row(desk, row, open_(row), more.get("tried")) for row in rows],
            "inline": any(one.inline for one in bulk),
            "heads": [self._head(column, request.GET.get("sort", "")) for column in self.columns],
            "filters": [one.shown(desk, request.GET) for one in self.filters],
            "tabs": self.tabs.shown(desk, request.GET) if self.tabs else None,
            "asked": any(request.GET.get(name) for name in self.narrowing()),
            "bulk": [
                (one, one.form(desk=desk, auto_id=f"{one.name}-%s") if one.form else None)
                for one in bulk
                if not one.inline
            ],
            "all": any(one.many for one in bulk) and page.has_other_pages(),
            "links": [link for link in self.links if link.open_to(desk)],
            "begin": [link for link in self.begin or self.links if link.open_to(desk)][:1],
            "views": keeping.views_of(desk, self.name, self.kept(request.GET)),
            "query": self.kept(request.GET),
            **more,
        }
        return render(request, "console/kit/list.html", context, status=409 if more.get("refused") else 200)

    def _row(self, desk: Desk, row: Any, href: str, tried: Any) -> Row:
        code = str(getattr(row, self.code, "") or (row.get(self.code, "") if isinstance(row, dict) else ""))
        here = [one for one in self.bulk if one.inline and one.may(desk, None) and one.fits(desk, row)]
        forms = [(one, one.filled(desk, row, code, tried)) for one in here]
        picture = PICTURE.html(self.picture(row)) if self.picture else ""
        return Row(cells(self.columns, row), href, code, picture, forms)

    def narrowing(self) -> list[str]:
        """Return the names under which an address narrows the list down."""
        return ["q", *(one.name for one in self.filters), *([self.tabs.name] if self.tabs else [])]

    def chosen(self, desk: Desk, given: Mapping[str, str]) -> Rows:
        """Return the rows that the address asks for, in the order that it asks for."""
        rows, order = self.rows(desk), self.order
        if self.tabs:
            now = self.tabs.chosen(given)
            rows, order = self.tabs.apply(rows, now, desk), self.tabs.orders.get(now, order)
        for one in self.filters:
            value = given.get(one.name, "")
            if value and value in {str(known) for known, _text in one.choices(desk)}:
                rows = one.apply(rows, value, desk)
        for word in given.get("q", "")[:LONGEST].replace("\x00", "").split():
            rows = self._holding(rows, word)
        return rows.order_by(*self._sorting(given.get("sort", "")), *order)

    def _holding(self, rows: Rows, word: str) -> Rows:
        """Return the rows of which some searched field holds the word, each once however many of its parts do."""
        holds = reduce(or_, (Q(**{f"{field}__icontains": word}) for field in self.search), Q())
        if isinstance(rows.query.group_by, tuple):  # sums of rows: each part counts for itself
            return rows.filter(holds)
        return rows.filter(pk__in=rows.order_by().filter(holds).values("pk"))

    def _sorting(self, asked: str) -> Sequence[str]:
        known = {column.sort for column in self.columns if column.sort}
        return [asked] if asked.removeprefix("-") in known else []

    def _head(self, column: Column, asked: str) -> dict[str, Any]:
        if not column.sort:
            return {"column": column}
        now = {column.sort: "ascending", f"-{column.sort}": "descending"}.get(asked, "")
        return {"column": column, "now": now, "then": f"-{column.sort}" if now == "ascending" else column.sort}

    def enriched(self, desk: Desk, rows: Rows) -> Iterable[Any]:
        """Yield every row, some hundreds at a time."""
        for batch in export.batches(rows):
            yield from self.enrich(desk, batch) if self.enrich else batch

    def kept(self, given: Mapping[str, str]) -> str:
        """Return what of an address makes a view of this list."""
        query = QueryDict(mutable=True)
        for name in (*self.narrowing(), "sort"):
            if given.get(name):
                query[name] = given[name][:LONGEST]
        return query.urlencode()

    def act(self, request: HttpRequest, name: str) -> Answer:
        """Do something to every row that was picked; tell what was refused, and why."""
        desk = self.enter(request)
        found = next((one for one in self.bulk if one.name == name and one.may(desk, None)), None)
        if found is None:
            raise Http404
        picked = [code for code in request.POST.getlist("pick")[: PAGE * 8] if "\x00" not in code]
        names = f"{name}-{picked[0]}-%s" if found.inline and picked else f"{name}-%s"
        thing = next(iter(self._met(desk, picked[:1])), None) if found.inline else None
        form = found.form(request.POST, desk=desk, thing=thing, auto_id=names) if found.form else None
        if form is not None and not form.is_valid():
            tried = (name, picked[0], form) if found.inline and picked else None
            return self.answer(request, desk, refused=[(error, "") for error in _errors(form)], tried=tried)
        data = form.cleaned_data if form else {}
        if found.many and request.POST.get("all"):
            picked = list(self.chosen(desk, request.GET).values_list(self.code, flat=True)[:MANY])
            return redirect(found.many(Ask(desk, clock.now(), key_of(request.POST), None, data), picked))
        if not picked:
            return self.answer(request, desk, refused=[(_("Pick at least one row."), "")])
        rows = self.rows(desk).filter(**{f"{self.code}__in": picked})
        return (
            self._printed(request, desk, found.file, rows)
            if found.file
            else self._done(request, desk, found, rows, data)
        )

    def _met(self, desk: Desk, codes: list[str]) -> list[Any]:
        rows = list(self.rows(desk).filter(**{f"{self.code}__in": codes}))
        return self.enrich(desk, rows) if self.enrich else rows

    def _done(self, request: HttpRequest, desk: Desk, bulk: Bulk, rows: Rows, data: Mapping[str, Any]) -> Answer:
        """Do it to the rows, and lead back to the list or say what was refused."""
        done, refused = self._each(request, desk, bulk, rows, data)
        if done:
            messages.success(request, ngettext("%(done)d row done.", "%(done)d rows done.", done) % {"done": done})
        if refused:
            return self.answer(request, desk, refused=refused)
        page = request.GET.get("page", "")
        further = f"&page={page}" if page.isascii() and page.isdecimal() else ""
        return redirect(f"{self.url()}?{self.kept(request.GET)}{further}")

    def _each(
        self, request: HttpRequest, desk: Desk, bulk: Bulk, rows: Rows, data: Mapping[str, Any]
    ) -> tuple[int, list[tuple[str, str]]]:
        """Do it to each of the rows, and return how many were done and why others were refused."""
        done, refused = 0, []
        for row in self.enrich(desk, list(rows)) if self.enrich else rows:
            code = str(getattr(row, self.code))
            try:
                bulk.run(Ask(desk, clock.now(), f"{key_of(request.POST)}:{code}", row, data))
                done += 1
            except DomainError as error:
                refused.append((str(error), code))
        return done, refused

    def _printed(
        self, request: HttpRequest, desk: Desk, file: Callable[[Desk, list[Any]], Answer], rows: Rows
    ) -> Answer:
        """Return the rows as one document, or say why there is none."""
        try:
            return file(desk, list(rows))
        except DomainError as error:
            return self.answer(request, desk, refused=[(str(error), "")])

    def keep(self, request: HttpRequest) -> Answer:
        """Keep the present filters under a name, or forget such a view."""
        desk = self.enter(request)
        query = self.kept(QueryDict(request.POST.get("query", "")))
        keeping.keep(request.POST, desk, self.name, query)
        return redirect(f"{self.url()}?{query}")


def _errors(form: ConsoleForm) -> list[str]:
    return [
        f"{form.fields[name].label}: {error}" if name in form.fields else str(error)
        for name, found in form.errors.items()
        for error in found
    ]
