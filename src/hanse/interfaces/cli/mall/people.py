"""Who trades in the demo mall: the platform, its parties, the links between them and the people who sign in."""

import os
import secrets
from collections.abc import Callable
from datetime import datetime
from functools import partial

from django.conf import settings

from hanse.config import places
from hanse.interfaces.cli.mall import book
from hanse.kernel.actor import ENGINE
from hanse.network.access.operations.create_user import create_user
from hanse.network.access.operations.grant_role import grant_role
from hanse.network.parties.operations.found_platform import found_platform
from hanse.network.parties.operations.open_link import open_link
from hanse.network.parties.operations.register_party import register_party
from hanse.network.parties.rules import Secret, read_terms


def password() -> str:
    """Return the password of all demo accounts: HANSE_DEMO_PASSWORD or a made one, kept in `var/` from then on."""
    kept = places.var() / f"demo-password-{settings.DATABASES['default']['NAME']}"
    if not kept.exists():
        kept.touch(mode=0o600)
        kept.write_text(os.environ.get("HANSE_DEMO_PASSWORD") or f"hanse-{secrets.token_hex(4)}", encoding="utf-8")
    return kept.read_text(encoding="utf-8").strip()


def accounts() -> list[tuple[str, ...]]:
    """Return who can sign in: role, e-mail, password, page."""
    secret = password()
    return [(row["role"], row["sign_in"], secret, row["page"]) for row in book.trade()["staff"]]


def steps(at: datetime) -> list[Callable[[], object]]:
    """Return everything to be done, in order; each step may be done again without effect."""
    return [partial(_platform, at), *_parties(at), *_links(at), *_staff(at)]


def _platform(at: datetime) -> None:
    row = book.trade()["platform"]
    terms = read_terms(row["terms"], book.CURRENCY)
    found_platform(key="mall", at=at, by=ENGINE, name=row["name"], name_en=row["name_en"], terms=terms)


def _parties(at: datetime) -> list[Callable[[], object]]:
    def register(row: dict[str, str]) -> str:
        return register_party(
            key=f"mall:{row['slug']}", at=at, by=ENGINE, kind=row["kind"], name=row["name"],
            name_en=row.get("name_en", ""), slug=row["slug"], region=row["region"],
        )  # fmt: skip

    return [partial(register, row) for row in book.trade()["parties"]]


def _links(at: datetime) -> list[Callable[[], object]]:
    rows = [("supply", *row) for row in book.trade()["supplies"]]
    rows += [("promotes", *row, {}) for row in book.trade()["promotes"]]

    def open_one(kind: str, up: str, down: str, terms: dict[str, object]) -> int:
        return open_link(
            key=f"mall:{kind}:{up}:{down}", at=at, by=ENGINE, kind=kind, upstream=up, downstream=down,
            terms=read_terms(terms, book.CURRENCY),
        )  # fmt: skip

    return [partial(open_one, *row) for row in rows]


def _staff(at: datetime) -> list[Callable[[], object]]:
    def employ(row: dict[str, str]) -> None:
        name = row["sign_in"]
        user = create_user(
            key=f"mall:{name}", at=at, by=ENGINE, name=row["name"], password=Secret(password()), email=name,
            language=row["language"],
        )  # fmt: skip
        for role in row["roles"]:
            grant_role(key=f"mall:{name}:{role}", at=at, by=ENGINE, user=user, party=row["party"], role=role)

    return [partial(employ, row) for row in book.trade()["staff"]]
