"""What a scenario file may say, and that the reader has an answer to whatever it is given."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from hanse.interfaces.cli.scenario import reader, script
from hanse.interfaces.cli.scenario.reading import expectations, opening, scalars
from hanse.interfaces.cli.scenario.reading import steps as steps_reading
from hanse.interfaces.cli.scenario.script import Expectation, PriceSaid, Spot
from hanse.kernel import money

EXAMPLES = sorted((Path(__file__).parents[3] / "scenarios").glob("*.yaml"))

OPENING = """scenario: s
parties:
  factory: {kind: supplier}
  shop: {kind: retailer}
  ann: {kind: consumer}
goods:
  tee: {by: factory, stock: 9}
offers:
  tee@shop: {source: tee@factory, price: 100.00}
  tee@factory: {price: 60.00}
steps:
"""


def read(text: str) -> script.Scenario:
    return reader.read(text.encode(), "x.yaml")


def steps(text: str) -> list[script.Step]:
    return list(read(OPENING + "".join(f"  {line}\n" for line in text.strip().splitlines())).steps)


def action(text: str) -> script.Action:
    placed = "- {place: o1, buyer: ann, lines: {tee@shop: 1}}\n"
    return steps(placed + text)[-1].action


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.name)
def test_every_scenario_of_the_project_can_be_read(file: Path) -> None:
    assert reader.read_file(file).steps


def test_a_scenario_says_when_where_and_in_what_money_it_plays() -> None:
    said = read("""scenario: >
  two
  lines
at: 2026-03-01T10:00:00+08:00
zone: Europe/Berlin
currency: KWD
policy: {platform_fee: 3.5%, hold: 1h30m, settlement: {days: [31, 15]}, point_value: 0.010, pay: credit, level: gold}
steps: []
""")
    assert (said.title, said.zone, said.currency) == ("two lines", "Europe/Berlin", "KWD")
    assert said.at == datetime(2026, 3, 1, 2, tzinfo=UTC)
    assert said.policy == {
        "platform_fee": 350, "hold": 5400, "settlement": {"days": [15, 31]}, "point_value": 10, "pay": "credit",
        "level": "gold",
    }  # fmt: skip


def test_what_a_file_does_not_say_has_a_default() -> None:
    said = read("scenario: s\nsteps: []\n")
    assert (said.zone, said.currency, said.policy) == ("Asia/Shanghai", "CNY", {})
    assert said.at == datetime(2026, 1, 1, 1, tzinfo=UTC)
    assert [said.parties, said.links, said.goods, said.offers, said.steps] == [(), (), (), (), ()]


def test_amounts_are_read_from_their_text_and_never_through_a_float() -> None:
    assert scalars.amount("90071992547409.93", "CNY") == 9007199254740993
    assert [scalars.amount(text, "CNY") for text in ("12.30", "12.3", "12", "0.07", "0")] == [1230, 1230, 1200, 7, 0]
    assert (scalars.amount("1230", "JPY"), scalars.amount("1.234", "KWD")) == (1230, 1234)
    with pytest.raises(ValueError, match="-1"):
        scalars.amount("-1", "CNY")
    assert scalars.amount("-1", "CNY", signed=True) == -100


@given(st.integers(0, 2**63 - 1), st.sampled_from(["CNY", "JPY", "KWD"]))
def test_every_amount_that_can_be_written_is_read_back(amount: int, currency: str) -> None:
    assert scalars.amount(money.plain(amount, currency), currency) == amount


@given(st.integers(0, 10_000))
def test_every_percentage_is_read_back(rate: int) -> None:
    assert scalars.percent(f"{rate // 100}.{rate % 100:02}%") == rate


@pytest.mark.parametrize(
    ("text", "seconds"), [("0s", 0), ("15m", 900), ("12h", 43200), ("7d", 604800), ("2w", 1209600), ("1d12h", 129600)]
)
def test_durations(text: str, seconds: int) -> None:
    assert scalars.duration(text) == seconds


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-01", datetime(2026, 2, 28, 16, tzinfo=UTC)),
        ("2026-03-01 10:00", datetime(2026, 3, 1, 2, tzinfo=UTC)),
        ("2026-03-01T10:00:30", datetime(2026, 3, 1, 2, 0, 30, tzinfo=UTC)),
        ("2026-03-01T10:00:00Z", datetime(2026, 3, 1, 10, tzinfo=UTC)),
        ("2026-03-01T10:00:00-05:00", datetime(2026, 3, 1, 15, tzinfo=UTC)),
    ],
)
def test_moments(text: str, moment: datetime) -> None:
    assert scalars.moment(text, "Asia/Shanghai") == moment


def test_parties_links_goods_and_what_they_start_with() -> None:
    said = read("""scenario: s
