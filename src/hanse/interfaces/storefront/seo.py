"""What other machines read of the mall: addresses, languages, descriptions, the list of all pages."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

ASKED = "hl"


class AskedLanguage:
    """Lets an address say in which language it is to be read (`?hl=en`), and remembers it."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request in the language that its address asks for, if it is one of ours."""
        asked = request.GET.get(ASKED, "")
        if asked not in dict(settings.LANGUAGES):
            return self.answer(request)
        translation.activate(asked)
        request.LANGUAGE_CODE = asked
        response = self.answer(request)
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, asked, samesite="Lax")
        return response
