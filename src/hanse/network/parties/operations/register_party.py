"""Register one party."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from hanse.kernel import events, once
from hanse.kernel.actor import Actor
from hanse.network.parties.operations._insert import NewParty, insert

PERMISSION = "parties.register"


@once.operation("network.register_party")
def register_party(
    *,
    key: str,
    at: datetime,
    by: Actor,
    kind: str,
    name: str,
    name_en: str = "",
    slug: str | None = None,
    region: str = "",
    terms: Mapping[str, Any] | None = None,
    active: bool = True,
) -> str:
    """Register a party and return its code; one that is not `active` waits for its application to be approved."""
    by.require(PERMISSION)
    new = NewParty(kind=kind, name=name, name_en=name_en, slug=slug, region=region, terms=dict(terms or {}))
    (code,) = insert([new], at=at, by=by, active=active)
    events.announce("party.registered", party=code, kind=kind)
    return code