parties:
  "no": {kind: supplier, terms: {hold: 1h}}
  ann: {kind: consumer, wallet: 12.30, points: 500}
links:
  - {kind: supply, up: platform, down: "no", terms: {pay: credit, limit: 1000.00, period: 30d}}
goods:
  tee: {by: no, stock: 100}
  cup: {by: no, stock: {no: 1, ann: 2}}
  pot: {by: platform}
steps: []
""")
    factory, ann = said.parties
    assert factory == script.PartySaid(Spot("x.yaml", 3), "no", "supplier", {"hold": 3600})
    assert (ann.wallet, ann.points) == (1230, 500)
    assert said.links[0].name == ("supply", "platform", "no")
    assert said.links[0].terms == {"pay": "credit", "limit": 100000, "period": 2592000}
    assert [goods.stock for goods in said.goods] == [(("no", 100),), (("no", 1), ("ann", 2)), ()]


def test_offers_stand_after_their_sources_whatever_the_order_of_the_file() -> None:
    factory, shop = read(OPENING + "  []\n").offers
    assert (factory.name, shop.name) == ("tee@factory", "tee@shop")
    assert (shop.goods, shop.seller, shop.source, shop.price) == ("tee", "shop", "tee@factory", 10000)
    assert (shop.breaks, shop.special, shop.terms, shop.commission, shop.band) == ((), None, None, None, None)


def test_an_offer_says_prices_by_quantity_buyer_level_and_time() -> None:
    (offer,) = action("""- list:
    tee@ann:
      price: {1: 9.00, 10: 8.00}
      for: {shop: {1: 7.00, 5: 6.50}}
      levels: {gold: 7.50}
      prices: [{price: 5.00, level: gold, quantity: 3, from: 2026-05-01, to: 2026-05-02}]
      fulfil: stock
      resale: {min: 9.50}
      commission: [8%, 2%]
      freight: 1.20
      audience: partners
      platform_fee: 1%
