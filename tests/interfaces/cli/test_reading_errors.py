"""Everything that can be wrong with a scenario file is told with its file, its line and what was expected."""

from pathlib import Path

import pytest

from hanse.interfaces.cli.scenario import reader

BASE = """scenario: s
parties:
  factory: {kind: supplier}
  shop: {kind: retailer}
  ann: {kind: consumer}
goods:
  tee: {by: factory, stock: 9}
offers:
  tee@factory: {price: 60.00}
  tee@shop: {source: tee@factory, price: 100.00}
steps:
  - {place: o1, buyer: ann, lines: {tee@shop: 1}}
"""
LINE = BASE.count("\n") + 1

STEPS = (
    "quote, place, pay, open_payment, notice, ask_change, agree, decline, take_back, cancel, ship, receive, refund, "
    "restock, list, presale, end_presale, promote, end_promotion, "
    "change, open_link, close_link, suspend, resume, withdraw, payout_returned, wait, until, expect, race"
)
RACERS = (
    "place, pay, notice, agree, decline, take_back, cancel, ship, receive, refund, restock, list, presale, "
    "end_presale, end_promotion, change, open_link, close_link, "
    "suspend, resume, withdraw, payout_returned"
)
TERMS = (
    "platform_fee, hold, auto_receive, return_window, settlement, pay, limit, period, level, point_value, advance, "
    "urgent_fee, ship_within, sender"
)
OFFER_KEYS = "source, price, prices, for, levels, fulfil, resale, commission, freight, audience, currency, terms"
EXPECT_KEYS = (
    "status, legs, held, owed, paid_out, earned, pending, refunded, refund_due, credit_used, wallet, points, stock, "
    "books"
)
CYCLE = "{every: day}, {every: week}, {every: month}, {days: [15, 31]} or none"
DURATION = "a duration of at most ten years such as 15m, 12h, 7d or 1d12h"
MOMENT = "a moment such as 2026-03-01T10:00:00+08:00, or a date"
PERCENT = "a percentage from 0% to 100% such as 5% or 3.35%"
AMOUNT = "an amount in CNY such as 12.30"
NAME = "a name (1 to 80 visible characters without @ and blanks)"
PARTIES = "the name of a party (platform, factory, shop, ann)"
OFFERS = "the name of an offer (tee@factory, tee@shop)"
CODE = "any, or a code such as out_of_stock"


def problems(text: str | bytes) -> list[str]:
    """Read a file that is wrong and return what is said about it."""
    with pytest.raises(reader.MalformedScenario) as refused:
        reader.read(text.encode() if isinstance(text, str) else text, "x.yaml")
    assert str(refused.value) == "\n".join(map(str, refused.value.problems))
    return str(refused.value).split("\n")


def said(*messages: str) -> list[str]:
    return [f"x.yaml:{LINE}: expected {message}" for message in messages]


