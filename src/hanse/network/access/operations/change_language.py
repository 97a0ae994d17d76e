"""Change the language that a user reads."""

from datetime import datetime

from hanse.kernel import once
from hanse.kernel.actor import Actor
from hanse.kernel.errors import NotAllowed
from hanse.network.access import queries, rules
from hanse.network.parties.rules import check_choice


@once.operation("network.change_language")
def change_language(*, key: str, at: datetime, by: Actor, user: str, language: str) -> str:
    """Remember the language that a user (code) prefers, which only that user may say, and return it."""
    found = queries.user(user)
    if found.pk != by.user and not by.operates:
        raise NotAllowed(user=user)
    found.language = check_choice(language, "language", rules.LANGUAGES)
    found.save(update_fields=["language"])
    return found.language