""").offers  # type: ignore[union-attr]
    line = OPENING.count("\n") + 4
    assert (offer.price, offer.band, offer.commission, offer.freight) == (900, (950, None), (800, 200), 120)
    assert (offer.fulfil, offer.audience, offer.terms) == ("stock", "partners", {"platform_fee": 100})
    assert offer.breaks == (PriceSaid(Spot("x.yaml", line), 800, quantity=10),)
    may = datetime(2026, 4, 30, 16, tzinfo=UTC), datetime(2026, 5, 1, 16, tzinfo=UTC)
    assert offer.special == (
        PriceSaid(Spot("x.yaml", line + 1), 700, "shop"),
        PriceSaid(Spot("x.yaml", line + 1), 650, "shop", quantity=5),
        PriceSaid(Spot("x.yaml", line + 2), 750, level="gold"),
        PriceSaid(Spot("x.yaml", line + 3), 500, level="gold", quantity=3, starts=may[0], ends=may[1]),
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- quote: q\n  buyer: ann\n  lines: {tee@shop: 2}", script.Quote("q", "ann", (("tee@shop", 2),))),
        ("- place: o2\n  buyer: ann\n  lines: {tee@shop: -3}", script.Place("o2", "ann", (("tee@shop", -3),))),
        ("- pay: o1", script.Pay("o1")),
        ("- pay: o1\n  with: wallet\n  amount: 3", script.Pay("o1", "wallet", 300)),
        ("- open_payment: p\n  order: o1\n  amount: 3", script.OpenPayment("p", "o1", 300)),
        (
            "- {open_payment: p, order: o1}\n- {notice: p, says: failed, amount: 1, id: n, answer: late_failure}",
            script.Notice("p", "failed", 100, "n", "late_failure"),
        ),
        (
            "- {promote: p, offer: tee@shop, off: 10%}\n- end_promotion: p",
            script.EndPromotion("p"),
        ),
        ("- cancel: o1", script.Cancel("o1")),
        ("- cancel: o1\n  lines: {tee@shop: 1}", script.Cancel("o1", (("tee@shop", 1),))),
        ("- ship: o1\n  lines: {tee@shop: 1}", script.Ship("o1", (("tee@shop", 1),))),
        ("- receive: o1", script.Receive("o1")),
        ("- refund: o1", script.Refund("o1", None, None, "", "")),
        ("- refund: o1\n  amount: 1.50", script.Refund("o1", None, 150, "", "")),
        (
            "- refund: o1\n  lines: {tee@shop: 1}\n  fault: carrier\n  goods: kept",
            script.Refund("o1", (("tee@shop", 1),), None, "carrier", "kept"),
        ),
        ("- restock: {tee@factory: 10}", script.Restock((("tee@factory", 10),))),
        ("- restock:\n  tee@factory: 10", script.Restock((("tee@factory", 10),))),
        ("- withdraw: ann", script.Withdraw((("ann", None),))),
        ("- withdraw: ann\n  amount: 8.00", script.Withdraw((("ann", 800),))),
        ("- withdraw: {ann: 8.00, shop: }", script.Withdraw((("ann", 800), ("shop", None)))),
        ("- payout_returned: {shop: 30.00}", script.PayoutReturned((("shop", 3000),))),
        ("- suspend: factory", script.Suspend("factory")),
        ("- resume: tee@shop", script.Suspend("tee@shop", resume=True)),
        ("- wait: 1d", script.Until(datetime(2026, 1, 2, 1, tzinfo=UTC))),
        ("- until: 2026-02-01", script.Until(datetime(2026, 1, 31, 16, tzinfo=UTC))),
        ("- change: {policy: {hold: 1h}}", script.Change({"hold": 3600}, (), (), ())),
        ("- change:\n  policy: {hold: 1h}", script.Change({"hold": 3600}, (), (), ())),
        ("- change:\n    policy: {hold: 1h}", script.Change({"hold": 3600}, (), (), ())),
        ("- change: {party: {shop: {hold: 1h}}}", script.Change(None, (("shop", {"hold": 3600}),), (), ())),
        ("- change: {party: shop, terms: {hold: 1h}}", script.Change(None, (("shop", {"hold": 3600}),), (), ())),
    ],
)
def test_steps(text: str, expected: script.Action) -> None:
    assert action(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "- change: {link: {kind: supply, up: factory, down: shop, terms: {hold: 1h}}}",
        "- change: {link: {kind: supply, up: factory, down: shop}, terms: {hold: 1h}}",
        "- change: {link: [{kind: supply, up: factory, down: shop, terms: {hold: 1h}}]}",
        "- change:\n  link: {kind: supply, up: factory, down: shop}\n  terms: {hold: 1h}",
    ],
)
def test_a_link_gets_new_terms_within_it_or_beside_it(text: str) -> None:
    change = action(text)
    assert isinstance(change, script.Change)
    assert [(link.name, link.terms) for link in change.links] == [(("supply", "factory", "shop"), {"hold": 3600})]


@pytest.mark.parametrize(
    "text",
    [
        "- change: {offer: {tee@shop: {hold: 1h}}}",
        "- change: {offer: {tee@shop: {terms: {hold: 1h}}}}",
        "- change: {offer: tee@shop, terms: {hold: 1h}}",
    ],
)
def test_an_offer_gets_new_terms(text: str) -> None:
    change = action(text)
    assert isinstance(change, script.Change)
    assert [(offer.name, offer.terms, offer.price) for offer in change.offers] == [("tee@shop", {"hold": 3600}, None)]


@pytest.mark.parametrize("kind", ["open_link", "close_link"])
@pytest.mark.parametrize("form", ["{}: {{{}}}", "{}:\n    {}", "{}:\n  {}"])
def test_links_open_and_close(kind: str, form: str) -> None:
    joined = "kind: promotes, up: shop, down: ann"
    inner = joined if "{{" in form else joined.replace(", ", form[3:].removesuffix("{}"))
    said = action("- " + form.format(kind, inner))
    assert isinstance(said, script.OpenLink | script.CloseLink)
    assert said.link.name == ("promotes", "shop", "ann")


def test_any_step_may_be_refused_and_may_be_anothers() -> None:
    said = "- place: o1\n  buyer: ann\n  lines: {tee@shop: 1}\n  by: shop\n  key: again\n  refused: not_allowed"
    step = steps(said)[0]
    assert (step.by, step.key, step.refused) == ("shop", "again", "not_allowed")
    assert (step.kind, step.summary) == ("place", "place o1")
    assert step.spot == Spot("x.yaml", OPENING.count("\n") + 1)


def test_what_was_refused_has_no_name_and_can_be_tried_again() -> None:
    refused = "- {place: o1, buyer: ann, lines: {tee@shop: 99}, refused: out_of_stock}\n"
    again = "- {place: o1, buyer: ann, lines: {tee@shop: 1}}\n- {list: {tee@ann: {price: 1.00}}, refused: any}\n"
    assert [step.kind for step in steps(refused + again)] == ["place", "place", "list"]
    with pytest.raises(
        reader.MalformedScenario, match=r"the name of an order placed before \(there is none\), got 'o1'"
    ):
        steps(refused + "- {pay: o1}\n")
    with pytest.raises(reader.MalformedScenario, match="the name of an offer"):
        steps(refused + again + "- {place: o2, buyer: ann, lines: {tee@ann: 1}}")


def test_a_race_is_one_step_many_times_or_several_at_once() -> None:
    one = action(
        "- race:\n  times: 3\n  outcomes: {ok: 2, sold: 1}\n  step: {place: o, buyer: ann, lines: {tee@shop: 1}}"
    )
    assert isinstance(one, script.Race)
    assert [step.action for step in one.steps] == [script.Place("o", "ann", (("tee@shop", 1),))] * 3
    assert one.outcomes == (("ok", 2), ("sold", 1))
    several = action("- race: {steps: [{pay: o1}, {cancel: o1, by: shop}]}")
    assert isinstance(several, script.Race)
    assert [step.summary for step in several.steps] == ["pay o1", "cancel o1"]
    assert several.outcomes is None


def test_expectations_become_flat_facts() -> None:
    expect = action("""- expect:
    status: {o1: closed}
    legs: {o1: {shop: 200.00}}
    held: 200.00
    owed: {shop: -30.00}
    points: {ann: 5}
    stock: {tee@ann: {on_hand: 98, in_transit: 0}}
    books: balanced