@pytest.mark.parametrize(
    ("step", "messages"),
    [
        ("pay: o2", ["the name of an order placed before (o1), got 'o2'"]),
        ("pay: [o1]", ["the name of an order placed before, got a list"]),
        ("pay:", ["the name of an order placed before, got nothing"]),
        ("{pay: o1, amount: 12.345}", [f"{AMOUNT}, got '12.345'"]),
        ("{pay: o1, amount: 1e3}", [f"{AMOUNT}, got '1e3'"]),
        ("{pay: o1, amount: 1_000.00}", [f"{AMOUNT}, got '1_000.00'"]),
        ("{pay: o1, amount: .50}", [f"{AMOUNT}, got '.50'"]),
        ("{pay: o1, amount: -1.00}", [f"{AMOUNT}, got '-1.00'"]),
        ("{pay: o1, amount: 92233720368547758.08}", [f"{AMOUNT}, got '92233720368547758.08'"]),
        ('{pay: o1, amount: "12,30"}', [f"{AMOUNT}, got '12,30'"]),
        ("{pay: o1, amount: {ann: 1.00}}", [f"{AMOUNT}, got a mapping"]),
        ("{pay: o1, amuont: 12}", ["a key of a pay step (pay, with, amount, by, key, refused), got 'amuont'"]),
        ("{pay: o1, with: card}", ["one of outside, wallet, credit, points, got 'card'"]),
        ("{pay: o1, refused: Out-Of-Stock}", [f"{CODE}, got 'Out-Of-Stock'"]),
        ("{pay: o1, by: bob}", [f"{PARTIES}, got 'bob'"]),
        ("{pya: o1}", [f"a step (one of {STEPS}), got the keys pya"]),
        ("pay", [f"a step (a mapping that begins with one of {STEPS}), got 'pay'"]),
        ("{}", [f"a step (one of {STEPS}), got an empty mapping"]),
        ("{[pay]: o1}", [f"a step (one of {STEPS}), got an empty mapping", "a key, got a list"]),
        ("wait: 5 days", [f"{DURATION}, got '5 days'"]),
        ("wait: 9999999999w", [f"{DURATION}, got '9999999999w'"]),
        ("wait: 3661d", [f"{DURATION}, got '3661d'"]),
        ("{wait: 1d, refused: any}", ["a wait step without refused, got one with it"]),
        ("{expect: {held: 0.00}, refused: any}", ["an expect step without refused, got one with it"]),
        ("{wait: 1d, extra: 1}", ["a key of a wait step (wait, by, key, refused), got 'extra'"]),
        (
            "until: 2025-12-31",
            ["a moment not before 2026-01-01T09:00:00+08:00, which the clock shows then, got '2025-12-31'"],
        ),
        ("until: 2026-02-30", [f"{MOMENT}, got '2026-02-30'"]),
        ("until: 2026-03-01T25:00:00", [f"{MOMENT}, got '2026-03-01T25:00:00'"]),
        ("until: 20260301", [f"{MOMENT}, got '20260301'"]),
        ("until: 9999-12-31", [f"{MOMENT}, got '9999-12-31'"]),
        ("{refund: o1, lines: {tee@shop: 1}, amount: 1.00}", ["lines or an amount to refund, got both"]),
        ("{refund: o1, fault: nobody}", ["one of buyer, seller, upstream, carrier, got 'nobody'"]),
        ("{refund: o1, goods: lost}", ["one of returned, kept, got 'lost'"]),
        ("{refund: o1, lines: {tee@nobody: 1}}", [f"{OFFERS}, got 'tee@nobody'"]),
        ("{ship: o1, lines: tee@shop}", ["a mapping of names to numbers of pieces, got 'tee@shop'"]),
        ("{place: o1, buyer: ann, lines: {tee@shop: 1}}", ["a new name of an order, got 'o1', which exists"]),
        ("{place: a@b, buyer: ann, lines: {tee@shop: 1}}", [f"{NAME}, got 'a@b'"]),
        (
            "place: o2",
            ["the key buyer in a place step, got only place", "the key lines in a place step, got only place"],
        ),
        ("{place: o2, buyer: ann, lines: {tee@shop: 1.5}}", ["a whole number of pieces, got '1.5'"]),
        (
            "{place: o2, buyer: ann, lines: {tee@shop: 1, tee@shop: 2}}",
            [f"each key once, got 'tee@shop' again (first in line {LINE})"],
        ),
        (
            "{place: o2, buyer: ann, lines: {tee@shop: 1}, seen: q}",
            ["the name of a quote asked for before (there is none), got 'q'"],
        ),
        ("restock: {tee@factory: many}", ["a whole number of pieces, got 'many'"]),
        ("restock: {tee: 1}", ["goods@party, such as tee@shop, got 'tee'"]),
        ("withdraw: {bob: 1.00, ann: -1}", [f"{PARTIES}, got 'bob'", f"{AMOUNT}, got '-1'"]),
        (
            "{open_payment: p, amount: x}",
            ["the key order in an open_payment step, got only open_payment, amount", f"{AMOUNT}, got 'x'"],
        ),
        (
            "{notice: p, says: maybe}",
            [
                "the name of a payment opened before (there is none), got 'p'",
                "one of succeeded, failed, refunded, not_refunded, got 'maybe'",
            ],
        ),
        (
            "{promote: p, off: 10, borne_by: {shop: 60%, ann: 30%}, lane: 0}",
            [
                "the key offer in a promote step, got only promote, off, borne_by, lane",
                "a percentage from 0% to 100% such as 5% or 3.35%, got '10'",
                "percentages that make 100%, got others",
                "a lane from 1 to 9, got '0'",
            ],
        ),
        ("end_promotion: p", ["the name of a promotion opened before (there is none), got 'p'"]),
        ("payout_returned: bob", [f"{PARTIES}, got 'bob'"]),
        ("suspend: tee@ann", [f"{OFFERS}, got 'tee@ann'"]),
        ("{suspend: ann, why: x}", ["a key of a suspend step (suspend, by, key, refused), got 'why'"]),
    ],
)
def test_a_step(step: str, messages: list[str]) -> None:
    assert problems(f"{BASE}  - {step}\n") == said(*messages)


