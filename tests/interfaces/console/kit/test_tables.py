"""Tables beside a detail are leafed through, by a key or by counting, wherever the address says one is."""

from typing import Any

from django.http import QueryDict

from hanse.interfaces.console.kit.cells import Column
from hanse.interfaces.console.kit.tables import MOST, Shown, Table, shown

LAST = 250


def numbers(_desk: Any, _thing: Any, after: int) -> list[int]:
    """Return what follows a number, at most a page and one more."""
    return list(range(after + 1, LAST + 1))[: MOST + 1]


KEYED = Table("keyed", (Column("n", "self"),), numbers, key=lambda row: int(row))
COUNTED = Table("counted", (Column("n", "self"),), lambda _desk, _thing: range(1, LAST + 1))
BARE = Table("bare", (Column("n", "self"),), lambda _desk, _thing: ())
DESK: Any = None


def seen(table: Shown) -> tuple[str, str]:
    return table.rows[0].cells[0].html, table.rows[-1].cells[0].html


def test_pages_follow_each_other_without_gap_or_overlap() -> None:
    for place in (0, 1):
        query, found = "", []
        for _page in range(3):
            one = shown((KEYED, COUNTED), DESK, None, QueryDict(query))[place]
            found.append(seen(one))
            assert bool(one.back) == (_page > 0)
            query = one.further.removeprefix("?")
        assert found == [("1", "100"), ("101", "200"), ("201", "250")], place
        assert query == ""


def test_one_table_is_leafed_through_and_the_others_stay_where_they_are() -> None:
    first, second = shown((KEYED, COUNTED), DESK, None, QueryDict("q=x&t0=100&t1=200"))
    assert (seen(first)[0], seen(second)[0]) == ("101", "201")
    assert first.further == "?q=x&t1=200&t0=200"
    assert first.back == "?q=x&t1=200"
    assert second.further == ""


def test_what_an_address_says_wrong_does_no_harm() -> None:
    for odd in ("t0=-1", "t0=x", "t0=" + "9" * 40, "t0=%00", "t0=１"):
        (table,) = shown((KEYED,), DESK, None, QueryDict(odd))
        assert seen(table) == ("1", "100"), odd
    (beyond,) = shown((COUNTED,), DESK, None, QueryDict("t0=9999"))
    assert beyond.rows == []
    assert beyond.back == "?"
    assert shown((BARE,), DESK, None, QueryDict("")) == []
