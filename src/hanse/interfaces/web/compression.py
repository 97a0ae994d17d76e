"""Answers are sent compressed, as far as that makes them smaller."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

KINDS = ("text/", "application/json", "application/problem+json", "application/manifest+json", "application/xml")
DRAWING = "image/svg+xml"


class Compressed(GZipMiddleware):
    """Compresses texts; pictures and files that are compressed already pass as they are.

    Django puts a random number of bytes beside each answer and masks its tokens anew each time, so that nobody learns a
    secret from the lengths of answers (BREACH): docs/decisions/0100.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Compress the answer if it is a text."""
        kind = response.headers.get("Content-Type", "")
        if not kind.startswith((*KINDS, DRAWING)):
            return response
        return super().process_response(request, response)
