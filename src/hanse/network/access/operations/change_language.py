"""Change the language that a user reads."""

from datetime import datetime

from hanse.kernel import audit, once
from hanse.kernel.actor import Actor
from hanse.network.access import rules
from hanse.network.access.operations._own import own
from hanse.network.parties.rules import check_choice


@once.operation("network.change_language")
def change_language(*, key: str, at: datetime, by: Actor, user: str, language: str) -> str:
    """Remember the language that a user (code) prefers, which only that user may say, and return it."""
    found = own(user, by)
    before, found.language = found.language, check_choice(language, "language", rules.LANGUAGES)
    found.save(update_fields=["language"])
    audit.changed("user", found.code, {"language": before}, {"language": found.language})
    return found.language
