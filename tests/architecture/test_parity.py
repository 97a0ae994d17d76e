"""What people do in pages, programs do over the API: each operation that a page calls, the API calls too."""

import ast
from pathlib import Path

import hanse.interfaces

FACES = Path(hanse.interfaces.__file__).parent
PAGES = ("console", "storefront", "accounts", "web")

ONLY_IN_PAGES = {
    "interfaces.accounts.operations.end_sign_in": "ends what only a person has: passkeys and second steps",
    "interfaces.console.kit.operations.keep_pictures": "POST /pictures keeps them by the same function",
    "interfaces.console.kit.operations.set_preference": "which views of a list a person keeps belongs to the list",
    "network.access.operations.accept_invitation": "whoever accepts must be present and signed in",
    "network.access.operations.change_language": "the language of a program is in its request",
    "network.access.operations.change_name": "one's own account is changed by oneself, signed in",
    "network.access.operations.change_password": "one's own account is changed by oneself, signed in",
    "network.access.operations.change_sign_in": "one's own account is changed by oneself, signed in",
    "network.access.operations.invite": "POST /invitations calls the function that also sends the message",
    "network.access.operations.sign_up": "a program acts for somebody who has an account",
    "relations.privacy.operations.close_account": "one's own account is closed by oneself, signed in",
    "relations.privacy.operations.note_copy": "the copy of what we hold is for the person, signed in",
    "trade.quotes.operations.empty_basket": "PUT /basket/{offer} with 0 takes each line out",
    "trade.quotes.operations.merge_basket": "a stranger's basket lies in the browser",
}
"""What only pages do, and why."""


def called(*folders: str) -> set[str]:
    """Return the modules of operations that anything in these folders imports."""
    found = set()
    for folder in folders:
        for path in (FACES / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ImportFrom) and node.module and ".operations." in node.module:
                    found.add(node.module.removeprefix("hanse."))
    return found


def test_everything_that_pages_do_the_api_does_too() -> None:
    assert sorted(called(*PAGES) - called("api") - set(ONLY_IN_PAGES)) == []


def test_no_exception_outlives_its_reason() -> None:
    assert sorted(set(ONLY_IN_PAGES) - (called(*PAGES) - called("api"))) == []


def test_operations_are_found_at_all() -> None:
    assert "trade.orders.operations.place" in called("api") & called("storefront")
