"""What is kept about a person, gathered for that person: as data to take elsewhere, as a page to read, with files."""

import json
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from django.apps import apps
from django.db.models import Model, Q
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from hanse.kernel.actor import Actor
from hanse.network.access.models import User
from hanse.network.access.queries import actor_for
from hanse.network.parties.models import Paper, Party
from hanse.relations.privacy.queries import own_parties

SECRETS = frozenset({"password", "digest", "content", "fingerprint", "token", "key"})
"""What only machines know, and files, which lie beside."""
Rows = list[dict[str, Any]]


def gathered(user: User, at: datetime) -> dict[str, Any]:
    """Return everything that is kept about a user, by kinds of things.

    Every table that belongs to the user or to a party that is the user, and that such a person may read, is here
    without having to be named; what belongs to a business is the business's.
    """
    found: dict[str, Rows] = {}
    parties: list[Party | None] = [*own_parties(user)]
    for party in parties or [None]:
        actor = actor_for(user, party.code) if party else actor_for(user)
        for model, rows in _tables(user, party, actor):
            found.setdefault(model._meta.model_name or "", []).extend(_plain(row) for row in rows)
    return {
        "at": at.isoformat(),
        "user": [_plain(user)],
        "sessions": [
            {"ip": one.ip, "browser": one.user_agent, "at": one.created_at.isoformat()} for one in _sessions(user)
        ],
        "second_steps": [
            {"kind": one.type, "at": one.created_at.isoformat()}
            for one in user.authenticator_set.order_by("pk")  # type: ignore[attr-defined]
        ],
        **{name: rows for name, rows in sorted(found.items()) if rows and name != "user"},
    }


def _sessions(user: User) -> Any:
    return user.usersession_set.order_by("pk")  # type: ignore[attr-defined]


def _tables(user: User, party: Party | None, actor: Actor) -> Iterator[tuple[type[Model], Any]]:
    """Yield every table of ours with the rows that are the person's and that the person may see."""
    for model in apps.get_models():
        rows: Any = getattr(getattr(model, "objects", None), "all", dict)()
        if not model.__module__.startswith("hanse.") or not hasattr(rows, "visible_to"):
            continue
        mine = _mine(model, user, party)
        if mine:
            yield model, rows.visible_to(actor).filter(mine).order_by("pk")


def _mine(model: type[Model], user: User, party: Party | None) -> Q:
    """Return the condition that a row is the person's: the row itself, or one that points at it."""
    if model is Party:
        return Q(pk=party.pk) if party else Q()
    wanted = Q()
    for field in model._meta.concrete_fields:
        target = field.related_model
        if target is User:
            wanted |= Q(**{field.name: user})
        elif target is Party and party is not None and field.name not in ("seller", "upstream", "downstream", "bearer"):
            wanted |= Q(**{field.name: party})
        elif target is not None and field.name == "checkout" and party is not None:
            wanted |= Q(checkout__buyer=party)
    return wanted


def _plain(row: Model) -> dict[str, Any]:
    """Return a row as data: other things by their codes, nothing that is secret."""
    said: dict[str, Any] = {}
    for field in row._meta.concrete_fields:
        if field.primary_key or field.name in SECRETS:
            continue
        value = getattr(row, field.name)
        if isinstance(value, Model):
            value = getattr(value, "code", None) or str(value)
        said[field.name] = value if isinstance(value, str | int | bool | list | dict) or value is None else str(value)
    return said


def packed(user: User, at: datetime) -> bytes:
    """Return all of it as a ZIP: data.json, a page to read, and the files that were uploaded."""
    held = gathered(user, at)
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        archive.writestr("data.json", json.dumps(held, ensure_ascii=False, indent=2))
        sections = [(name, rows) for name, rows in held.items() if isinstance(rows, list)]
        page = render_to_string(
            "accounts/held.html", {"sections": sections, "at": at, "title": _("What we keep about you")}
        )
        archive.writestr("index.html", page)
        for party in own_parties(user):
            for paper in Paper.objects.visible_to(actor_for(user, party.code)).filter(party=party).order_by("pk"):
                archive.writestr(f"files/{paper.code}-{paper.name}", paper.content)
    return file.getvalue()
