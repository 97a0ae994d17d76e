"""Finding anything by a word or a code, and what a phone keeps at hand."""

import re

import pytest

from hanse.trade.orders.models import Order
from tests.interfaces.web.faces import Mall, text


def found(page: str) -> list[str]:
    """Return the headings under which something was found."""
    return [re.sub(r"<[^>]+>", "", head).strip() for head in re.findall(r"<h2>(<svg.*?)</h2>", page)]


def test_a_word_is_looked_for_in_every_list(mall: Mall) -> None:
    mall.ordered()
    page = text(mall.client("factory").get("/console/find/?q=cotton"))
    assert {"Goods", "Offers"} <= set(found(page))
    assert "Cotton tee" in page


def test_a_code_leads_straight_to_what_bears_it(mall: Mall) -> None:
    mall.ordered()
    order = Order.objects.get(seller__slug="shop")
    answer = mall.client("shop").get(f"/console/find/?q={order.code.lower()}")
    assert answer.status_code == 302
    assert answer.headers["Location"].endswith(f"/{order.code}/")


def test_nobody_finds_what_belongs_to_others(mall: Mall) -> None:
    mall.ordered()
    order = Order.objects.get(seller__slug="shop")
    for who, asked in (("factory", order.code), ("shop", "tee@factory"), ("factory", "ann@example.com")):
        page = text(mall.client(who).get("/console/find/", {"q": asked}))
        assert found(page) == []
        assert "Nothing has this name or number" in page


@pytest.mark.parametrize("asked", ["", "c", "%00", "x" * 500, "'\"><script>"])
def test_odd_words_find_nothing_and_break_nothing(mall: Mall, asked: str) -> None:
    answer = mall.client("factory").get("/console/find/", {"q": asked})
    assert answer.status_code == 200
    assert "<script>" not in text(answer).split("<main")[1].split("</main>")[0]
    assert found(text(answer)) == []


@pytest.mark.parametrize(
    ("who", "said"),
    [
        ("factory", ["Overview", "Sales", "Offers", "Money"]),
        ("operator", ["Overview", "Approvals", "All orders", "Money"]),
    ],
)
def test_a_phone_keeps_four_pages_at_hand_and_all_others_one_touch_away(mall: Mall, who: str, said: list[str]) -> None:
    page = text(mall.client(who).get("/console/"))
    bar = page.split('class="tabs"')[1].split("</nav>")[0]
    assert [label.strip() for label in re.findall(r"</svg>([^<]+)</a>", bar)] == [*said, "All pages"]
    assert 'href="#pages"' in bar
    assert 'id="pages"' in page