@pytest.mark.parametrize(
    ("step", "messages"),
    [
        ("list: {tee@shop: {source: tee@west}}", ["the name of an offer (tee@factory, tee@shop), got 'tee@west'"]),
        ("list: {cup@shop: {price: 1.00}}", ["the name of goods (tee), got 'cup'"]),
        ("list: {tee@ann: {source: tee@shop}}", ["the key price in an offer, got only source"]),
        (
            "list: {tee@ann: {price: 1.00, fulfill: stock}}",
            [f"a key of an offer ({OFFER_KEYS}, {TERMS}), got 'fulfill'"],
        ),
        ("list: {tee@ann: {price: 1.00, fulfil: air}}", ["one of stock, source, stock_then_source, got 'air'"]),
        (
            "list: {tee@ann: {price: {10: 5.00}}}",
            ["a price from 1 piece on, got only prices from a higher quantity on"],
        ),
        ("list: {tee@ann: {price: {0: 5.00, 1: 6.00}}}", ["a whole number of pieces, at least 1, got '0'"]),
        ("list: {tee@ann: {price: {}}}", [f"{AMOUNT}, or prices by quantity, got an empty mapping"]),
        (
            "list: {tee@ann: {price: 1.00, resale: {min: 9.00, max: 8.00}}}",
            ["a resale band whose min is not above its max, got the opposite"],
        ),
        ("list: {tee@ann: {price: 1.00, resale: {mid: 1}}}", ["a key of a resale band (min, max), got 'mid'"]),
        (
            "list: {tee@ann: {price: 1.00, commission: 8%}}",
            ["a list of percentages, the nearest promoter's first, got '8%'"],
        ),
        (
            "list: {tee@ann: {price: 1.00, commission: [8, 120%, 1.005%]}}",
            [f"{PERCENT}, got '8'", f"{PERCENT}, got '120%'", f"{PERCENT}, got '1.005%'"],
        ),
        ("list: {tee@ann: {price: 1.00, for: {bob: 3.00}}}", [f"{PARTIES}, got 'bob'"]),
        ("list: {tee@ann: {price: 1.00, levels: [gold]}}", ["a mapping of levels to prices, got a list"]),
        ("list: {tee@ann: {price: 1.00, currency: EUX}}", ["a currency code such as CNY, got 'EUX'"]),
        ("list: {tee@ann: {price: 1.00, currency: JPY}}", ["an amount in JPY such as 1230, got '1.00'"]),
        (
            "list: {tee@ann: {price: 1.00, prices: [{for: ann, to: soon}]}}",
            ["the key price in a price, got only for, to", f"{MOMENT}, got 'soon'"],
        ),
        (
            "list: {tee@ann: {price: 1.00, hold: 1m, terms: {hold: 2m}}}",
            ["each key once, got 'hold', which stands under terms as well"],
        ),
        (
            "change: {policy: {platform_fee: 0.05, holds: 1d}}",
            [f"{PERCENT}, got '0.05'", f"a key of terms ({TERMS}), got 'holds'"],
        ),
        ("change: {policy: {settlement: {every: year}}}", ["day, week or month, got 'year'"]),
        ("change: {policy: {settlement: {every: day, days: [1]}}}", [f"{CYCLE}, got {{every, days}}"]),
        ("change: {policy: {settlement: {}}}", [f"{CYCLE}, got an empty mapping"]),
        ("change: {policy: {settlement: daily}}", [f"{CYCLE}, got 'daily'"]),
        (
            "change: {policy: {settlement: {days: [0, 32, x]}}}",
            [f"a day of the month from 1 to 31, got '{day}'" for day in ("0", "32", "x")],
        ),
        ("change: {terms: {hold: 1d}}", ["a change of policy, party, link or offer, got none of them"]),
        (
            "change: {policy: {hold: 1d}, offer: tee@shop, terms: {hold: 1d}}",
            ["terms beside exactly one party, link or offer, got another change"],
        ),
        ("change: {offer: tee@ann, terms: {hold: 1d}}", [f"{OFFERS}, got 'tee@ann'"]),
        (
            "open_link: {kind: sells, up: bob}",
            [
                "the key down in a link, got only kind, up",
                "one of supply, promotes, community, employs, got 'sells'",
                f"{PARTIES}, got 'bob'",
            ],
        ),
        ("race: {times: 0, step: {pay: o1}}", ["a whole number from 1 to 100, got '0'"]),
        ("race: {step: {pay: o1}, steps: []}", ["either step or steps in a race, got both"]),
        ("race: {times: 2}", ["either step or steps in a race, got neither"]),
        ("race: {step: {wait: 1d}}", [f"a step (one of {RACERS}), got the keys wait"]),
        ("race: {step: {pay: o1, refused: any}}", ["outcomes beside the steps of a race, got refused in one of them"]),
        ("race: {times: 60, steps: [{pay: o1}, {pay: o1}]}", ["at most 100 steps at once, got 120"]),
        (
            "race: {times: 2, step: {pay: o1}, outcomes: {OK: 2}}",
            [
                "outcomes that add up to 2, as many as there are steps, got 0",
                "ok, or a code such as out_of_stock, got 'OK'",
            ],
        ),
        (
            "race: {times: 3, step: {pay: o1}, outcomes: {ok: 1, wrong_state: 1}}",
            ["outcomes that add up to 3, as many as there are steps, got 2"],
        ),
        (
            "expect: {helf: 1.00}",
            [f"a key of expect ({EXPECT_KEYS}), got 'helf'"],
        ),
        ("expect:", ["expectations under expect, got nothing"]),
        ("expect: {held: x}", [f"{AMOUNT}, got 'x'"]),
        ("expect: {owed: 1.00}", ["a mapping under owed, got '1.00'"]),
        ("expect: {points: {ann: 1.5}}", ["a number of points, got '1.5'"]),
        ("expect: {books: fine}", ["one of balanced, got 'fine'"]),
        ("expect: {status: {o9: closed}}", ["the name of an order placed before (o1), got 'o9'"]),
        (
            "expect: {status: {o1: done}}",
            ["one of placed, paid, partly_shipped, shipped, received, closed, cancelled, expired, got 'done'"],
        ),
        ("expect: {legs: {o1: {bob: 1.00}}}", [f"{PARTIES}, got 'bob'"]),
        (
            "expect: {stock: {tee@ann: {onhand: 3}}}",
            ["one of on_hand, available, reserved, in_transit, damaged, got 'onhand'"],
        ),
    ],
)
def test_offers_terms_races_and_expectations(step: str, messages: list[str]) -> None:
    assert problems(f"{BASE}  - {step}\n") == said(*messages)


