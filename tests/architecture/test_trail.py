"""What is overwritten can be told later: an operation notes it, or it is said here why that is not needed."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2] / "src" / "hanse"
HISTORY = "the row itself says when and by whom, and what was before stays in rows or states of its own"
STOCK = "pieces and counters, each of whose changes is an entry of the stock or of the books"
APPROVAL = "an approval keeps every earlier round, and each of its changes of state is recorded"
PRIVATE = "what somebody keeps for themselves: its earlier values are nobody's business"
MACHINE = "what machines note about their own work; nobody decided anything"
ERASED = "what is forgotten is to be told by nobody"

REASONS = {
    "goods/offers/operations/_write_prices.py": HISTORY,
    "goods/offers/operations/end_presale.py": HISTORY,
    "goods/stock/operations/open_warehouse.py": HISTORY,
    "goods/stock/operations/post_stock_take.py": STOCK,
    "interfaces/cli/imports": MACHINE,
    "interfaces/console/kit/operations/set_preference.py": PRIVATE,
    "interfaces/jobs/works": MACHINE,
    "network/access/operations/accept_invitation.py": HISTORY,
    "network/access/operations/erase_user.py": ERASED,
    "network/access/operations/revoke_": HISTORY,
    "network/access/operations/use_key.py": MACHINE,
    "network/approvals": APPROVAL,
    "network/licences/operations/erase_papers.py": ERASED,
    "network/notices": PRIVATE,
    "network/parties/operations/accept_link.py": HISTORY,
    "network/parties/operations/close_link.py": HISTORY,
    "network/parties/operations/erase_party.py": ERASED,
    "network/parties/operations/invite_link.py": HISTORY,
    "network/webhooks/operations/record_attempt.py": MACHINE,
    "relations/content": HISTORY,
    "relations/invoices": PRIVATE,
    "relations/members": PRIVATE,
    "trade/aftersales/operations/return_goods.py": STOCK,
    "trade/changes/operations/decline_change.py": HISTORY,
    "trade/changes/operations/forget_places.py": ERASED,
    "trade/logistics": STOCK,
    "trade/orders": STOCK,
    "trade/promotions/operations/close_promotion.py": HISTORY,
    "trade/quotes": PRIVATE,
    "value/payments": MACHINE,
    "value/settlement/operations/note_asked.py": MACHINE,
}


def overwrites(path: Path) -> bool:
    """Say whether a module of operations overwrites fields of rows that are there."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            saves = node.func.attr == "save" and not any(word.arg == "force_insert" for word in node.keywords)
            rows = node.func.attr in {"update", "update_or_create", "bulk_update"} and "objects" in ast.unparse(node)
            if saves or rows:
                return True
    return False


def notes(path: Path) -> bool:
    """Say whether it notes what was before: in the audit trail, or in the history of terms."""
    text = path.read_text(encoding="utf-8")
    return "audit.changed(" in text or "TermsChange.objects.create(" in text


OPERATIONS = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.rglob("operations/*.py"))
WRITING = [name for name in OPERATIONS if overwrites(ROOT / name)]


def test_operations_are_found() -> None:
    assert len(OPERATIONS) > 150
    assert len(WRITING) > 50
    assert "network/access/operations/change_name.py" in WRITING


@pytest.mark.parametrize("name", WRITING)
def test_what_is_overwritten_is_noted(name: str) -> None:
    excused = any(name.startswith(part) for part in REASONS)
    assert notes(ROOT / name) or excused, "note it with kernel.audit.changed, or say in REASONS why not"


@pytest.mark.parametrize("part", REASONS)
def test_no_reason_outlives_what_it_was_for(part: str) -> None:
    assert any(name.startswith(part) and not notes(ROOT / name) for name in WRITING), "nothing needs this any more"
