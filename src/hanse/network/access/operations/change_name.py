"""Change what a user is called."""

from datetime import datetime

from hanse.kernel import audit, once
from hanse.kernel.actor import Actor
from hanse.network.access.operations._own import own
from hanse.network.parties.rules import check_text


@once.operation("network.change_name")
def change_name(*, key: str, at: datetime, by: Actor, user: str, name: str) -> str:
    """Call a user (code) by another name, as only that user may say, and return the name."""
    found = own(user, by)
    before, found.name = found.name, check_text(name, "name", 100)
    found.save(update_fields=["name"])
    audit.changed("user", found.code, {"name": before}, {"name": found.name})
    return found.name
