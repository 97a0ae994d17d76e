"""One page with one query, under Hanse's own settings and middleware: what the web servers are compared by."""

import os

from django.conf import settings
from django.core.asgi import get_asgi_application
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hanse.config.settings")

QUERY = "SELECT name, setting FROM pg_settings WHERE name LIKE 'max%' ORDER BY name LIMIT 20"


def page(_request: HttpRequest) -> HttpResponse:
    """Answer with the rows of one query."""
    with connection.cursor() as cursor:
        cursor.execute(QUERY)
        rows = cursor.fetchall()
    return HttpResponse("".join(f"<p>{name}: {setting}</p>" for name, setting in rows))


urlpatterns = [path("", page)]

wsgi = get_wsgi_application()
asgi = get_asgi_application()
settings.ROOT_URLCONF = __name__
