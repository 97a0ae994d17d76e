"""Which invoice a buyer wants: checked, encrypted, and read by nobody upstream."""

from typing import Any

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from hanse.kernel.actor import ENGINE, STRANGER
from hanse.kernel.errors import MalformedInput
from hanse.network.parties.rules import Secret
from hanse.relations.invoices.operations.ask_invoice import ask_invoice
from hanse.relations.invoices.queries import latest_wish, wish_of
from hanse.relations.invoices.rules import LETTERS, WEIGHTS, Invoice, check_email, check_invoice, check_tax_number
from hanse.trade.orders.models import Checkout
from hanse.trade.orders.operations.cancel import cancel
from tests.trade.refusals import refused
from tests.trade.world import World

CODE = "91350100M000100Y43"
"""The example of GB 32100-2015."""
GIVEN = {"kind": "company", "title": "苏州某某有限公司", "tax_number": CODE, "email": "ann@example.com"}


@pytest.fixture
def chain(db: None) -> World:
    return World().found().three_tiers()


def ask(chain: World, checkout: str, who: Any = None, **said: str) -> Any:
    texts = {name: Secret(text) for name, text in (GIVEN | said).items() if name != "kind"}
    by = who or chain.actor("ann")
    return chain.call(ask_invoice, by=by, checkout=checkout, kind=(GIVEN | said)["kind"], **texts)


def test_only_buyer_first_seller_and_operators_read_it(chain: World) -> None:
    code = chain.deal("ann", {"tee@shop": 1}, "placed")
    pk = Checkout.objects.get(code=code).pk
    assert ask(chain, code) == code
    wish = Invoice("company", "苏州某某有限公司", CODE, "ann@example.com")
    for who in (chain.actor("ann"), chain.actor("shop"), ENGINE):
        assert wish_of(pk, who) == wish
    for who in (chain.actor("west"), chain.actor("factory"), chain.actor("rival"), STRANGER):
        assert wish_of(pk, who) is None
    assert latest_wish(chain.actor("ann")) == wish
    assert latest_wish(chain.actor("shop")) is None
    with connection.cursor() as cursor:
        cursor.execute("SELECT w::text || coalesce((SELECT string_agg(c::text, '') FROM kernel_claim c), '')"
                       " FROM relations_invoicewish w")  # fmt: skip
        (kept,) = cursor.fetchone()
    assert not any(text in kept for text in (CODE, "苏州某某", "ann@example.com"))


def test_it_is_said_anew_until_nothing_is_left_to_deliver(chain: World) -> None:
    code = chain.deal("ann", {"tee@shop": 1}, "placed")
    ask(chain, code)
    ask(chain, code, kind="personal", title="Ann", tax_number="")
    wish = Invoice("personal", "Ann", "", "ann@example.com")
    assert wish_of(Checkout.objects.get(code=code).pk, chain.actor("ann")) == wish
    chain.call(cancel, order=code)
    with refused("wrong_state"):
        ask(chain, code)


def test_only_the_buyer_asks(chain: World) -> None:
    code = chain.deal("ann", {"tee@shop": 1}, "placed")
    for stranger in ("shop", "rival"):
        with refused("not_found"):
            ask(chain, code, chain.actor(stranger))
    with refused("not_allowed"):
        ask(chain, code, chain.actor("ann", frozenset({"orders.see"})))


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("kind", {"kind": "special"}),
        ("title", {"title": " "}),
        ("tax_number", {"tax_number": "91350100M000100Y44"}),
        ("tax_number", {"tax_number": "91350100M000100I43"}),
        ("tax_number", {"tax_number": "9135"}),
        ("tax_number", {"tax_number": ""}),
        ("email", {"email": "ann"}),
        ("email", {"email": "ann@example"}),
        ("email", {"email": "a b@example.com"}),
    ],
)
def test_what_cannot_stand_on_an_invoice(field: str, said: dict[str, str]) -> None:
    with pytest.raises(MalformedInput) as refusal:
        check_invoice(**(GIVEN | said))
    assert refusal.value.details["field"] == field


def test_numbers_are_read_as_people_write_them() -> None:
    assert check_tax_number(" 9135 0100-m000100y43 ") == CODE
    assert check_tax_number("de 123456789") == "DE123456789"
    assert check_email("a.b+c@mail.example.co.uk") == "a.b+c@mail.example.co.uk"
    assert check_invoice("personal", "Ann", "nonsense", "a@example.com") == Invoice(
        "personal", "Ann", "", "a@example.com"
    )


@given(st.text(LETTERS, min_size=17, max_size=17), st.integers(0, 16), st.sampled_from(LETTERS))
def test_one_mistyped_character_is_noticed(body: str, place: int, letter: str) -> None:
    weighed = sum(LETTERS.index(one) * weight for one, weight in zip(body, WEIGHTS, strict=True))
    right = body + LETTERS[-weighed % 31]
    assert check_tax_number(right) == right
    wrong = right[:place] + letter + right[place + 1 :]
    if wrong != right and not (wrong[:2].isalpha() and len(wrong) <= 16):
        with pytest.raises(MalformedInput):
            check_tax_number(wrong)