def test_every_section_of_a_file_is_read_although_others_are_wrong() -> None:
    text = """scenario: [a]
at: yesterday
zone: Mars/Base
currency: EURO
polcy: {}
parties: [a]
links: {}
goods: x
offers: 3
steps: {}
"""
    keys = "scenario, at, zone, currency, policy, parties, links, goods, offers, steps"
    assert problems(text) == [
        "x.yaml:1: expected a line of text, got a list",
        f"x.yaml:2: expected {MOMENT}, got 'yesterday'",
        "x.yaml:3: expected a time zone such as Asia/Shanghai, got 'Mars/Base'",
        "x.yaml:4: expected a currency code such as CNY, got 'EURO'",
        f"x.yaml:5: expected a key of a scenario ({keys}), got 'polcy'",
        "x.yaml:6: expected a mapping of names to parties, got a list",
        "x.yaml:7: expected a list of links, got a mapping",
        "x.yaml:8: expected a mapping of names to goods, got 'x'",
        "x.yaml:9: expected a mapping of offers (goods@seller) to what they say, got '3'",
        "x.yaml:10: expected a list of steps, got a mapping",
    ]


def test_a_title_a_stock_and_a_clock_that_cannot_be() -> None:
    text = BASE.replace("scenario: s", "scenario: '  '").replace("stock: 9", "stock: [9]")
    wait = "  - wait: 3660d\n"
    found = problems(text + wait * 88)
    assert found == [
        "x.yaml:1: expected a line of text, got '  '",
        "x.yaml:7: expected a number of pieces, or a mapping of parties to numbers of pieces, got a list",
        f"x.yaml:{LINE + 87}: expected a duration that ends before the year 2900, got '3660d'",
    ]


