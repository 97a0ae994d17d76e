"""Forms that have a page of their own: something new, or a thing to be changed; declared as data."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers
from django.utils.functional import Promise
from django.views.decorators.http import require_http_methods

from hanse.interfaces.console.kit.details import DONE
from hanse.interfaces.console.kit.forms import ConsoleForm
from hanse.interfaces.console.kit.page import Answer, Ask, Desk, Page, View
from hanse.interfaces.web.fields import key_of
from hanse.kernel import clock
from hanse.kernel.errors import DomainError


@dataclass(frozen=True, kw_only=True)
class FormPage(Page):
    """One form and the one operation that it asks for; `leads` says where one goes with its answer.

    With `find` the form is about a thing whose code is in the address.
    """

    form: type[ConsoleForm]
    run: Callable[[Ask], Any]
    leads: Callable[[Ask, Any], str]
    find: Callable[[Desk, str], Any] | None = None
    initial: Callable[[Desk, Any], dict[str, Any]] = lambda _desk, _thing: {}
    parent: Page | None = None
    button: str | Promise = ""
    done: str | Promise = DONE

    @property
    def address(self) -> str:
        """Return the route below /console/."""
        return self.route or (f"{self.name}/<str:code>/" if self.find else f"{self.name}/")

    def views(self) -> Mapping[str, tuple[str, View]]:
        """Return the one view."""
        return {"": ("", require_http_methods(["GET", "HEAD", "POST"])(self.fill))}

    def fill(self, request: HttpRequest, code: object = "") -> Answer:
        """Show the form, or do what it says and lead on."""
        desk = self.enter(request)
        thing = None
        if self.find and (thing := self.find(desk, said) if "\x00" not in (said := str(code)) else None) is None:
            raise Http404
        if request.method != "POST":
            initial = {**self.initial(desk, thing), **request.GET.dict()}
            return self._answer(request, self.form(desk=desk, thing=thing, initial=initial), thing)
        form = self.form(request.POST, request.FILES, desk=desk, thing=thing)
        if not form.is_valid():
            return self._answer(request, form, thing)
        ask = Ask(desk, clock.now(), key_of(request.POST), thing, form.cleaned_data)
        try:
            result = self.run(ask)
        except DomainError as error:
            if error.status in {403, 404} and error.code not in form.blames:
                raise
            form.refuse(error)
            return self._answer(request, form, thing)
        return self.end(request, ask, result)

    def end(self, request: HttpRequest, ask: Ask, result: Any) -> HttpResponse:
        """Say that it is done, and lead on."""
        messages.success(request, str(self.done))
        return redirect(self.leads(ask, result))

    def _answer(self, request: HttpRequest, form: ConsoleForm, thing: Any) -> HttpResponse:
        context = {"page": self, "form": form, "thing": thing}
        return render(request, "console/kit/form.html", context, status=422 if form.is_bound else 200)


@dataclass(frozen=True, kw_only=True)
class SecretPage(FormPage):
    """A form whose answer holds a secret, told in the answer itself: once, and kept by no browser.

    `run` returns a code and the secret, or None for the secret if it was told already.
    """

    use: str | Promise
    """What the secret is for."""

    def end(self, request: HttpRequest, ask: Ask, result: tuple[str, str | None]) -> HttpResponse:
        """Tell the secret."""
        code, secret = result
        context = {"page": self, "secret": secret, "onward": self.leads(ask, code)}
        response = render(request, "console/kit/secret.html", context)
        add_never_cache_headers(response)
        return response
