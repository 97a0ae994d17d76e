"""Where payment providers and banks send their notices."""

import logging

from django.http import HttpRequest, JsonResponse
from django.urls import URLPattern, path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from hanse.integrations import registry
from hanse.integrations.gateways.port import Untrusted
from hanse.interfaces.jobs.gateway import handle
from hanse.kernel import clock
from hanse.kernel.errors import DomainError

logger = logging.getLogger(__name__)


@csrf_exempt  # the signature proves more than a token could
@require_POST
def notices(request: HttpRequest, provider: str) -> JsonResponse:
    """Take one notice: 200 says that it is kept and need not be sent again, whatever came of it."""
    try:
        notice = registry.notifier(provider).verify(request.headers, request.body)
    except registry.NotSetUp:
        return JsonResponse({"code": "not_found"}, status=404)
    except Untrusted as doubt:
        logger.warning("a notice in the name of %s is not believed: %s", provider, doubt.reason)
        return JsonResponse({"code": f"signature_{doubt.reason}"}, status=401)
    try:
        return JsonResponse({"outcome": handle(notice=notice, at=clock.now())})
    except DomainError as refusal:
        return JsonResponse({"code": refusal.code}, status=refusal.status)


urlpatterns: list[URLPattern] = [path("<slug:provider>/notices", notices, name="gateway-notices")]
