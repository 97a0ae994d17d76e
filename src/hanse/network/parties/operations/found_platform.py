"""Found the platform's own party, once."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from hanse.kernel import once
from hanse.kernel.actor import OPERATE, Actor
from hanse.network.parties import rules
from hanse.network.parties.models import Party
from hanse.network.parties.operations._insert import NewParty, PlatformExists, SlugTaken, insert


@once.operation("network.found_platform")
def found_platform(
    *,
    key: str,
    at: datetime,
    by: Actor,
    name: str = "平台",
    name_en: str = "Platform",
    terms: Mapping[str, Any] | None = None,
) -> str:
    """Return the code of the platform's own party, founding it if there is none; an existing one stays as it is."""
    by.require(OPERATE)
    if code := _found():
        return code
    new = NewParty(kind=rules.PLATFORM, name=name, name_en=name_en, slug="platform", terms=dict(terms or {}))
    try:
        (code,) = insert([new], at=at, by=by, active=True)
    except (PlatformExists, SlugTaken):
        # Somebody founded it at the same moment, or another party has its short name.
        code = _found()
        if not code:
            raise
    return code


def _found() -> str:
    return Party.objects.filter(kind=rules.PLATFORM).values_list("code", flat=True).first() or ""
