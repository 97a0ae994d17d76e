"""A party changes where it is told facts, or which."""

from collections.abc import Collection, Sequence
from datetime import datetime

from hanse.kernel import audit, once
from hanse.kernel.actor import Actor
from hanse.network.webhooks import rules
from hanse.network.webhooks.operations._own import own_endpoint


@once.operation("webhooks.change_endpoint")
def change_endpoint(
    *,
    key: str,
    at: datetime,
    by: Actor,
    endpoint: str,
    known: Collection[str],
    url: str | None = None,
    facts: Sequence[str] | None = None,
    plain: bool = False,
) -> str:
    """Change the address or the facts of an endpoint from now on and return its code; what is not said stays."""
    found = own_endpoint(endpoint, by)
    before = {"url": found.url, "facts": list(found.facts)}
    if url is not None:
        found.url = rules.check_url(url, plain=plain)
    if facts is not None:
        found.facts = rules.check_facts(facts, known)
    found.save(update_fields=["url", "facts"])
    audit.changed("endpoint", found.code, before, {"url": found.url, "facts": list(found.facts)})
    return found.code
