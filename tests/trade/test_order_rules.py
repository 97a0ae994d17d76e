"""Who is left with what, and what undoing pieces or giving back amounts takes: to the last unit."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanse.kernel import money
from hanse.trade.orders.rules import (
    Line,
    Paid,
    Share,
    Taken,
    after,
    both,
    give_back,
    results,
    share_out,
    take_amount,
    take_pieces,
    units_back,
    units_for,
)
from hanse.value.books.rules import AccountRef

ANN, SHOP, WEST, FACTORY, BOB, EVE, PLATFORM = 1, 11, 12, 13, 21, 22, 99


def whole(party: int, amount: int) -> Share:
    return Share(party, amount, amount)


def line(
    amount: int,
    quantity: int = 1,
    *,
    seller: int = SHOP,
    buyer: int = ANN,
    freight: int = 0,
    fee: int = 0,
    awards: tuple[Share, ...] = (),
    bearers: tuple[Share, ...] = (),
) -> Line:
    first = buyer == ANN
    parts = whole(seller, amount), whole(seller, freight), whole(seller, fee)
    return Line(seller, buyer, first, quantity, 0, *parts, awards, bearers)


def owed(found: dict[AccountRef, int]) -> dict[int, int]:
    return {account.holder: amount for account, amount in found.items()}


# results


def test_each_tier_earns_its_price_less_what_it_pays_upstream() -> None:
    lines = [line(20_000, fee=1_000), line(16_000, seller=WEST, buyer=SHOP), line(12_000, seller=FACTORY, buyer=WEST)]
    found = results(lines, PLATFORM, "CNY")
    assert owed(found) == {SHOP: 3_000, WEST: 4_000, FACTORY: 12_000, PLATFORM: 1_000}
    assert AccountRef(PLATFORM, "fee", "CNY") in found


def test_the_seller_pays_commission_and_gets_what_others_bear_of_its_discount() -> None:
    one = line(9_000, fee=450, awards=(whole(BOB, 720), whole(EVE, 180)), bearers=(whole(PLATFORM, 500),))
    found = {(account.holder, account.purpose): n for account, n in results([one], PLATFORM, "CNY").items()}
    assert found == {
        (SHOP, "owed"): 8_150,
        (BOB, "owed"): 720,
        (EVE, "owed"): 180,
        (PLATFORM, "fee"): 450,
        (PLATFORM, "owed"): -500,
    }


def test_who_breaks_even_is_not_named() -> None:
    assert owed(results([line(100), line(100, seller=WEST, buyer=SHOP)], PLATFORM, "CNY")) == {WEST: 100}


def test_what_was_taken_back_is_nobodys() -> None:
    one = line(10_000, 4, fee=500)
    rest = after(one, take_pieces(one, 1, with_freight=True))
    assert owed(results([rest], PLATFORM, "CNY")) == {SHOP: 7_125, PLATFORM: 375}


amounts = st.integers(0, 10**12)


@st.composite
def shares(draw: st.DrawFn, parties: tuple[int, ...], most: int) -> tuple[Share, ...]:
    return tuple(whole(draw(st.sampled_from(parties)), draw(amounts)) for _ in range(draw(st.integers(0, most))))


@st.composite
def whole_lines(draw: st.DrawFn, seller: int = SHOP, buyer: int = ANN) -> Line:
    """Draw a line of which nothing was taken back yet."""
    return line(
        draw(amounts),
        draw(st.integers(1, 30)),
        seller=seller,
        buyer=buyer,
        freight=draw(amounts),
        fee=draw(amounts),
        awards=draw(shares((BOB, EVE), 3)),
        bearers=draw(shares((PLATFORM, WEST), 3)),
    )


@st.composite
def partly_left(draw: st.DrawFn, seller: int, buyer: int) -> Line:
    """Draw a line of which any part of anything is left."""
    found = draw(whole_lines(seller, buyer))

    def less(share: Share) -> Share:
        return replace(share, left=draw(st.integers(0, share.booked)))

    return replace(
        found,
        amount=less(found.amount),
        freight=less(found.freight),
        fee=less(found.fee),
        awards=tuple(map(less, found.awards)),
        bearers=tuple(map(less, found.bearers)),
    )


@given(st.lists(st.one_of(*(partly_left(s, b) for s, b in [(SHOP, ANN), (WEST, SHOP), (FACTORY, WEST)])), max_size=9))
def test_the_results_always_sum_to_what_the_buyer_pays(lines: list[Line]) -> None:
    paid = sum(one.amount.left + one.freight.left for one in lines if one.first)
    found = results(lines, PLATFORM, "CNY")
    assert sum(found.values()) == paid
    assert 0 not in found.values()


# undoing pieces


def test_the_kth_piece_takes_back_the_kth_share() -> None:
    one = line(100, 3, freight=10, fee=5, awards=(whole(BOB, 8),), bearers=(whole(PLATFORM, 7),))
    taken = []
    for _ in range(3):
        taken.append(take_pieces(one, 1, with_freight=True))
        one = replace(after(one, taken[-1]), reversed=one.reversed + 1)
    assert taken == [
        Taken(34, 4, 2, (3,), (3,)),
        Taken(33, 3, 2, (3,), (2,)),
        Taken(33, 3, 1, (2,), (2,)),
    ]


@given(whole_lines(), st.data())
def test_pieces_in_any_grouping_take_back_exactly_what_was_booked(one: Line, data: st.DataObject) -> None:
    booked, taken = one, Taken(0, 0, 0, (0,) * len(one.awards), (0,) * len(one.bearers))
    while one.reversed < one.quantity:
        pieces = data.draw(st.integers(1, one.quantity - one.reversed), label="pieces")
        step = take_pieces(one, pieces, with_freight=True)
        one = replace(after(one, step), reversed=one.reversed + pieces)
        taken = both(taken, step)
    assert taken == Taken(
        booked.amount.booked,
        booked.freight.booked,
        booked.fee.booked,
        tuple(award.booked for award in booked.awards),
        tuple(bearer.booked for bearer in booked.bearers),
    )


@given(whole_lines(), st.data())
def test_freight_that_is_not_given_back_stays(one: Line, data: st.DataObject) -> None:
    """Some pieces come back with their freight, others without: each freight share goes back once or never."""
    shares_ = money.split(one.freight.booked, [1] * one.quantity)
    expected = 0
    while one.reversed < one.quantity:
        with_freight = data.draw(st.booleans())
        step = take_pieces(one, 1, with_freight=with_freight)
        expected += shares_[one.reversed] if with_freight else 0
        one = replace(after(one, step), reversed=one.reversed + 1)
    assert one.freight.booked - one.freight.left == expected


@given(whole_lines(), st.data())
def test_amounts_and_pieces_in_any_order_never_take_more_than_there_is(one: Line, data: st.DataObject) -> None:
    while one.reversed < one.quantity:
        if data.draw(st.booleans(), label="an amount") and one.amount.left:
            step = take_amount(one, data.draw(st.integers(1, one.amount.left), label="amount"))
            one = after(one, step)
        else:
            pieces = data.draw(st.integers(1, one.quantity - one.reversed), label="pieces")
            step = take_pieces(one, pieces, with_freight=True)
            one = replace(after(one, step), reversed=one.reversed + pieces)
        every = (one.amount, one.freight, one.fee, *one.awards, *one.bearers)
        assert all(0 <= part.left <= part.booked for part in every)
    assert [one.amount.left, one.fee.left] == [0, 0]
    assert not any(part.left for part in (*one.awards, *one.bearers))


def test_a_line_on_which_nothing_is_left_has_no_fee_left() -> None:
    """After an amount took most of it, an early piece takes all of the rest, and what was earned on it."""
    one = line(100, 4, fee=10, awards=(whole(BOB, 10),))
    one = after(one, take_amount(one, 80))
    assert take_pieces(one, 1, with_freight=True) == Taken(20, 0, 2, (2,), ())


# giving back amounts


def test_an_amount_takes_the_rest_in_proportion() -> None:
    one = line(10_000, 3, freight=900, fee=500, awards=(whole(BOB, 800),), bearers=(whole(PLATFORM, 1_000),))
    assert take_amount(one, 2_500) == Taken(2_500, 0, 125, (200,), (250,))


def test_no_amount_takes_nothing() -> None:
    one = line(0, fee=0, awards=(whole(BOB, 8),), bearers=(whole(PLATFORM, 1),))
    assert take_amount(one, 0) == Taken(0, 0, 0, (0,), (0,))


@given(whole_lines(), st.data())
def test_amounts_in_any_parts_take_back_all_but_the_freight(one: Line, data: st.DataObject) -> None:
    for weight in data.draw(st.lists(st.integers(1, 9), max_size=6)):
        if one.amount.left:
            one = after(one, take_amount(one, max(1, one.amount.left * weight // 10)))
    one = after(one, take_amount(one, one.amount.left))
    if one.amount.booked:
        assert not any(part.left for part in (one.fee, *one.awards, *one.bearers))
    assert one.freight.left == one.freight.booked


@given(st.lists(st.integers(0, 10**12), min_size=1, max_size=9), st.data())
def test_an_amount_is_shared_by_what_is_left_and_never_above_it(left: list[int], data: st.DataObject) -> None:
    amount = data.draw(st.integers(0, sum(left)))
    found = share_out(amount, left)
    assert sum(found) == amount
    assert all(0 <= share <= there for share, there in zip(found, left, strict=True))


# two steps of one refund


def test_two_steps_add_up_and_one_alone_is_itself() -> None:
    one, other = Taken(1, 2, 3, (4, 5), (6,)), Taken(10, 20, 30, (40, 50), (60,))
    assert both(one, other) == Taken(11, 22, 33, (44, 55), (66,))
    assert both(one, None) == both(None, one) == one
    with pytest.raises(ValueError, match="nothing"):
        both(None, None)


# the way back


def test_unpaid_credit_goes_first_then_the_latest_payment() -> None:
    paid = [Paid(1, False, 100), Paid(2, True, 40), Paid(3, False, 30), Paid(4, True, 20)]
    assert give_back(50, paid) == [(2, 40), (4, 10)]
    assert give_back(100, paid) == [(2, 40), (4, 20), (3, 30), (1, 10)]
    assert give_back(0, paid) == []


def test_nothing_is_given_back_that_was_not_paid() -> None:
    with pytest.raises(ValueError, match="more is given back"):
        give_back(101, [Paid(1, False, 100)])


paid_lists = st.lists(st.tuples(st.booleans(), st.integers(0, 10**6)), max_size=8)


@given(paid_lists, st.data())
def test_whatever_goes_back_was_paid_that_way(tenders: list[tuple[bool, int]], data: st.DataObject) -> None:
    paid = [Paid(n, credit, left) for n, (credit, left) in enumerate(tenders)]
    amount = data.draw(st.integers(0, sum(one.left for one in paid)))
    spread = give_back(amount, paid)
    assert sum(part for _tender, part in spread) == amount
    assert all(0 < part <= paid[tender].left for tender, part in spread)
    cash = sum(part for tender, part in spread if not paid[tender].credit)
    assert cash == max(0, amount - sum(one.left for one in paid if one.credit)), "no cash for what was never paid"


@pytest.mark.parametrize(
    ("amounts", "worths", "units"),
    [
        ([100], [10], [10]),
        ([10_005, 3_335], [10, 10], [1_001, 333]),
        ([10, 100, 20], [10, 1, 10], [1, 100, 2]),
    ],
)
def test_points_that_pay_several_amounts(amounts: list[int], worths: list[int], units: list[int]) -> None:
    assert units_for(amounts, worths) == units


@pytest.mark.parametrize(
    ("amounts", "worths"), [([15], [10]), ([5, 5], [10, 10]), ([5, 5], [10, 5]), ([105, 15], [10, 30])]
)
def test_parts_of_points_are_none(amounts: list[int], worths: list[int]) -> None:
    with pytest.raises(ValueError, match="point"):
        units_for(amounts, worths)


@given(st.integers(1, 10**6), st.integers(1, 10**6), st.data())
def test_points_go_back_exactly_in_any_parts(units: int, value: int, data: st.DataObject) -> None:
    amount = data.draw(st.one_of(st.just(units * value), st.integers(1, 10**9)))
    refunded = 0
    back: list[int] = []
    while refunded < amount:
        part = data.draw(st.integers(1, amount - refunded)) if len(back) < 9 else amount - refunded
        back.append(units_back(units, amount, refunded, part))
        refunded += part
    assert sum(back) == units
    assert min(back) >= 0
