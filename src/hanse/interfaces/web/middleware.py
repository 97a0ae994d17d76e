"""What is done to every answer: the content policy, and refusals shown as pages."""

from collections.abc import Callable
from functools import cache
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from hanse.integrations import registry
from hanse.kernel.errors import DomainError
from hanse.kernel.intake import storable

Answer = Callable[[HttpRequest], HttpResponse]


@cache
def content_policy(payment_page: str, *sites: str) -> str:
    """Return the Content-Security-Policy: everything from here, nothing inline but pictures (the code that an
    authenticator reads is one); forms may lead on to the gateway, and to sites by whose accounts one signs in.
    """
    gateway = urlsplit(payment_page)
    onward = f" {gateway.scheme}://{gateway.netloc}" if payment_page else ""
    onward += "".join(f" {site}" for site in sites)
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data:",
            "font-src 'self'",
            "connect-src 'self'",
            "manifest-src 'self'",
            f"form-action 'self'{onward}",
            "frame-ancestors 'none'",
            "base-uri 'none'",
        )
    )


class ContentPolicy:
    """Adds the policy to every answer that has none of its own."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request and add the policy."""
        response = self.answer(request)
        payment_page = settings.HANSE_SANDBOX_URL if registry.offered() else ""
        response.headers.setdefault(
            "Content-Security-Policy", content_policy(payment_page, *settings.HANSE_SIGN_IN_HOSTS)
        )
        return response


class Refusals:
    """Shows a refusal of the domain as a page, or as a fragment where htmx asked.

    An address with a NUL names nothing: no code holds one, and the database is not even asked.
    """

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        if not storable([request.path_info]):
            raise Http404
        return self.answer(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Turn a DomainError into its page; everything else goes on to become a 500."""
        return refusal(request, exception) if isinstance(exception, DomainError) else None


def refusal(request: HttpRequest, error: DomainError) -> HttpResponse:
    """Render a refusal with its own status; a fragment for htmx, which is told to show it where messages stand."""
    if request.headers.get("HX-Request"):
        response = render(request, "parts/refusal.html", {"error": error}, status=error.status)
        response.headers["HX-Retarget"] = "#messages"
        response.headers["HX-Reswap"] = "innerHTML show:window:top"
        return response
    came_from = request.headers.get("Referer", "")
    safe = url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure())
    context = {"error": error, "status": error.status, "back": came_from if safe else ""}
    return render(request, "problem.html", context, status=error.status)
