"""Long work: what runs in the background, how far it is, what came of it; and where imports and exports begin."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django import forms
from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from hanse.interfaces.cli.imports import faulty, templates
from hanse.interfaces.cli.imports.kinds import KINDS
from hanse.interfaces.cli.imports.recognising import AUTO, ENCODINGS
from hanse.interfaces.console.kit.cells import CODE, MOMENT, NUMBER, PERCENT, STATUS, Column
from hanse.interfaces.console.kit.details import Act, DetailPage
from hanse.interfaces.console.kit.formpages import FormPage
from hanse.interfaces.console.kit.forms import ConsoleForm, choice, fill
from hanse.interfaces.console.kit.lists import ListPage, by_state
from hanse.interfaces.console.kit.page import EVERYONE, OPERATORS, Answer, Ask, Desk, View
from hanse.interfaces.console.kit.tables import Table
from hanse.interfaces.jobs.works import importing, store
from hanse.interfaces.jobs.works.exporting import EXPORT as EXPORTING
from hanse.interfaces.jobs.works.kinds import label
from hanse.interfaces.jobs.works.models import WORK, Work
from hanse.interfaces.jobs.works.operations.begin import begin
from hanse.interfaces.jobs.works.operations.cancel import cancel
from hanse.interfaces.jobs.works.operations.retry import retry
from hanse.interfaces.jobs.works.queries import actions, problems
from hanse.interfaces.jobs.works.settling import SETTLEMENT
from hanse.interfaces.web.spreadsheets import CSV, FORMATS, MEDIA_TYPES, XLSX
from hanse.kernel import clock
from hanse.network.parties.rules import CONSUMER

ANY = ("party.see", "goods.see", "orders.see", "money.see", "stock.see")
KINDS_OF_PARTY = EVERYONE - {CONSUMER}
PAUSES = ((10, 1), (60, 2), (300, 5))
"""For so many seconds after the beginning the page asks again after so many; later more rarely still."""
RARELY = 15
READ_FORMS = {AUTO: _("recognise it"), **{name: name.upper() for name in ENCODINGS}}


def own(desk: Desk) -> Any:
    """Return the works that the person asked for (operators: everybody's)."""
    found = Work.objects.visible_to(desk.actor).select_related("party")
    return found if desk.actor.operates else found.filter(party=desk.party)


def one(desk: Desk, code: str) -> Work | None:
    """Return one of them."""
    found: Work | None = own(desk).filter(code=code).first()
    return found


def language() -> str:
    """Return the language in which the person is told what came of the work."""
    return get_language() or settings.LANGUAGE_CODE


def offered(desk: Desk) -> list[tuple[str, str]]:
    """Return the kinds of rows that the person may bring in."""
    return [(name, str(kind.label)) for name, kind in KINDS.items() if any(desk.may(need) for need in kind.needs)]


class ImportForm(ConsoleForm):
    """A file with rows of one kind, and how it is to be taken."""

    blames = {"too_much_work": ""}

    kind = choice(_("What is in the file"))
    file = forms.FileField(
        label=_("File"), allow_empty_file=False,
        help_text=_("CSV or XLSX; goods with pictures as a ZIP of the table and the pictures it names. Up to 64 MB."),
    )  # fmt: skip
    encoding = choice(_("Encoding of a CSV"), READ_FORMS.items())
    follow = forms.BooleanField(label=_("Submit new goods for review at once"), required=False)
    whole = forms.BooleanField(
        label=_("All rows or none"), required=False,
        help_text=_("If one row is faulty, nothing goes in. Up to 20,000 rows; not for parcels."),
    )  # fmt: skip

    def prepare(self) -> None:
        """Offer what the person may bring in."""
        fill(self, "kind", offered(self.desk))
        self.fields["file"].widget.attrs.update(accept=".csv,.txt,.gz,.xlsx,.zip")

    def clean_file(self) -> Any:
        """Refuse what is too large."""
        file = self.cleaned_data["file"]
        if file.size > importing.LARGEST:
            raise forms.ValidationError(_("This file is too large: at most 64 MB. Divide it into several."))
        return file

    def clean(self) -> dict[str, Any]:
        """Parcels leave one by one: they cannot be taken back."""
        given = dict(super().clean() or {})
        if given.get("whole") and given.get("kind") in importing.NEVER_WHOLE:
            self.add_error("whole", _("Parcels leave one by one: what has left cannot be taken back."))
        return given


class ExportForm(ConsoleForm):
    """Which list is to be written, and in which form."""

    list = forms.CharField(widget=forms.HiddenInput, max_length=60)
    query = forms.CharField(widget=forms.HiddenInput, max_length=1000, required=False)
    form = choice(_("File"), ((CSV, "CSV"), (XLSX, "XLSX")))


def bring(ask: Ask) -> str:
    """Keep the file and ask for its rows to be brought in."""
    kind, file = ask.data["kind"], ask.data["file"]
    given = {name: ask.data[name] for name in ("encoding", "follow", "whole")}
    source = store.keep_upload(file, ask.party)
    return begin(
        **ask.how, kind=f"{importing.PREFIX}{kind}", given=given, language=language(), source=source,
        source_name=str(file.name)[-200:],
    )  # fmt: skip


def write(ask: Ask) -> str:
    """Ask for a list to be written into a file."""
    given = {name: ask.data[name] for name in ("list", "query", "form")}
    return begin(**ask.how, kind=EXPORTING, given=given, language=language())


def may(event: str) -> Any:
    """Return a condition: the state table lets the person do this to the work now."""
    return lambda desk, work: event in actions(work, desk.actor)


@dataclass(frozen=True, kw_only=True)
class WorkPage(DetailPage):
    """One work: its progress is asked for again as long as it goes on; its files are handed to whoever may see it."""

    def views(self) -> Mapping[str, tuple[str, View]]:
        """Return the page, its progress and its files."""
        more: dict[str, tuple[str, View]] = {
            "-progress": ("progress/", require_safe(self.progress)),
            "-file": ("<slug:which>/file/", require_safe(self.file)),
        }
        return {**super().views(), **more}

    def progress(self, request: HttpRequest, code: object) -> Answer:
        """Show how far it is, unless the page knows; once it is over, let the page be shown anew."""
        work = self.thing(self.enter(request), code)
        response = render(request, "console/kit/progress.html", {"thing": work, **told(work)})
        response.headers["Cache-Control"] = "private, no-cache"
        if work.is_over:
            response.headers["HX-Refresh"] = "true"
        tag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
        answered = get_conditional_response(request, tag, response=response)
        answer: HttpResponse = answered if answered is not None else response
        answer.headers["ETag"] = tag
        return answer

    def file(self, request: HttpRequest, code: object, which: str) -> Answer:
        """Hand out what was made, or what was faulty."""
        work = self.thing(self.enter(request), code)
        return handed(work, which)


def handed(work: Work, which: str) -> FileResponse:
    """Return a file of the work to download; Http404 if there is none (any more)."""
    files = {"result": (work.result, work.result_name), "errors": (work.errors, work.errors_name)}
    path, name = files.get(which, ("", ""))
    if not store.there(path):
        raise Http404
    form = name.rpartition(".")[2]
    kind = MEDIA_TYPES.get(form, "application/octet-stream")
    response = FileResponse(store.opened(path), as_attachment=True, filename=name, content_type=kind)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def told(work: Work) -> dict[str, Any]:
    """Return what the page shows of the progress: also when it asks next."""
    since = (clock.now() - work.created_at).total_seconds()
    pause = next((pause for until, pause in PAUSES if since < until), RARELY)
    return {
        "share": work.share, "pause": pause,
        "result": bool(work.result), "errors": bool(work.errors),
        "progress": reverse("console-work-progress", args=[work.code]),
    }  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class ImportPage(FormPage):
    """The form for a file, with a template for every kind to begin with."""

    def views(self) -> Mapping[str, tuple[str, View]]:
        """Return the form and the templates."""
        more: dict[str, tuple[str, View]] = {
            "-template": ("template/<slug:kind>.<slug:form>", require_safe(self.sample))
        }
        return {**super().views(), **more}

    def sample(self, request: HttpRequest, kind: str, form: str) -> Answer:
        """Hand out a file with the columns of a kind and a row that shows how."""
        desk = self.enter(request)
        if form not in FORMATS or kind not in dict(offered(desk)):
            raise Http404
        file = BytesIO()
        templates.write(KINDS[kind], form, file, owned=not desk.actor.operates)
        file.seek(0)
        named = str(_("template-%(file)s") % {"file": f"{kind}.{form}"})
        return FileResponse(file, as_attachment=True, filename=named, content_type=MEDIA_TYPES[form])

    def _answer(self, request: HttpRequest, form: ConsoleForm, thing: Any) -> HttpResponse:
        desk = self.enter(request)
        context = {"page": self, "form": form, "thing": thing, "offered": offered(desk)}
        return render(request, "console/kit/import.html", context, status=422 if form.is_bound else 200)


def _kind(work: Work) -> str:
    return label(work.kind)


def _rows(work: Work) -> str:
    said = {"good": work.good, "known": work.known, "bad": work.bad}
    return str(_("%(good)d in, %(known)d there before, %(bad)d not in") % said) if work.done or work.is_over else ""


def _share(work: Work) -> int | None:
    return None if work.share is None else work.share * 100


LIST: ListPage = ListPage(
    name="works", title=_("Work in the background"), icon="clock", needs=ANY, kinds=KINDS_OF_PARTY, rows=own,
    hint=_("Imports, exports and other long work: how far it is, and the files to download, kept for 14 days."),
    columns=(
        Column(_("Work"), _kind),
        Column(_("Number"), "code", CODE),
        Column(_("Status"), "status", STATUS, sort="status"),
        Column(_("Done"), _share, PERCENT),
        Column(_("Rows"), _rows),
        Column(_("Begun"), "created_at", MOMENT, sort="created_at"),
    ),
    filters=(by_state(WORK),), open=lambda work: ONE.url(work.code),
    empty=_("Nothing was asked for yet. Imports and long exports appear here."),
)  # fmt: skip
ONE: WorkPage = WorkPage(
    name="work", route="works/<str:code>/", title=_("Work"), needs=ANY, kinds=KINDS_OF_PARTY, parent=LIST, find=one,
    heading=_kind, states=WORK, template="console/kit/work.html", more=lambda _desk, work: told(work),
    facts=(
        Column(_("Number"), "code", CODE),
        Column(_("File"), "source_name"),
        Column(_("Party"), lambda work: work.party.name),
        Column(_("Begun"), "created_at", MOMENT),
        Column(_("Finished"), "finished_at", MOMENT),
    ),
    tables=(
        Table(
            _("What did not go in"),
            (
                Column(_("Line"), "line", NUMBER),
                Column(_("Why"), faulty.said),
                Column(_("Row"), "row"),
            ),
            lambda desk, work: problems(desk.actor, work),
        ),
    ),
    acts=(
        Act(
            name="cancel", label=_("Stop"), icon="x", tone="stop", may=may("cancel"),
            run=lambda ask: cancel(**ask.how, work=ask.thing.code),
            done=_("It stops. What is done stays done."),
        ),
        Act(
            name="retry", label=_("Go on"), icon="arrow-right", may=may("retry"),
            run=lambda ask: retry(**ask.how, work=ask.thing.code), done=_("It goes on where it had come to."),
        ),
    ),
)  # fmt: skip
IMPORT: ImportPage = ImportPage(
    name="import", title=_("Import from a file"), icon="plus", kinds=KINDS_OF_PARTY,
    needs=("goods.edit", "offers.edit", "stock.edit", "orders.ship"), form=ImportForm, run=bring,
    hint=_("Good rows go in, faulty ones come back as a file to mend. The same file again changes nothing."),
    initial=lambda _desk, _thing: {"encoding": AUTO, "follow": True}, parent=LIST, button=_("Bring in"),
    leads=lambda _ask, code: ONE.url(code), done=_("The file is being read."),
)  # fmt: skip
EXPORT: FormPage = FormPage(
    name="export", title=_("Long export"), icon="arrow-down", needs=ANY, kinds=KINDS_OF_PARTY, form=ExportForm,
    run=write, parent=LIST, button=_("Write the file"), leads=lambda _ask, code: ONE.url(code),
    hint=_("This list is long: it is written in the background, and you download it when it is there."),
    done=_("The file is being written."),
)  # fmt: skip
SETTLE: FormPage = FormPage(
    name="settlement-run", route="platform/settlements/run/", title=_("Settle what is due"), icon="coins", **OPERATORS,
    form=ConsoleForm, parent=LIST, leads=lambda _ask, code: ONE.url(code), done=_("It has begun."),
    run=lambda ask: begin(**ask.how, kind=SETTLEMENT, given={}, language=language()),
    hint=_("What is due by now is done as the clock would do it: orders close, parties are settled, each once."),
)  # fmt: skip
PAGES = (IMPORT, EXPORT, SETTLE, LIST, ONE)
