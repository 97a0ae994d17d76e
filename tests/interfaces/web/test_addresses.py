"""Addresses that name nothing: whatever is written where a code stands, the answer is a page that says so."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver
from django.urls.converters import StringConverter

BAD = ("%00", "a%00b", "%ED%A0%80", "%C0%80", "%07", "x" * 5_000)


def routes(patterns: Any, before: str = "") -> Iterator[str]:
    for one in patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLPattern):
            texts = [name for name, kind in one.pattern.converters.items() if isinstance(kind, StringConverter)]
            if texts and "api/" not in route and "^" not in route:
                yield route
        else:
            yield from routes(one.url_patterns, route)


def filled(route: str, bad: str) -> str:
    parts = []
    for part in route.split("/"):
        kind, _colon, _name = part.strip("<>").rpartition(":")
        parts.append(part if "<" not in part else "1" if kind == "int" else bad)
    return "/" + "/".join(parts)


ROUTES = sorted(set(routes(get_resolver().url_patterns)))


def test_there_are_routes_to_walk() -> None:
    assert len(ROUTES) >= 10


@pytest.mark.django_db
@pytest.mark.parametrize("route", ROUTES)
def test_what_cannot_be_a_code_is_not_found(route: str, client: Client) -> None:
    for bad in BAD:
        for answer in (client.get(filled(route, bad)), client.post(filled(route, bad))):
            assert answer.status_code < 500
            assert answer.status_code == 404 or "%00" not in bad