- expect: {status: {o1: {shop: paid}}, held: {ann: 1}}
""")
    assert isinstance(expect, script.Expect)
    first = action("- expect: {held: 200.00}")
    assert isinstance(first, script.Expect)
    assert first.items == (Expectation(Spot("x.yaml", OPENING.count("\n") + 2), ("held",), 20000, "money"),)
    assert [(fact.path, fact.expected, fact.unit) for fact in expect.items] == [
        (("status", "o1", "shop"), "paid", "word"),
        (("held", "ann"), 100, "money"),
    ]


leaves = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=True),
    st.text(max_size=8),
    st.sampled_from(
        ["ann", "tee@shop", "tee", "o1", "12.30", "5%", "15m", "2026-03-01", "CNY", "any", "supply", "*", "1:2"]
    ),
)
KEYS = sorted(
    {*reader.KEYS, *steps_reading.READERS, *expectations.READERS, *opening.OFFER_KEYS, *opening.PARTY_KEYS}
    | {*opening.LINK_KEYS, "by", "refused", "buyer", "lines", "times", "step", "outcomes", "amount", "ann", "tee@shop"}
)
trees = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=4), inner, max_size=6)
    ),
    max_leaves=30,
)
sections = st.fixed_dictionaries(
    {
        "scenario": st.just("s"),
        "steps": st.lists(st.dictionaries(st.sampled_from(KEYS), trees, max_size=4), max_size=4),
    },
    optional=dict.fromkeys(("at", "zone", "currency", "policy", "parties", "links", "goods", "offers"), trees),
)


def answer(data: bytes) -> script.Scenario | tuple[str, ...]:
    """Read anything: a scenario or a list of problems comes of it, never another error."""
    try:
        return reader.read(data, "x.yaml")
    except reader.MalformedScenario as refused:
        found = tuple(map(str, refused.problems))
        assert found
        assert all(line.startswith("x.yaml:") and ": expected " in line and ", got " in line for line in found)
        assert all(line.isprintable() for line in found)
        return found


@given(trees | sections)
def test_the_reader_has_an_answer_to_any_yaml(tree: object) -> None:
    answer(yaml.safe_dump(tree, allow_unicode=True).encode("utf-8", "surrogatepass"))


@given(st.binary(max_size=200) | st.text(alphabet="{}[]:,-&*!|>'\"#%@`\n\t abc01?", max_size=80).map(str.encode))
def test_the_reader_has_an_answer_to_any_bytes(data: bytes) -> None:
    answer(data)


@given(st.data())
def test_the_reader_has_an_answer_to_any_example_that_was_torn(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(EXAMPLES)).read_text(encoding="utf-8")
    start, end = sorted((data.draw(st.integers(0, len(text))), data.draw(st.integers(0, len(text)))))
    answer((text[:start] + data.draw(st.text(max_size=5)) + text[end:]).encode("utf-8", "surrogatepass"))


def test_a_circle_of_aliases_ends() -> None:
    assert answer(b"scenario: s\nsteps: &a [*a, {race: &r {steps: [*r]}}, {expect: &e {status: *e}}]\n")
    assert answer(b"&root {scenario: s, steps: [], parties: *root}")