def test_several_errors_of_one_file_are_all_listed_in_the_order_of_its_lines() -> None:
    text = """scenario: a
scenario: b
steps: []
parties:
  platform: {kind: platform}
  a b: {kind: supplier}
  x: {kind: factory, walet: 3}
  y:
  z: {wallet: 1.234, points: -1, terms: {limit: -1, period: 3, pay: cash}}
links:
  - {kind: supply, up: q}
  - z
goods:
  tee: {stock: {x: 1, nobody: 2, z: -1}}
  cup: {by: x, stock: many}
offers:
  tee@x: {source: tee@z}
  tee@z: {price: 1.00, source: tee@x}
  teex: {price: 1}
"""
    party = "a party (a mapping with the keys kind, terms, wallet, points)"
    kinds = "one of supplier, wholesaler, retailer, leader, enterprise, consumer"
    known = "the name of a party (platform, x, y, z)"
    assert problems(text) == [
        "x.yaml:2: expected each key once, got 'scenario' again (first in line 1)",
        "x.yaml:5: expected a new name of parties, got 'platform', which exists",
        f"x.yaml:6: expected {NAME}, got 'a b'",
        f"x.yaml:7: expected {kinds}, got 'factory'",
        "x.yaml:7: expected a key of a party (kind, terms, wallet, points), got 'walet'",
        f"x.yaml:8: expected {party}, got nothing",
        "x.yaml:9: expected the key kind in a party, got only wallet, points, terms",
        f"x.yaml:9: expected {AMOUNT}, got '1.234'",
        "x.yaml:9: expected a number of points, got '-1'",
        f"x.yaml:9: expected {AMOUNT}, got '-1'",
        f"x.yaml:9: expected {DURATION}, got '3'",
        "x.yaml:9: expected one of prepaid, credit, got 'cash'",
        "x.yaml:11: expected the key down in a link, got only kind, up",
        f"x.yaml:11: expected {known}, got 'q'",
        "x.yaml:12: expected a link (a mapping with the keys kind, up, down, terms), got 'z'",
        "x.yaml:14: expected the key by in goods, got only stock",
        f"x.yaml:14: expected {known}, got 'nobody'",
        "x.yaml:14: expected a whole number of pieces, at least 0, got '-1'",
        "x.yaml:15: expected a whole number of pieces, at least 0, got 'many'",
        "x.yaml:17: expected the key price in an offer, got only source",
        "x.yaml:18: expected sources that lead to an end, got a circle: tee@x from tee@z from tee@x",
        "x.yaml:19: expected goods@party, such as tee@shop, got 'teex'",
    ]


@pytest.mark.parametrize(
    ("data", "line", "message"),
    [
        (b"", 1, "a scenario, got an empty file"),
        (b"# nothing but a comment\n", 1, "a scenario, got an empty file"),
        (b"a: a\n- b\n", 2, "YAML, got something else (expected <block end>, but found '-')"),
        (b"a: a\nsteps: {a: [}\n", 2, "YAML, got something else (expected the node content, but found '}')"),
        (b"a: a\n---\nb: b\n", 2, "YAML, got something else (but found another document)"),
        (b"a: a\nsteps: \xff\n", 2, "text in UTF-8, got the byte 0xff"),
        (b"a: a\nsteps: \x07\n", 2, "YAML, got the character U+0007"),
        (b"[" * 5000, 1, "YAML of a reasonable depth, got thousands of levels"),
    ],
)
def test_what_is_not_yaml(data: bytes, line: int, message: str) -> None:
    assert problems(data) == [f"x.yaml:{line}: expected {message}"]


def test_a_file_that_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(reader.MalformedScenario) as refused:
        reader.read_file(tmp_path / "none.yaml", "none.yaml")
    assert str(refused.value) == "none.yaml:1: expected a readable file, got No such file or directory"
