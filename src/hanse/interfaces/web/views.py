"""Pages that belong to no face: signing out, acting for a party, stored files."""

from pathlib import PurePosixPath

from django.conf import settings
from django.contrib.auth import logout
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe
from django.views.static import serve

from hanse.interfaces.web.who import PARTY
from hanse.network.access.models import User
from hanse.network.access.queries import parties_of


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign out and go home."""
    logout(request)
    return redirect("home")


@require_POST
def act_for(request: HttpRequest) -> HttpResponse:
    """Act for another party that one belongs to from now on."""
    mine = parties_of(request.user) if isinstance(request.user, User) else []
    wanted = request.POST.get("party", "")
    if wanted not in {party.code for party in mine}:
        raise Http404
    request.session[PARTY] = wanted
    return redirect("home")


@require_safe
@cache_control(public=True, max_age=86_400)
def media(request: HttpRequest, path: str) -> HttpResponse | FileResponse:
    """Serve a stored file, as something that can run nothing even when it is opened by itself."""
    asked = PurePosixPath(path)
    if ".." in asked.parts or asked.suffix not in {".svg", ".png", ".jpg", ".jpeg", ".webp", ".avif"}:
        raise Http404
    response = serve(request, path, document_root=str(settings.MEDIA_ROOT))
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
