"""The gate knows what must be covered entirely and finds what is not."""

import pytest

from tools.coverage_gate import gaps, wanted

FULL: dict[str, list[object]] = {"missing_lines": [], "missing_branches": []}
PLACE = "src/hanse/trade/orders/operations/place.py"


@pytest.mark.parametrize(
    ("path", "entirely"),
    [
        ("src/hanse/kernel/money.py", True),
        ("src/hanse/value/books/queries.py", True),
        ("src/hanse/goods/stock/operations/post.py", True),
        ("src/hanse/trade/orders/rules.py", True),
        (PLACE, True),
        ("src/hanse/kernel/migrations/0001_initial.py", False),
        ("src/hanse/trade/orders/queries.py", False),
        ("src/hanse/interfaces/api/orders.py", False),
    ],
)
def test_it_knows_what_must_be_covered_entirely(path: str, entirely: bool) -> None:
    assert wanted(path) is entirely


def test_full_coverage_has_no_gaps() -> None:
    assert gaps({"files": {PLACE: FULL}}, [PLACE]) == []


@pytest.mark.parametrize("missing", [{"missing_lines": [3]}, {"missing_branches": [[3, 5]]}])
def test_a_line_or_branch_never_taken_is_a_gap(missing: dict[str, list[object]]) -> None:
    assert len(gaps({"files": {PLACE: {**FULL, **missing}}}, [PLACE])) == 1


def test_a_file_never_loaded_is_a_gap() -> None:
    assert len(gaps({"files": {}}, [PLACE])) == 1
