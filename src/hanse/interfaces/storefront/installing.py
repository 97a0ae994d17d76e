"""What lets a phone install the mall: its manifest, its worker, and the page that is shown without a network."""

from pathlib import Path

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

WORKER = Path(__file__).resolve().parents[1] / "static" / "hanse" / "worker.js"


@require_safe
def manifest(_request: HttpRequest) -> JsonResponse:
    """Describe the mall as an application, in the reader's language."""
    sizes = [(192, "any"), (512, "any"), (512, "maskable")]
    icons = [
        {
            "src": static(f"hanse/icon-{size}{'-maskable' if use == 'maskable' else ''}.png"),
            "sizes": f"{size}x{size}", "type": "image/png", "purpose": use,
        }
        for size, use in sizes
    ]  # fmt: skip
    said = {
        "name": _("Hanse"), "short_name": _("Hanse"), "lang": get_language(), "id": "/", "start_url": "/", "scope": "/",
        "description": _("Factories, wholesalers, shops and households in one mall."), "display": "standalone",
        "theme_color": "#0d5566", "background_color": "#f6f4ef", "icons": icons,
    }  # fmt: skip
    return JsonResponse(said, content_type="application/manifest+json")


@require_safe
def worker(_request: HttpRequest) -> HttpResponse:
    """Give the worker from the root, so that it may look after every page; it is asked for anew each time."""
    return HttpResponse(
        WORKER.read_text(encoding="utf-8"), content_type="text/javascript", headers={"Cache-Control": "no-cache"}
    )


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """Show that there is no network; the worker keeps this page."""
    return render(request, "storefront/offline.html", {"kept": reverse("offline")})
